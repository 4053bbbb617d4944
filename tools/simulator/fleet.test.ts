import { describe, expect, it } from "vitest";
import { Fleet } from "./fleet.ts";
import { markOf, spacedMark } from "./registration.ts";

const SHAPES = {
  current: /^[A-HK-PRSVWY][A-HJ-PR-Y]\d{2}[A-HJ-PR-Z]{3}$/,
  prefix: /^[A-HJ-NPR-TV-Y][1-9]\d{0,2}[A-HJ-PR-Y]{3}$/,
  suffix: /^[A-HJ-PR-Y]{3}[1-9]\d{0,2}[A-HJ-NPR-TV-Y]$/,
  "northern-ireland": /^[A-Z](?:[A-Z]Z|[A-Z]I|I[A-Z])\d{1,4}$/,
  q: /^Q[1-9]\d{0,2}[A-HJ-PR-Y]{3}$/,
  trade: /^\d{5}$/,
  military: /^[A-Z]{2}\d{2}[A-Z]{2}$/,
  diplomatic: /^\d{3}[DX]\d{3}$/,
} as const;

describe("the fleet's marks", () => {
  const marks = Array.from({ length: 60_000 }, (_, at) => markOf(7, at));
  const share = (style: string): number => marks.filter((mark) => mark.style === style).length / marks.length;

  it("come in the styles and shares of the roads", () => {
    expect(share("current")).toBeCloseTo(0.88, 2);
    expect(share("cherished")).toBeCloseTo(0.06, 2);
    expect(share("prefix")).toBeCloseTo(0.03, 2);
    expect(share("northern-ireland")).toBeCloseTo(0.02, 2);
    expect(share("foreign")).toBeCloseTo(0.003, 2);
  });

  it("have the shape of their style", () => {
    for (const [style, shape] of Object.entries(SHAPES))
      for (const mark of marks.filter((one) => one.style === style)) expect(mark.vrm).toMatch(shape);
  });

  it("are of an age that has been issued, newer ones more often", () => {
    const ages = marks.filter((mark) => mark.style === "current").map((mark) => Number(mark.vrm.slice(2, 4)));
    expect(ages.every((age) => (age >= 2 && age <= 26) || (age >= 51 && age <= 76))).toBe(true);
    expect(ages.filter((age) => age === 16 || age === 66).length).toBeGreaterThan(
      5 * ages.filter((age) => age === 5 || age === 55).length,
    );
  });

  it("do not repeat within a fleet of two million, in the current style", () => {
    const seen = new Set<string>();
    let current = 0;
    for (let at = 0; at < 2_000_000; at += 1) {
      // Every serial's repetitions for a sample of serials.
      if (at % 13_824 >= 400) continue;
      const mark = markOf(7, at);
      if (mark.style !== "current") continue;
      current++;
      seen.add(mark.vrm);
    }
    expect(seen.size).toBe(current);
  });

  it("are spaced as plates are", () => {
    expect(spacedMark("AB12CDE")).toBe("AB12 CDE");
    expect(spacedMark("A123BCD")).toBe("A123 BCD");
    expect(spacedMark("ABC123D")).toBe("ABC 123D");
    expect(spacedMark("1ABC")).toBe("1 ABC");
  });
});

describe("the fleet", () => {
  it("gives the same vehicle for the same seed and number", () => {
    expect(new Fleet(3, 50_000).vehicle(41_234)).toEqual(new Fleet(3, 50_000).vehicle(41_234));
    expect(new Fleet(4, 50_000).vehicle(41_234)).not.toEqual(new Fleet(3, 50_000).vehicle(41_234));
  });

  it("keeps a guest's mark, and makes lorries of lorry makers", () => {
    const fleet = new Fleet(3, 50_000);
    expect(fleet.vehicle(fleet.addGuest("kx10 dem")).mark).toMatchObject({
      vrm: "KX10DEM",
      spaced: "KX10 DEM",
    });
    const { start } = fleet.block("lorry");
    expect(fleet.vehicle(start)).toMatchObject({ activity: "lorry", body: "lorry" });
  });
});
