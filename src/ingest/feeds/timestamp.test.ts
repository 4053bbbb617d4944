import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantOfWall, readCaptureTime } from "./local-time.ts";
import { instantOf, readTime } from "./timestamp.ts";

const utc = (text: string): number => Date.parse(text);
const LONDON = "Europe/London";

describe("a written time", () => {
  it("is read as Date reads it, whatever the zone and the fraction", () => {
    const instants = fc.date({
      min: new Date("1971-01-01"),
      max: new Date("2099-12-31"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        const time = readTime(date.toISOString());
        expect(time && instantOf(time)).toBe(date.getTime());
      }),
    );
  });

  it("takes an offset into account", () => {
    const time = readTime("2024-07-01T13:34:56.789+01:00");
    expect(time && instantOf(time)).toBe(utc("2024-07-01T12:34:56.789Z"));
  });

  it("keeps milliseconds of any fraction and knows when there was none", () => {
    expect(readTime("2024-07-01T12:00:00.1234567Z")).toMatchObject({
      fraction: true,
      wall: utc("2024-07-01T12:00:00.123Z"),
    });
    expect(readTime("2024-07-01T12:00:00.5Z")).toMatchObject({ wall: utc("2024-07-01T12:00:00.500Z") });
    expect(readTime("2024-07-01T12:00:00Z")).toMatchObject({ fraction: false });
  });

  it.each([
    ["2024-07-01t12:00:00.5z", "2024-07-01T12:00:00.500Z"],
    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"],
    ["2016-12-31T23:59:60.250Z", "2017-01-01T00:00:00.250Z"],
    ["2017-01-01T05:29:60+05:30", "2017-01-01T00:00:00Z"],
    ["2024-12-31T24:00:00Z", "2025-01-01T00:00:00Z"],
  ])("reads %s as RFC 3339 and xsd:dateTime mean it", (text, expected) => {
    const time = readTime(text);
    expect(time && instantOf(time)).toBe(utc(expected));
  });

  it.each([
    "",
    "2024-02-30T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-01T24:00:01Z",
    "2024-01-01T24:01:00Z",
    "2024-01-01T25:00:00Z",
    "2024-01-01T23:59:61Z",
    "2024-01-01T00:60:00Z",
    "2024-01-01T00:00:60Z",
    "2024-01-01 00:00:00Z",
    "2024-01-01T00:00:00.Z",
    "2024-01-01T00:00:00+1:00",
    "2024-01-01T00:00:00+15:00",
    "2024-01-01T00:00:00Z ",
    "1969-12-31T23:59:59Z",
    "not-a-date",
  ])("refuses %j", (text) => expect(readTime(text)).toBeNull());
});

describe("a local time without zone", () => {
  const at = (text: string): number => utc(`${text}Z`);

  it("is winter or summer time by its date", () => {
    expect(instantOfWall(at("2026-01-10T12:00:00"), LONDON, at("2026-02-01T00:00:00"))).toBe(
      utc("2026-01-10T12:00:00Z"),
    );
    expect(instantOfWall(at("2026-07-10T12:00:00"), LONDON, at("2026-08-01T00:00:00"))).toBe(
      utc("2026-07-10T11:00:00Z"),
    );
  });

  it("in the repeated hour is the later instant that is not after receipt", () => {
    const wall = at("2026-10-25T01:30:00");
    expect(instantOfWall(wall, LONDON, utc("2026-10-25T00:30:05Z"))).toBe(utc("2026-10-25T00:30:00Z"));
    expect(instantOfWall(wall, LONDON, utc("2026-10-25T01:30:05Z"))).toBe(utc("2026-10-25T01:30:00Z"));
  });

  it("in the missing hour is as if the clock had not been put forward", () => {
    expect(instantOfWall(at("2026-03-29T01:30:00"), LONDON, utc("2026-04-01T00:00:00Z"))).toBe(
      utc("2026-03-29T01:30:00Z"),
    );
  });

  it("is flagged as assumed", () => {
    expect(readCaptureTime("2026-07-10T12:00:00", LONDON, utc("2026-07-10T12:00:00Z"))).toEqual({
      captured: utc("2026-07-10T11:00:00Z"),
      timeQuality: "local-assumed",
      resolutionMs: 1000,
    });
  });
});
