import { describe, expect, it } from "vitest";
import { accessFloor } from "./access-floor.ts";

const floor = (now: string) => new Date(accessFloor(Date.parse(now), 12)).toISOString();

describe("accessFloor (RET-1)", () => {
  it("is the same moment twelve calendar months before", () => {
    expect(floor("2026-11-22T10:15:30.123Z")).toBe("2025-11-22T10:15:30.123Z");
  });
  it("falls back from 29 February to 28 February", () => {
    expect(floor("2028-02-29T00:00:00.000Z")).toBe("2027-02-28T00:00:00.000Z");
  });
  it("reaches across a leap day", () => {
    expect(floor("2028-03-01T00:00:00.000Z")).toBe("2027-03-01T00:00:00.000Z");
  });
});
