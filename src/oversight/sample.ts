import { createHash } from "node:crypto";

/** What a reviewer should see enough of: the first that fits an enquiry is its stratum (AUD-3). */
export const STRATA = ["old", "area", "volume", "rest"] as const;
export type Stratum = (typeof STRATA)[number];

/** One enquiry as the log has it: its first entry. Times are epoch milliseconds UTC. */
export interface LoggedEnquiry {
  readonly index: number;
  /** Username of who asked. */
  readonly actor: string;
  readonly at: number;
  readonly kind: string | null;
  /** The oldest moment asked about; null where the entry does not say. */
  readonly from: number | null;
  /** Reads found; null where it was refused or failed. */
  readonly count: number | null;
}

/** Numbers of the policy pack that a draw follows. */
export interface SampleNumbers {
  readonly samplePercent: number;
  readonly sampleMinimum: number;
  /** The share of reviews that the national auditor looks at again, see recheck.ts. */
  readonly nationalRecheckPercent: number;
  /** Days after which data counts as old. */
  readonly ordinaryDays: number;
  /** More reads than this are many. */
  readonly manyReads: number;
}

/** One enquiry that was drawn. */
export interface DrawnItem {
  readonly index: number;
  readonly person: string;
  readonly stratum: Stratum;
  /** Its turn in the review, from 1. */
  readonly place: number;
}

const DAY_MS = 86_400_000;

/** The stratum of an enquiry. */
export function stratumOf(
  { at, from, kind, count }: LoggedEnquiry,
  { ordinaryDays, manyReads }: Pick<SampleNumbers, "ordinaryDays" | "manyReads">,
): Stratum {
  if (from !== null && from < at - ordinaryDays * DAY_MS) return "old";
  if (kind === "place") return "area";
  if (count !== null && count > manyReads) return "volume";
  return "rest";
}

/** How many of a number of enquiries are drawn: the pack's share, at least its minimum, at most all. */
export const sampleSize = (
  enquiries: number,
  { samplePercent, sampleMinimum }: Pick<SampleNumbers, "samplePercent" | "sampleMinimum">,
): number => Math.min(enquiries, Math.max(sampleMinimum, Math.ceil((enquiries * samplePercent) / 100)));

/** The lot of an entry: SHA-256 over seed, purpose and index, a line each. Whoever has the seed can draw again. */
export const lotOf = (seed: string, purpose: "review" | "recheck", index: number): string =>
  createHash("sha256").update(`${seed}\n${purpose}\n${index}`).digest("hex");

/**
 * Draws the sample of one organisation's month (AUD-3, AUD-4). The strata take turns, each giving its lowest lot, so that rare
 * and risky enquiries are always looked at. Nobody chooses: the same enquiries and seed give the same sample in any order.
 */
export function drawSample(
  enquiries: readonly LoggedEnquiry[],
  seed: string,
  numbers: SampleNumbers,
): readonly DrawnItem[] {
  const waiting = STRATA.map((stratum) => ({
    stratum,
    entries: enquiries
      .filter((enquiry) => stratumOf(enquiry, numbers) === stratum)
      .map((enquiry) => ({ ...enquiry, lot: lotOf(seed, "review", enquiry.index) }))
      .sort((a, b) => (a.lot < b.lot ? -1 : 1)),
  }));
  const size = sampleSize(enquiries.length, numbers);
  const drawn: { index: number; person: string; stratum: Stratum }[] = [];
  for (let turn = 0; drawn.length < size; turn++) {
    for (const { stratum, entries } of waiting) {
      const entry = entries[turn];
      if (entry !== undefined && drawn.length < size)
        drawn.push({ index: entry.index, person: entry.actor, stratum });
    }
  }
  return drawn
    .sort((a, b) => (lotOf(seed, "review", a.index) < lotOf(seed, "review", b.index) ? -1 : 1))
    .map((item, turn) => ({ ...item, place: turn + 1 }));
}
