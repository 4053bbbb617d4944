import type { Audited } from "../../audit/audited.ts";
import { createLogger } from "../../observe/log.ts";
import type { Settings } from "../../config.ts";
import { Closing } from "../closing.ts";
import { erasingJobs } from "../erasing-jobs.ts";
import { openAuditors } from "../oversight.ts";
import { openPolicy } from "../policy.ts";
import { copyPreserved } from "../preservation-copies.ts";
import { openRetention } from "../retention.ts";
import type { Stores } from "../stores.ts";

export interface DueParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly audited: Audited;
  /** Epoch ms; a person has said that it is right, where the backup is old. */
  readonly now: () => number;
  /** Hears of what a person must look at, in sentences. */
  readonly tell: (line: string) => void;
}

/**
 * Deletes everything of a restored installation whose time has come since its backup, however many days that are, with receipts and
 * entries as ever (RET-1, RET-6, RET-9). @returns the days that were deleted
 * @throws Error where something that is due is still held: then nothing may be served
 */
export async function deleteDue({
  settings,
  stores,
  audited,
  now,
  tell,
}: DueParts): Promise<readonly string[]> {
  const closing = new Closing();
  const logger = createLogger({ level: "silent" });
  try {
    const { policy } = await openPolicy({ settings, stores, logger, failed: () => undefined, closing, now });
    const pack = () => policy.pack;
    await copyPreserved(stores).catch((error: unknown) =>
      tell(`Preserved reads are missing: ${String(error)}`),
    );
    const days = await deleteDays(openRetention(stores, audited, pack, stores.keys), now(), tell);
    const { database, organisations } = stores;
    const { names } = openAuditors({ database, log: stores.audit, audited, organisations, pack, now });
    const clock = { held: async () => null };
    for (const job of erasingJobs({ pack, stores, audited, clock, names, now })) await job.work();
    // What the clock guard of the next start goes on from.
    await stores.receipts.clockWas("right", now());
    return days;
  } finally {
    await closing.all();
  }
}

async function deleteDays(
  retention: ReturnType<typeof openRetention>,
  now: number,
  tell: (line: string) => void,
): Promise<readonly string[]> {
  const days: string[] = [];
  for (;;) {
    const outcomes = await retention.expire(now);
    const deleted = outcomes.filter(({ kind }) => kind === "deleted");
    days.push(...deleted.map(({ day }) => day));
    for (const outcome of outcomes)
      if (outcome.kind === "survivors")
        throw new Error(
          `${outcome.day} is past its limit and was not deleted whole: ${Object.keys(outcome.survivors).join(", ")}.`,
        );
    // One run takes a few days only; here a person waits for all of them.
    if (deleted.length > 0) continue;
    for (const outcome of outcomes)
      if (outcome.kind === "refused") tell(`${outcome.day} is past its limit and waits: ${outcome.reason}`);
    return days;
  }
}
