import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandPattern, maskedKey } from "./pattern.ts";

const whyOf = (pattern: string, limits = {}): string => {
  const result = expandPattern(pattern, limits);
  return result.kind === "refused" ? `${result.code}: ${result.why}` : "allowed";
};

describe("expandPattern", () => {
  it("writes a run as every length that a VRM can have", () => {
    const result = expandPattern("AB*9");
    expect(result.kind === "expansions" && result.expansions.map(({ length }) => length)).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  it("counts neighbouring runs as one", () => {
    expect(expandPattern("AB***9")).toEqual(expandPattern("AB*9"));
  });

  it.each([
    ["", "PATTERN_INVALID: A pattern can contain only A to Z, 0 to 9, ? and *."],
    ["ab*", "PATTERN_INVALID: A pattern can contain only A to Z, 0 to 9, ? and *."],
    ["AB(12)*", "PATTERN_INVALID: A pattern can contain only A to Z, 0 to 9, ? and *."],
    ["ABCDEFGHIJ?", "PATTERN_INVALID: The pattern needs 11 characters; a VRM has at most 10."],
    ["*".repeat(1_000_000), "PATTERN_INVALID: The pattern is longer than 32 characters."],
    ["*", "PATTERN_TOO_WIDE: The pattern has 0 letters or digits; it needs at least 2."],
    ["A??????", "PATTERN_TOO_WIDE: The pattern has 1 letters or digits; it needs at least 2."],
    ["*A*B*C*", "PATTERN_TOO_WIDE: The pattern can be expanded in more than 256 ways; use fewer *."],
  ])("refuses %.20s with a reason", (pattern, why) => {
    expect(whyOf(pattern)).toBe(why);
  });

  it("takes other limits", () => {
    expect(whyOf("A*", { minFixed: 1 })).toBe("allowed");
    expect(whyOf("A*", { minFixed: 1, maxExpansions: 9 })).toMatch(/^PATTERN_TOO_WIDE/);
    expect(whyOf("AB12*", { minFixed: 5 })).toMatch(/^PATTERN_TOO_WIDE/);
  });

  it("fits exactly the VRMs that a regular expression fits", () => {
    const pattern = fc.stringMatching(/^[AB?*]{2,6}$/);
    const vrm = fc.stringMatching(/^[ABC]{1,10}$/);
    fc.assert(
      fc.property(pattern, fc.array(vrm, { minLength: 20 }), (pattern, vrms) => {
        const result = expandPattern(pattern, { minFixed: 0, maxExpansions: 100_000 });
        if (result.kind === "refused") throw new Error(result.why);
        const regex = new RegExp(`^${pattern.replaceAll("?", ".").replaceAll("*", ".*")}$`);
        for (const vrm of vrms) {
          const fits = result.expansions.some(
            ({ length, mask, key }) => vrm.length === length && maskedKey(vrm, mask) === key,
          );
          expect(fits).toBe(regex.test(vrm));
        }
      }),
      { numRuns: 300 },
    );
  });
});
