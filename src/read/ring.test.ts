import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ringFault } from "./ring.ts";

const ring = (...corners: readonly (readonly [number, number])[]) =>
  corners.map(([lat, lon]) => ({ lat, lon }));
const square = [
  [50, -5],
  [51, -5],
  [51, -4],
  [50, -4],
] as const;

describe("the corners of a polygon", () => {
  it("enclose a piece of ground, open or closed, either way round, dents and corners on a side included", () => {
    expect(ringFault(ring(...square))).toBeNull();
    expect(ringFault(ring(...square, square[0]))).toBeNull();
    expect(ringFault(ring(...square.toReversed()))).toBeNull();
    expect(ringFault(ring([50, -5], [51, -5], [50.2, -4.8], [50, -4]))).toBeNull();
    expect(ringFault(ring([50, -5], [50.5, -5], [51, -5], [51, -4]))).toBeNull();
  });

  it.each<[string, RegExp, readonly (readonly [number, number])[]]>([
    ["of one point", /three different/, [square[0], square[0]]],
    [
      "equal, two in a row",
      /Two corners in a row are at 51, -5/,
      [square[0], square[1], square[1], square[2]],
    ],
    ["on one line", /one line, through 50, -5/, [square[0], [51, -4], [52, -3]]],
    ["there and back", /one line|meets/, [square[0], [51, -4], [50.5, -4.5]]],
    [
      "that cross",
      /The side from 50, -5 meets the one from 51, -5/,
      [square[0], square[2], square[1], square[3]],
    ],
    ["that touch a side", /meets/, [square[0], square[1], [50, -4.5], square[2], square[3]]],
    ["that fold back", /meets/, [square[0], square[1], [50.5, -5], [50.5, -4]]],
  ])("%s do not, and the fault is named", (_what, fault, corners) => {
    expect(ringFault(ring(...corners))).toMatch(fault);
  });

  it("around a centre, in the order of their angles, always do", () => {
    const angles = fc.uniqueArray(fc.integer({ min: 0, max: 359 }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(angles, (given) => {
        const sorted = given.toSorted((a, b) => a - b);
        const corners = sorted.map((angle) => ({
          lat: 52 + Math.sin((angle * Math.PI) / 180),
          lon: -1 + Math.cos((angle * Math.PI) / 180),
        }));
        return ringFault(corners) === null;
      }),
    );
  });
});
