import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawSample, sampleSize, STRATA, stratumOf, type LoggedEnquiry } from "./sample.ts";

const DAY_MS = 86_400_000;
const AT = Date.parse("2026-10-15T10:00:00Z");
const NUMBERS = {
  samplePercent: 1,
  sampleMinimum: 20,
  nationalRecheckPercent: 5,
  ordinaryDays: 90,
  manyReads: 100,
};

const enquiry = (index: number, differing: Partial<LoggedEnquiry> = {}): LoggedEnquiry => ({
  index,
  actor: `person${index % 7}`,
  at: AT,
  kind: "vrm",
  from: AT - DAY_MS,
  count: 3,
  ...differing,
});

const someEnquiries = fc
  .uniqueArray(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 400 })
  .chain((indexes) =>
    fc.tuple(
      ...indexes.map((index) =>
        fc.record({
          index: fc.constant(index),
          actor: fc.constantFrom("a", "b", "c"),
          at: fc.constant(AT),
          kind: fc.constantFrom("vrm", "place", "partial", null),
          from: fc.option(fc.integer({ min: AT - 365 * DAY_MS, max: AT })),
          count: fc.option(fc.nat(2_000)),
        }),
      ),
    ),
  );

describe("the stratum of an enquiry", () => {
  it("is the first that fits: old data, a place, many reads, the rest", () => {
    expect(stratumOf(enquiry(1, { from: AT - 91 * DAY_MS, kind: "place", count: 900 }), NUMBERS)).toBe("old");
    expect(stratumOf(enquiry(1, { from: AT - 90 * DAY_MS, kind: "place", count: 900 }), NUMBERS)).toBe(
      "area",
    );
    expect(stratumOf(enquiry(1, { count: 101 }), NUMBERS)).toBe("volume");
    expect(stratumOf(enquiry(1, { count: 100 }), NUMBERS)).toBe("rest");
    expect(stratumOf(enquiry(1, { from: null, kind: null, count: null }), NUMBERS)).toBe("rest");
  });
});

describe("the month's sample", () => {
  it("is the pack's share, at least its minimum, and never more than there is", () => {
    expect([0, 5, 20, 1_999, 2_000, 2_001, 43_000].map((count) => sampleSize(count, NUMBERS))).toEqual([
      0, 5, 20, 20, 20, 21, 430,
    ]);
  });

  it("is the same for the same enquiries and seed, whatever their order", () => {
    fc.assert(
      fc.property(someEnquiries, fc.string(), (enquiries, seed) => {
        const drawn = drawSample(enquiries, seed, NUMBERS);
        expect(drawSample([...enquiries].reverse(), seed, NUMBERS)).toEqual(drawn);
        expect(drawn.map(({ place }) => place)).toEqual(drawn.map((_, turn) => turn + 1));
        expect(new Set(drawn.map(({ index }) => index)).size).toBe(sampleSize(enquiries.length, NUMBERS));
        const indexes = new Set(enquiries.map(({ index }) => index));
        expect(drawn.every(({ index }) => indexes.has(index))).toBe(true);
      }),
    );
  });

  it("holds as much of each stratum as of any other, unless a stratum has no more", () => {
    fc.assert(
      fc.property(someEnquiries, fc.string(), (enquiries, seed) => {
        const drawn = drawSample(enquiries, seed, NUMBERS);
        const count = (items: readonly { stratum: string }[], stratum: string): number =>
          items.filter((item) => item.stratum === stratum).length;
        const there = enquiries.map((one) => ({ stratum: stratumOf(one, NUMBERS) }));
        const most = Math.max(...STRATA.map((stratum) => count(drawn, stratum)));
        for (const stratum of STRATA) {
          const taken = count(drawn, stratum);
          expect(taken === count(there, stratum) || taken >= most - 1).toBe(true);
        }
      }),
    );
  });

  it("is another with another seed", () => {
    const month = Array.from({ length: 3_000 }, (_, index) => enquiry(index));
    const one = drawSample(month, "one", NUMBERS);
    const other = drawSample(month, "other", NUMBERS);
    expect(one.map(({ index }) => index)).not.toEqual(other.map(({ index }) => index));
    expect(one).toHaveLength(30);
  });
});
