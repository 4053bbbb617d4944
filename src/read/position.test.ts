import { describe, expect, it } from "vitest";
import { isPosition, isWithin, metresBetween, type Position } from "./position.ts";

const bodmin = { lat: 50.46, lon: -4.71 };

describe("a position", () => {
  it("is on the globe, and not where a sender had none to give", () => {
    for (const [lat, lon] of [
      [90, 180],
      [-90, -180],
      [0, 1],
      [1, 0],
    ] as const)
      expect([lat, lon, isPosition(lat, lon)]).toEqual([lat, lon, true]);
    for (const [lat, lon] of [
      [0, 0],
      [90.1, 0],
      [0, 180.1],
      [-91, 1],
      [1, -181],
      [Number.NaN, 1],
      [1, Number.NaN],
    ] as const)
      expect([lat, lon, isPosition(lat, lon)]).toEqual([lat, lon, false]);
  });

  it("is so many metres from another", () => {
    expect(metresBetween(bodmin, bodmin)).toBe(0);
    expect(metresBetween({ lat: 0, lon: 1 }, { lat: 1, lon: 1 })).toBeCloseTo(111_195, 0);
    expect(metresBetween({ lat: 60, lon: 0 }, { lat: 60, lon: 1 })).toBeCloseTo(55_597, -2);
    expect(metresBetween({ lat: 0, lon: 0 }, { lat: 0, lon: 180 })).toBeCloseTo(20_015_114.4, 0);
    // London to Edinburgh.
    expect(metresBetween({ lat: 51.5074, lon: -0.1278 }, { lat: 55.9533, lon: -3.1883 }) / 1_000).toBeCloseTo(
      534,
      0,
    );
  });
});

describe("an area", () => {
  const polygon = (...ring: readonly Position[]) => ({ kind: "polygon", ring }) as const;
  const corners = [
    { lat: 50, lon: -5 },
    { lat: 51, lon: -5 },
    { lat: 51, lon: -4 },
    { lat: 50, lon: -4 },
  ] as const;

  it("as a circle holds what is no further than its radius", () => {
    const radiusMetres = metresBetween(bodmin, { lat: 50.47, lon: -4.71 });
    const circle = { kind: "circle", centre: bodmin, radiusMetres } as const;
    expect(isWithin(circle, { lat: 50.47, lon: -4.71 })).toBe(true);
    expect(isWithin(circle, { lat: 50.4701, lon: -4.71 })).toBe(false);
  });

  it("as a polygon holds what is inside, whichever way round it goes, closed or open", () => {
    for (const ring of [corners, corners.toReversed(), [...corners, corners[0]]]) {
      expect(isWithin(polygon(...ring), bodmin)).toBe(true);
      for (const away of [
        { lat: 49.9, lon: -4.5 },
        { lat: 51.1, lon: -4.5 },
        { lat: 50.5, lon: -5.1 },
        { lat: 50.5, lon: -3.9 },
      ])
        expect(isWithin(polygon(...ring), away)).toBe(false);
    }
  });

  it("as a polygon with slanted sides and a bay follows them", () => {
    const bay = polygon(
      { lat: 0, lon: 0 },
      { lat: 4, lon: 0 },
      { lat: 2, lon: 2 },
      { lat: 4, lon: 4 },
      { lat: 0, lon: 4 },
    );
    expect(isWithin(bay, { lat: 3, lon: 0.9 })).toBe(true);
    expect(isWithin(bay, { lat: 3, lon: 1.1 })).toBe(false);
    expect(isWithin(bay, { lat: 3, lon: 2.9 })).toBe(false);
    expect(isWithin(bay, { lat: 3, lon: 3.1 })).toBe(true);
    expect(isWithin(bay, { lat: 1, lon: 2 })).toBe(true);
  });

  it("as a polygon of fewer than three corners holds nothing, not even its corners", () => {
    const [first, second] = corners;
    for (const ring of [[], [first], [first, first], [first, second]])
      for (const at of [first, second, bodmin]) expect(isWithin(polygon(...ring), at)).toBe(false);
  });
});
