import type { Audited } from "../audit/audited.ts";
import { lapseOral } from "../authority/lapse-oral.ts";
import type { LateImages } from "../ingest/late-images.ts";
import type { Events } from "../observe/events.ts";
import { type ClockGuard, unlessHeld } from "../retention/clock-guard.ts";
import type { Retention } from "../retention/retention.ts";
import { logReceipts } from "../retention/log-receipts.ts";
import type { Job } from "../flow/job.ts";
import { compactDays } from "../storage/clickhouse/archive/compact-days.ts";
import { maintain } from "../storage/postgres/maintain.ts";
import { erasingJobs } from "./erasing-jobs.ts";
import { copyPreserved } from "./preservation-copies.ts";
import type { Identity } from "./identity.ts";
import type { openLog } from "./log.ts";
import type { openAuditors } from "./oversight.ts";
import type { Stores } from "./stores.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";

const DAY_MS = 86_400_000;
/** Day partitions merged in one night. */
const COMPACTED_AT_ONCE = 10;

export interface JobParts {
  /** The pack in force. */
  readonly pack: () => PolicyPack;
  readonly stores: Stores;
  readonly audited: Audited;
  readonly log: Pick<Awaited<ReturnType<typeof openLog>>, "checkAll">;
  readonly identity: Pick<Identity, "forget">;
  readonly retention: Retention;
  readonly clock: Pick<ClockGuard, "held">;
  readonly auditors: Pick<ReturnType<typeof openAuditors>, "drawing" | "names">;
  /** Writes what this process counted of refusals and losses. */
  readonly noted: () => Promise<void>;
  readonly lateImages: LateImages;
  readonly events: Events;
}

/** What the service does by itself, and when (UTC). */
export const jobs = ({
  pack,
  stores,
  audited,
  log,
  identity,
  retention,
  clock,
  auditors,
  noted,
  lateImages,
  events,
}: JobParts): readonly Job[] => {
  return [
    {
      name: "retention",
      when: "17 0 * * *",
      atStart: true,
      work: unlessHeld(clock, async () => {
        await logReceipts(audited, stores.audit, stores.receipts);
        const outcomes = await retention.expire(Date.now());
        for (const outcome of outcomes) {
          const reads = outcome.kind === "deleted" ? (outcome.receipt.counts["reads"] ?? 0) : 0;
          events.retentionRan({ day: outcome.day, outcome: outcome.kind, reads });
        }
        const undone = outcomes.filter(({ kind }) => kind !== "deleted");
        if (undone.length > 0)
          throw new Error(
            `${undone.length} days could not be deleted: ${undone.map(({ day }) => day).join(", ")}`,
          );
        return `${outcomes.length} days deleted`;
      }),
    },
    {
      name: "preservation-copy",
      when: "*/5 * * * *",
      atStart: true,
      work: async () => {
        const { reads, images } = await copyPreserved(stores);
        return `${reads} preserved reads and ${images} images copied`;
      },
    },
    {
      name: "compaction",
      when: "23 2 * * *",
      atStart: false,
      work: async () => {
        const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
        const merged = await compactDays(stores.clickhouse, yesterday, COMPACTED_AT_ONCE);
        return `${merged.length} days merged into fewer parts`;
      },
    },
    {
      name: "maintenance",
      when: "41 * * * *",
      atStart: true,
      work: async () => {
        await maintain(stores.database);
        return "governed store cleared and counted";
      },
    },
    {
      name: "log-check",
      when: "11 3 * * *",
      atStart: true,
      // Each process must stop that finds it broken.
      everywhere: true,
      work: async () => `${await log.checkAll()} entries of the log are what was signed`,
    },
    {
      name: "late-images",
      when: "* * * * *",
      atStart: false,
      everywhere: true,
      work: async () => `${await lateImages.sweep()} images joined`,
    },
    {
      name: "oral-authorities",
      when: "* * * * *",
      atStart: true,
      work: async () => {
        const { authorityLife: store, suspicions } = stores;
        const parts = { store, audited, suspicions, access: pack().access };
        return `${await lapseOral(parts, Date.now())} withdrawn, never confirmed in writing`;
      },
    },
    {
      name: "refusal-counts",
      when: "* * * * *",
      atStart: false,
      everywhere: true,
      work: async () => {
        await noted();
        return "written";
      },
    },
    {
      name: "session-cleaning",
      when: "5 * * * *",
      atStart: true,
      work: async () => `${await identity.forget(Date.now() - DAY_MS)} sessions ended`,
    },
    ...erasingJobs({ pack, stores, audited, clock, names: auditors.names, now: Date.now }),
    auditors.drawing,
  ];
};
