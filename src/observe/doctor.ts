import { statfs } from "node:fs/promises";
import { sayLost } from "../estate/nrd-loss.ts";
import type { LosingNrd } from "../ingest/lost-reads.ts";
import type { LogCondition } from "../audit/log-condition.ts";
import { auditFindings } from "./audit-findings.ts";
import { type AtRest, encryptionFinding } from "./encryption-finding.ts";
import type { Finding } from "./finding.ts";

/** What the doctor looks at. Times are epoch milliseconds UTC. */
export interface Installation {
  readonly now: () => number;
  /** Each store answers or throws. */
  readonly stores: readonly { readonly name: string; readonly check: () => Promise<unknown> }[];
  readonly dataFolder: string;
  readonly atRest: () => Promise<AtRest>;
  readonly retention: () => Promise<{ late: boolean; lastSuccess: number | null }>;
  readonly jobs: () => Promise<
    readonly { name: string; outcome: "done" | "failed" | null; lastStarted: Date; detail: string | null }[]
  >;
  /** The time the governed store believes it is, to hold against ours. */
  readonly storeClock: () => Promise<number>;
  /** Why nothing is deleted because of the clock; null where it is. */
  readonly clockHeld: () => Promise<string | null>;
  readonly heldInQuarantine: () => Promise<number>;
  /** NRDs that lose their reads, and why. */
  readonly losing: () => Promise<readonly LosingNrd[]>;
  /** Tasks about accounts and organisations that are open and overdue, and suspicions that wait. */
  readonly people: () => Promise<{ open: number; overdue: number; suspicions: number }>;
  readonly readsInFlight: () => number;
  /** How the audit log is; absent where there is none to look at. */
  readonly auditLog?: () => Promise<LogCondition>;
  /** The pack in force; why that of the folder is not, and whether a restart is due. */
  readonly policyPack: () => { id: string; folderDiffers: string | null; restartNeeded: boolean };
}

const GIB = 2 ** 30;
const LOW_DISK = 0.1;
const NO_DISK = 0.03;
const CLOCK_DRIFT_MS = 1_000;
const CLOCK_FAULT_MS = 5_000;

const well = (name: string, finding: string): Finding => ({ name, state: "well", finding, advice: "" });

/** Looks at everything an operator would ask about; never throws, because a failing look is a finding. */
export async function examine(installation: Installation): Promise<readonly Finding[]> {
  const { auditLog } = installation;
  const looks: [string, () => Promise<Finding | readonly Finding[]>][] = [
    ...installation.stores.map(({ name, check }): [string, () => Promise<Finding>] => [
      name,
      async () => {
        await check();
        return well(name, "responding");
      },
    ]),
    ["disk", () => lookAtDisk(installation.dataFolder)],
    ["encryption at rest", async () => encryptionFinding(await installation.atRest())],
    ["clock", () => lookAtClock(installation)],
    ["retention", () => lookAtRetention(installation)],
    ["jobs", () => lookAtJobs(installation)],
    ["quarantine", () => lookAtQuarantine(installation)],
    ["cameras", () => lookAtCameras(installation)],
    ["tasks", () => lookAtTasks(installation)],
    ["suspicions", () => lookAtSuspicions(installation)],
    [
      "reads in flight",
      async () => well("reads in flight", `${installation.readsInFlight()} accepted and not yet durable`),
    ],
    ["policy pack", async () => lookAtPolicy(installation)],
  ];
  if (auditLog !== undefined) looks.push(["audit log", async () => auditFindings(await auditLog())]);
  const findings = await Promise.all(
    looks.map(async ([name, look]) => {
      try {
        return await look();
      } catch (error) {
        const finding = error instanceof Error ? error.message : String(error);
        return {
          name,
          state: "critical",
          finding,
          advice: `Find out why ${name} fails; the service's log has the cause.`,
        } as const;
      }
    }),
  );
  return findings.flat();
}

function lookAtPolicy({ policyPack }: Installation): Finding {
  const { id, folderDiffers, restartNeeded } = policyPack();
  const warning = (finding: string, advice: string) =>
    ({ name: "policy pack", state: "warning", finding, advice }) as const;
  if (restartNeeded)
    return warning(`${id} has taken effect`, "Restart, so that the intake of reads uses its numbers too.");
  if (folderDiffers !== null)
    return warning(
      `${id} is in force. ${folderDiffers}`,
      "A pack can be changed only by two people, at /policy.",
    );
  return well("policy pack", id);
}

async function lookAtDisk(folder: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const share = bavail / blocks;
  const finding = `${((bavail * bsize) / GIB).toFixed(1)} GiB free, ${Math.round(share * 100)} %`;
  if (share > LOW_DISK) return well("disk", finding);
  const state = share > NO_DISK ? "warning" : "critical";
  return {
    name: "disk",
    state,
    finding,
    advice: `Free space on the volume of ${folder}, or move the stores to a larger one.`,
  };
}

async function lookAtClock({ storeClock, clockHeld, now }: Installation): Promise<Finding> {
  const held = await clockHeld();
  if (held !== null) {
    const advice = "DELETION IS HELD until the clock is set, or somebody says that it is right.";
    return { name: "clock", state: "critical", finding: held, advice };
  }
  const before = now();
  const store = await storeClock();
  const drift = Math.abs(store - (before + now()) / 2);
  const finding = `${Math.round(drift)} ms from the governed store`;
  if (drift < CLOCK_DRIFT_MS) return well("clock", finding);
  const advice =
    "Synchronise the clocks of both machines by NTP; capture times are compared with this clock.";
  return { name: "clock", state: drift < CLOCK_FAULT_MS ? "warning" : "critical", finding, advice };
}

async function lookAtRetention({ retention }: Installation): Promise<Finding> {
  const { late, lastSuccess } = await retention();
  const finding =
    lastSuccess === null ? "has never completed" : `last completed ${new Date(lastSuccess).toISOString()}`;
  if (!late) return well("retention", finding);
  const advice =
    "DELETION IS LATE. See the job 'retention' below. Once the cause is fixed, run it with POST /v1/retention/runs.";
  return { name: "retention", state: "critical", finding, advice };
}

async function lookAtJobs({ jobs }: Installation): Promise<Finding> {
  const failed = (await jobs()).filter(({ outcome }) => outcome === "failed");
  if (failed.length === 0) return well("jobs", "none failed at its last run");
  const finding = failed
    .map(({ name, lastStarted, detail }) => `${name} failed ${lastStarted.toISOString()}: ${detail ?? ""}`)
    .join("; ");
  return {
    name: "jobs",
    state: "critical",
    finding,
    advice: "Fix the cause; each job tries again at its next time.",
  };
}

async function lookAtQuarantine({ heldInQuarantine }: Installation): Promise<Finding> {
  const held = await heldInQuarantine();
  if (held === 0) return well("quarantine", "empty");
  return {
    name: "quarantine",
    state: "warning",
    finding: `${held} reads are waiting for a decision`,
    advice: "Release or discard them at /quarantine.",
  };
}

const MOST_NAMED = 5;

async function lookAtCameras({ losing }: Installation): Promise<Finding> {
  const found = await losing();
  if (found.length === 0) return well("cameras", "none loses its reads");
  const named = found
    .slice(0, MOST_NAMED)
    .map(
      (loss) =>
        `NRD ${loss.nrd} (${loss.name}): ${sayLost(loss)} since ${loss.since.toISOString()} (${loss.code})`,
    );
  const more = found.length > MOST_NAMED ? `; and ${found.length - MOST_NAMED} more` : "";
  return {
    name: "cameras",
    state: "warning",
    finding: `${named.join("; ")}${more}`,
    advice: "Each camera's page says what is wrong; its manager has a task.",
  };
}

async function lookAtTasks({ people }: Installation): Promise<Finding> {
  const { open, overdue } = await people();
  const finding = `${open} open, ${overdue} overdue`;
  if (overdue === 0) return well("tasks", finding);
  return {
    name: "tasks",
    state: "warning",
    finding,
    advice: "Administrators see them at /tasks, longest overdue first.",
  };
}

async function lookAtSuspicions({ people }: Installation): Promise<Finding> {
  const { suspicions } = await people();
  if (suspicions === 0) return well("suspicions", "none waiting");
  return {
    name: "suspicions",
    state: "warning",
    finding: `${suspicions} are waiting for a decision`,
    advice: "Supervisors and national auditors decide on them at /suspicions.",
  };
}
