import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatReadId, parseReadId } from "./read.ts";

describe("a read id", () => {
  it("leaves out the number of the first read", () => {
    expect(formatReadId(43, 1_795_176_000_123, 0)).toBe("43-1795176000123");
    expect(formatReadId(43, 1_795_176_000_123, 2)).toBe("43-1795176000123-2");
  });

  it("leads back to the read it was made for", () => {
    const nrds = fc.integer({ min: 1, max: 4_294_967_295 });
    const times = fc.integer({ min: 1, max: 99_999_999_999_999 });
    fc.assert(
      fc.property(nrds, times, fc.integer({ min: 0, max: 255 }), (nrd, captured, n) => {
        expect(parseReadId(formatReadId(nrd, captured, n))).toEqual({ nrd, captured, n });
      }),
    );
  });

  it("has one spelling", () => {
    const others = [
      "",
      "1",
      "1-",
      "-1-2",
      "01-2",
      "1-02",
      "1-2-0",
      "1-2-256",
      "1-2-03",
      "1-2-3-4",
      "4294967296-1",
      " 1-2",
      "1-2\n",
    ];
    for (const text of others) expect(parseReadId(text)).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const key = parseReadId(text);
        if (key !== null) expect(formatReadId(key.nrd, key.captured, key.n)).toBe(text);
      }),
    );
  });
});
