import { describe, expect, it } from "vitest";
import { mayFitPattern } from "./unread.ts";

describe("a mark with letters that were not read", () => {
  it.each(["AB12?DE", "ab12 _de", "AB12#DE", "AB12*DE"])("as %s may be what a pattern asks for", (sent) => {
    for (const pattern of ["AB12CDE", "AB12*", "AB?2CDE", "*DE", "A*E"])
      expect([pattern, mayFitPattern(pattern, sent)]).toEqual([pattern, true]);
    for (const pattern of ["AB13*", "AB12CD", "*DF", "XAB12CDE"])
      expect([pattern, mayFitPattern(pattern, sent)]).toEqual([pattern, false]);
  });

  it("says nothing where fewer than three letters were read, or where all were", () => {
    expect(mayFitPattern("AB12*", "A?????")).toBe(false);
    expect(mayFitPattern("AB12*", "AB12CDE")).toBe(false);
  });
});
