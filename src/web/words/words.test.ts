import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { sayAge } from "./age.ts";
import { sayCertainty } from "./certainty.ts";
import { londonToEpoch, sayTime, toLocalInput } from "./london-time.ts";
import { compareVehicles, sayVehicle } from "./vehicle.ts";

describe("times on screen", () => {
  it("are on London clocks, with UTC beside them", () => {
    expect(sayTime("2026-07-01T22:59:58.123Z")).toEqual({
      iso: "2026-07-01T22:59:58.123Z",
      full: "1 July 2026, 23:59:58",
      clock: "23:59:58",
      short: "1 Jul 2026 23:59:58",
      utc: "2026-07-01 22:59:58.123 UTC",
    });
    expect(sayTime("2026-01-01T00:00:00.000Z").clock).toBe("00:00:00");
  });

  it("show text that is no time as it is", () => {
    expect(sayTime("never").full).toBe("never");
  });
});

describe("times that people type", () => {
  it("are London clock time, in two notations", () => {
    expect(londonToEpoch("2026-11-22T08:15", "from")).toBe(Date.UTC(2026, 10, 22, 8, 15));
    expect(londonToEpoch("22/11/2026 08:15", "from")).toBe(Date.UTC(2026, 10, 22, 8, 15));
    expect(londonToEpoch("2026-07-22T08:15:30", "from")).toBe(Date.UTC(2026, 6, 22, 7, 15, 30));
  });

  it("take the wider period in the hour that autumn repeats", () => {
    expect(londonToEpoch("2026-10-25T01:30", "from")).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(londonToEpoch("2026-10-25T01:30", "to")).toBe(Date.UTC(2026, 9, 25, 1, 30));
  });

  it("are refused where the clock never showed them", () => {
    for (const text of [
      "2026-03-29T01:30",
      "2026-02-30T10:00",
      "31/04/2026 10:00",
      "2026-11-22T24:00",
      "yesterday",
      "",
      "1/1/26 1:00",
      "0026-01-01T01:00",
    ]) {
      expect(londonToEpoch(text, "from"), text).toBeNull();
    }
  });

  it("come back as what the input shows, except in the repeated hour", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2030, 0, 1) / 60_000 }),
        (minute) => {
          const epoch = minute * 60_000;
          const from = londonToEpoch(toLocalInput(epoch), "from") as number;
          const to = londonToEpoch(toLocalInput(epoch), "to") as number;
          expect(from <= epoch && epoch <= to).toBe(true);
          expect([0, 3_600_000]).toContain(to - from);
        },
      ),
    );
  });
});

describe("ages", () => {
  it("are said in the units a tired person can take in", () => {
    expect([-5, 9_000, 245_000, 11_520_000, 400_000_000].map(sayAge)).toEqual([
      "0 s",
      "9 s",
      "4 min 05 s",
      "3 h 12 min",
      "4 days",
    ]);
  });
});

describe("how sure the camera was", () => {
  it("has words beside the number, and never certainty", () => {
    expect(sayCertainty(null)).toContain("did not say");
    expect(sayCertainty(97)).toContain("97 out of 100. It can still be wrong");
    expect(sayCertainty(40)).toContain("guessing");
  });
});

describe("expected against seen", () => {
  it("differs only where both are known and unlike", () => {
    const verdicts = compareVehicles(
      { make: "Ford", model: null, colour: "grey" },
      { make: "FORD", model: "FOCUS", colour: "Gray" },
    );
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["agrees", "unknown", "agrees", "unknown"]);
    expect(
      compareVehicles(
        { make: null, model: null, colour: "RED" },
        { make: null, model: null, colour: "BLUE" },
      )[2]?.verdict,
    ).toBe("differs");
  });

  it("says a vehicle in the order of speech", () => {
    expect(sayVehicle({ make: "FORD", model: "FOCUS", colour: "blue" })).toBe("BLUE FORD FOCUS");
    expect(sayVehicle(undefined)).toBe("");
  });
});
