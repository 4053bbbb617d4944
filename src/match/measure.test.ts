import { describe, expect, it } from "vitest";
import { measureMatchSet } from "./measure.ts";

describe("measureMatchSet", () => {
  it("gives every figure, in memory that follows from the number of entries", () => {
    const measure = measureMatchSet(2000);
    expect(measure.entries).toBe(2000);
    expect(measure.bytesPerEntry).toBe(measure.bytes / 2000);
    for (const { p50, p99 } of [measure.lookupNs, measure.hitNs, measure.missNs, measure.changeNs]) {
      expect(p50).toBeGreaterThan(0);
      expect(p99).toBeGreaterThanOrEqual(p50);
    }
  });
});
