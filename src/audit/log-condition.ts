import type { LogStore } from "./log-store.ts";
import type { Publisher } from "./publisher.ts";
import type { WitnessState } from "./witness-round.ts";

/** Entries that wait longer than this for their checkpoint stop the log: nobody could prove what is done now. */
export const MOST_BEHIND_MS = 30_000;
/** A clock further than this behind the newest entry was moved back. */
export const CLOCK_BACK_MS = 5_000;

/** How the log is. Times in ms. */
export interface LogCondition {
  /** Why nothing can be logged, in a sentence; undefined when all is well. */
  readonly trouble: string | undefined;
  /** Entries durable, and of them those no checkpoint covers yet. */
  readonly entries: number;
  readonly waiting: number;
  /** Since the newest checkpoint was signed; null before the first. */
  readonly checkpointAgeMs: number | null;
  /** How far our clock is behind the newest entry: more than a moment means that it was moved back. */
  readonly clockBehindMs: number;
  readonly witnesses: readonly WitnessState[];
  /** Entries that were read since the start and are not what was logged: somebody changed them in the store. */
  readonly faulty: readonly number[];
}

/** Why entries cannot be taken now; undefined when they can (AUD-1). Asks nobody, so that every append may ask it. */
export function troubleOf({ broken, behindMs }: Pick<Publisher, "broken" | "behindMs">): string | undefined {
  if (broken !== undefined) return broken;
  if (behindMs <= MOST_BEHIND_MS) return undefined;
  return `Its entries have been waiting for a signed checkpoint for ${Math.round(behindMs / 1000)} seconds.`;
}

/** Asks the store how the log is, for `doctor`, metrics and readiness. @throws when the store does not answer */
export async function conditionOf(
  store: LogStore,
  publisher: Pick<Publisher, "broken" | "behindMs">,
  witnesses: readonly WitnessState[],
  now: number,
  faulty: Iterable<number> = [],
): Promise<LogCondition> {
  const [newest, checkpoint] = await Promise.all([store.newestEntry(), store.newest()]);
  const entries = newest === null ? 0 : newest.index + 1;
  const lost = (checkpoint?.size ?? 0) - entries;
  return {
    trouble: troubleOf(publisher) ?? (lost > 0 ? `${lost} entries that were signed are missing.` : undefined),
    entries,
    waiting: Math.max(0, entries - (checkpoint?.size ?? 0)),
    checkpointAgeMs: checkpoint === null ? null : Math.max(0, now - checkpoint.at.getTime()),
    clockBehindMs: newest === null ? 0 : Math.max(0, newest.at.getTime() - now),
    witnesses,
    faulty: [...faulty],
  };
}
