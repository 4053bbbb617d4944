import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recheckOf, turnsToRecheck, type MadeReview } from "./recheck.ts";

const reviews = (count: number, again: readonly number[] = []): MadeReview[] =>
  Array.from({ length: count }, (_, at) => ({
    item: at + 1,
    index: at * 10,
    at,
    recheck: again.includes(at + 1),
  }));
const sizes = (of: Parameters<typeof turnsToRecheck>[0], percent = 5): readonly number[] =>
  turnsToRecheck(of, percent).map(({ length }) => length);

describe("the reviews that are looked at again", () => {
  it("are drawn one in each turn, when the turn is over and never before", () => {
    expect(sizes({ complete: false, reviews: reviews(19) })).toEqual([]);
    expect(sizes({ complete: false, reviews: reviews(45) })).toEqual([20, 20]);
    expect(sizes({ complete: true, reviews: reviews(45) })).toEqual([20, 20, 5]);
    expect(sizes({ complete: true, reviews: reviews(45, [7, 41]) })).toEqual([20]);
    expect(sizes({ complete: true, reviews: reviews(7) }, 30)).toEqual([3, 3, 1]);
    expect(sizes({ complete: true, reviews: reviews(7) }, 0)).toEqual([]);
    expect(sizes({ complete: true, reviews: reviews(2) }, 100)).toEqual([1, 1]);
  });

  it("are the share at least, and follow the seed alone", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 100 }),
        fc.string(),
        (n, percent, seed) => {
          const turns = turnsToRecheck({ complete: true, reviews: reviews(n) }, percent);
          expect(turns.length).toBeGreaterThanOrEqual((n * percent) / 100);
          for (const turn of turns)
            expect(recheckOf([...turn].reverse(), seed)).toEqual(recheckOf(turn, seed));
        },
      ),
    );
    const drawn = new Set(Array.from({ length: 200 }, (_, n) => recheckOf(reviews(20), `root ${n}`).item));
    expect(drawn.size).toBe(20);
  });
});
