import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitsPattern, givenCharacters, isPattern } from "./pattern.ts";

/** The same rule, written as one would say it: character by character, `*` taking none or one more. */
function fits(pattern: string, vrm: string): boolean {
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === undefined) return vrm === "";
  if (first === "*") return fits(rest, vrm) || (vrm !== "" && fits(pattern, vrm.slice(1)));
  return vrm !== "" && (first === "?" || first === vrm[0]) && fits(rest, vrm.slice(1));
}

describe("a partial VRM", () => {
  it.each([
    ["AB*", ["AB", "AB1", "AB12CDE"], ["A", "BAB", "XAB1"]],
    ["*CDE", ["CDE", "AB12CDE"], ["CD", "CDEF", "AB12CDX"]],
    ["A*E", ["AE", "AB12CDE"], ["A", "E", "AB12CDF", "BE"]],
    ["A**E", ["AE", "AB12CDE"], ["A"]],
    ["*1*", ["1", "A1", "1A", "AB12CDE"], ["", "AB"]],
    ["AB?2CDE", ["AB12CDE", "AB22CDE"], ["AB2CDE", "AB112CDE", "AB12CDE1"]],
    ["AB12CDE", ["AB12CDE"], ["AB12CD", "AB12CDEF", "XAB12CDE"]],
  ])("%s fits what it says, and nothing else", (pattern, fitting, other) => {
    for (const vrm of fitting) expect([vrm, fitsPattern(pattern, vrm)]).toEqual([vrm, true]);
    for (const vrm of other) expect([vrm, fitsPattern(pattern, vrm)]).toEqual([vrm, false]);
  });

  it("fits as a person would read it", () => {
    const text = (letters: string) =>
      fc.array(fc.constantFrom(...letters.split("")), { maxLength: 7 }).map((all) => all.join(""));
    fc.assert(
      fc.property(text("AB1?*"), text("AB1"), (pattern, vrm) => {
        expect(fitsPattern(pattern, vrm)).toBe(fits(pattern, vrm));
      }),
      { numRuns: 1_000 },
    );
  });

  it("holds letters, digits, ? and *, 1 to 12 of them", () => {
    for (const text of ["A", "AB12CDE", "?*", "A".repeat(12)])
      expect([text, isPattern(text)]).toEqual([text, true]);
    for (const text of ["", "ab", "A B", "A.", "A%", "A\n", "A".repeat(13)])
      expect([text, isPattern(text)]).toEqual([text, false]);
  });

  it("gives as many characters as are neither ? nor *", () => {
    expect(givenCharacters("A?1*B*")).toBe(3);
    expect(givenCharacters("?*")).toBe(0);
  });
});
