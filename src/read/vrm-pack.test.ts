import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packVrm, unpackVrm } from "./vrm-pack.ts";

describe("packVrm", () => {
  it("gives every VRM a number below 2^53 from which it is read back", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{0,10}$/), (vrm) => {
        const packed = packVrm(vrm);
        expect(Number.isSafeInteger(packed)).toBe(true);
        expect(unpackVrm(packed)).toBe(vrm);
      }),
    );
    expect(unpackVrm(packVrm("ZZZZZZZZZZ"))).toBe("ZZZZZZZZZZ");
  });

  it("tells leading zeros and lengths apart", () => {
    const marks = ["", "0", "00", "00123", "0123", "123", "A", "A0", "0A"];
    expect(new Set(marks.map(packVrm)).size).toBe(marks.length);
  });

  it("refuses what is no VRM", () => {
    for (const text of ["ab", "A B", "A?", "ABCDEFGHIJK", "Ä", "-"])
      expect(() => packVrm(text)).toThrow(RangeError);
    for (const number of [-1, 37, 37 ** 10, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => unpackVrm(number)).toThrow(RangeError);
    }
  });
});
