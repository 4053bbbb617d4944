import { lotOf } from "./sample.ts";

/** One review that was made; `index` is the entry it is about, `at` epoch milliseconds UTC. */
export interface MadeReview {
  readonly item: number;
  readonly index: number;
  readonly at: number;
  /** Whether it was drawn to be looked at again. */
  readonly recheck: boolean;
}

/** The reviews of one sample, in the order they were made. */
export interface ReviewedSample {
  readonly month: string;
  readonly organisation: number;
  /** No item of it waits for its review. */
  readonly complete: boolean;
  readonly reviews: readonly MadeReview[];
}

/**
 * The turns of reviews of which one is still to be drawn: so many reviews each that one is the share (percent) at least. What is
 * left over at the end is a turn of its own once the sample is complete.
 */
export function turnsToRecheck(
  { complete, reviews }: Pick<ReviewedSample, "complete" | "reviews">,
  percent: number,
): readonly (readonly MadeReview[])[] {
  if (percent <= 0) return [];
  const size = Math.max(1, Math.floor(100 / percent));
  const turns: (readonly MadeReview[])[] = [];
  for (let at = 0; at < reviews.length; at += size) turns.push(reviews.slice(at, at + size));
  return turns.filter((turn) => (turn.length === size || complete) && !turn.some(({ recheck }) => recheck));
}

/** The review of a turn that is looked at again: the lowest lot. Whoever has the seed can draw it again. */
export const recheckOf = (turn: readonly MadeReview[], seed: string): MadeReview =>
  turn.reduce((lowest, review) =>
    lotOf(seed, "recheck", review.index) < lotOf(seed, "recheck", lowest.index) ? review : lowest,
  );
