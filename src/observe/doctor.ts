import { statfs } from "node:fs/promises";
import type { LogCondition } from "../audit/log-condition.ts";
import { auditFindings } from "./audit-findings.ts";

/** One finding about the installation; `advice` says what to do and is empty when all is well. */
export interface Finding {
  readonly name: string;
  readonly state: "well" | "warning" | "ill";
  readonly finding: string;
  readonly advice: string;
}

/** What the doctor looks at. Times are epoch milliseconds UTC. */
export interface Patient {
  readonly now: () => number;
  /** Each store answers or throws. */
  readonly stores: readonly { readonly name: string; readonly check: () => Promise<unknown> }[];
  readonly dataFolder: string;
  readonly retention: () => Promise<{ late: boolean; lastSuccess: number | null }>;
  readonly duties: () => Promise<
    readonly { name: string; outcome: "done" | "failed" | null; lastStarted: Date; detail: string | null }[]
  >;
  /** The time the governed store believes it is, to hold against ours. */
  readonly storeClock: () => Promise<number>;
  readonly heldInQuarantine: () => Promise<number>;
  /** Duties about accounts and organisations that are open and overdue, and suspicions that wait. */
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
export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const { auditLog } = patient;
  const looks: [string, () => Promise<Finding | readonly Finding[]>][] = [
    ...patient.stores.map(({ name, check }): [string, () => Promise<Finding>] => [
      name,
      async () => {
        await check();
        return well(name, "answers");
      },
    ]),
    ["disk", () => lookAtDisk(patient.dataFolder)],
    ["clock", () => lookAtClock(patient)],
    ["retention", () => lookAtRetention(patient)],
    ["duties", () => lookAtDuties(patient)],
    ["quarantine", () => lookAtQuarantine(patient)],
    ["account duties", () => lookAtAccountDuties(patient)],
    ["suspicions", () => lookAtSuspicions(patient)],
    [
      "reads in flight",
      async () => well("reads in flight", `${patient.readsInFlight()} accepted and not yet durable`),
    ],
    ["policy pack", async () => lookAtPolicy(patient)],
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
          state: "ill",
          finding,
          advice: `Find out why ${name} fails; the service's log has the cause.`,
        } as const;
      }
    }),
  );
  return findings.flat();
}

function lookAtPolicy({ policyPack }: Patient): Finding {
  const { id, folderDiffers, restartNeeded } = policyPack();
  const warning = (finding: string, advice: string) =>
    ({ name: "policy pack", state: "warning", finding, advice }) as const;
  if (restartNeeded)
    return warning(`${id} took over`, "Restart, so that the intake of reads keeps to its numbers as well.");
  if (folderDiffers !== null)
    return warning(`${id} is in force. ${folderDiffers}`, "A pack changes only by two people, at /policy.");
  return well("policy pack", id);
}

async function lookAtDisk(folder: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const share = bavail / blocks;
  const finding = `${((bavail * bsize) / GIB).toFixed(1)} GiB free, ${Math.round(share * 100)} %`;
  if (share > LOW_DISK) return well("disk", finding);
  const state = share > NO_DISK ? "warning" : "ill";
  return {
    name: "disk",
    state,
    finding,
    advice: `Free space on the volume of ${folder}, or move the stores to a larger one.`,
  };
}

async function lookAtClock({ storeClock, now }: Patient): Promise<Finding> {
  const before = now();
  const store = await storeClock();
  const drift = Math.abs(store - (before + now()) / 2);
  const finding = `${Math.round(drift)} ms from the governed store`;
  if (drift < CLOCK_DRIFT_MS) return well("clock", finding);
  const advice = "Synchronise the clocks of both machines by NTP; capture times are held against this clock.";
  return { name: "clock", state: drift < CLOCK_FAULT_MS ? "warning" : "ill", finding, advice };
}

async function lookAtRetention({ retention }: Patient): Promise<Finding> {
  const { late, lastSuccess } = await retention();
  const finding =
    lastSuccess === null ? "has never completed" : `last completed ${new Date(lastSuccess).toISOString()}`;
  if (!late) return well("retention", finding);
  const advice =
    "DELETION IS LATE. Look at the duty 'retention' below; run it by POST /v1/retention/runs once its cause is mended.";
  return { name: "retention", state: "ill", finding, advice };
}

async function lookAtDuties({ duties }: Patient): Promise<Finding> {
  const failed = (await duties()).filter(({ outcome }) => outcome === "failed");
  if (failed.length === 0) return well("duties", "none failed at its last run");
  const finding = failed
    .map(({ name, lastStarted, detail }) => `${name} failed ${lastStarted.toISOString()}: ${detail ?? ""}`)
    .join("; ");
  return {
    name: "duties",
    state: "ill",
    finding,
    advice: "Mend the cause; each duty tries again at its next time.",
  };
}

async function lookAtQuarantine({ heldInQuarantine }: Patient): Promise<Finding> {
  const held = await heldInQuarantine();
  if (held === 0) return well("quarantine", "empty");
  return {
    name: "quarantine",
    state: "warning",
    finding: `${held} reads wait for a decision`,
    advice: "Look at /quarantine: release or discard them.",
  };
}

async function lookAtAccountDuties({ people }: Patient): Promise<Finding> {
  const { open, overdue } = await people();
  const finding = `${open} open, ${overdue} overdue`;
  if (overdue === 0) return well("account duties", finding);
  return {
    name: "account duties",
    state: "warning",
    finding,
    advice: "Administrators see them at /duties, the longest overdue first.",
  };
}

async function lookAtSuspicions({ people }: Patient): Promise<Finding> {
  const { suspicions } = await people();
  if (suspicions === 0) return well("suspicions", "none wait");
  return {
    name: "suspicions",
    state: "warning",
    finding: `${suspicions} wait for a decision`,
    advice: "Supervisors and national auditors decide at /suspicions.",
  };
}
