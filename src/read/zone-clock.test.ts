import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantOfSkippedWall, instantsOfWall, zoneOffset } from "./zone-clock.ts";

const LONDON = "Europe/London";
const utc = (text: string): number => Date.parse(`${text}Z`);
const shown = (instants: readonly number[]): readonly string[] =>
  instants.map((instant) => new Date(instant).toISOString().slice(0, 19));

describe("a zone's clock", () => {
  it("is put forward and back at the last second of the hour, not before", () => {
    expect(zoneOffset(utc("2026-03-29T00:59:59.999"), LONDON)).toBe(0);
    expect(zoneOffset(utc("2026-03-29T01:00:00"), LONDON)).toBe(3_600_000);
    expect(zoneOffset(utc("2026-10-25T00:59:59.999"), LONDON)).toBe(3_600_000);
    expect(zoneOffset(utc("2026-10-25T01:00:00"), LONDON)).toBe(0);
  });

  it("shows a wall time once, but in the hour that autumn repeats twice, and in the one that spring skips never", () => {
    const at = (wall: string): readonly string[] => shown(instantsOfWall(utc(wall), LONDON));
    expect(at("2026-07-10T12:00:00")).toEqual(["2026-07-10T11:00:00"]);
    expect(at("2026-10-25T00:59:59")).toEqual(["2026-10-24T23:59:59"]);
    expect(at("2026-10-25T01:00:00")).toEqual(["2026-10-25T00:00:00", "2026-10-25T01:00:00"]);
    expect(at("2026-10-25T01:59:59")).toEqual(["2026-10-25T00:59:59", "2026-10-25T01:59:59"]);
    expect(at("2026-10-25T02:00:00")).toEqual(["2026-10-25T02:00:00"]);
    expect(at("2026-03-29T00:59:59")).toEqual(["2026-03-29T00:59:59"]);
    expect(at("2026-03-29T01:00:00")).toEqual([]);
    expect(at("2026-03-29T01:59:59")).toEqual([]);
    expect(at("2026-03-29T02:00:00")).toEqual(["2026-03-29T01:00:00"]);
  });

  it("that has not been put forward shows the skipped hour as a winter hour", () => {
    expect(shown([instantOfSkippedWall(utc("2026-03-29T01:30:00"), LONDON)])).toEqual([
      "2026-03-29T01:30:00",
    ]);
  });

  it.each([LONDON, "Europe/Paris", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "UTC"])(
    "in %s shows at any instant a wall time whose instants hold that one",
    (timeZone) => {
      const instants = fc.integer({ min: utc("1990-01-01T00:00:00"), max: utc("2045-01-01T00:00:00") });
      fc.assert(
        fc.property(instants, (instant) => {
          const found = instantsOfWall(instant + zoneOffset(instant, timeZone), timeZone);
          expect(found).toContain(instant);
          expect(found).toEqual(found.toSorted((a, b) => a - b));
        }),
      );
    },
  );

  it("is that of a zone which exists", () => {
    expect(() => zoneOffset(0, "Europe/Midshire")).toThrow(RangeError);
  });
});
