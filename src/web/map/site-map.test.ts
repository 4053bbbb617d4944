import { describe, expect, it } from "vitest";
import { pathOf, pixelOf, frameAround, type Outline } from "./outline.ts";
import { siteMap } from "./site-map.ts";

const SQUARE: Outline = {
  land: [
    [
      [-2, 50],
      [2, 50],
      [2, 54],
      [-2, 54],
    ],
  ],
  neighbours: [],
};

describe("a map of sites", () => {
  it("puts one site in the middle, 60 km to each side, with a scale that fits", () => {
    const map = siteMap(SQUARE, [{ lat: 52, lon: 0, name: "A1", weight: 1 }], "Where it was");
    expect(map?.marks).toEqual([{ x: 240, y: 200, r: 8, name: "A1" }]);
    expect(map?.scale).toEqual({ pixels: 80, words: "20 km" });
  });

  it("widens until every site is on it, and sizes dots by their reads", () => {
    const map = siteMap(
      SQUARE,
      [
        { lat: 50, lon: -5, name: "west", weight: 1 },
        { lat: 58, lon: 1, name: "north", weight: 100 },
      ],
      "Sites",
    );
    for (const { x, y } of map?.marks ?? []) expect(x >= 0 && x <= 480 && y >= 0 && y <= 400).toBe(true);
    expect(map?.marks.map(({ name, r }) => [name, r])).toEqual([
      ["north", 12],
      ["west", 4.8],
    ]);
  });

  it("is nothing without sites", () => {
    expect(siteMap(SQUARE, [], "Sites")).toBeNull();
  });
});

describe("drawing the coast", () => {
  it("cuts land to the frame", () => {
    const frame = frameAround({ lat: 52, lon: 0 }, 100, 100, 100);
    expect(pathOf(SQUARE.land, frame)).toMatch(/^M(-?\d+(\.\d)? -?\d+(\.\d)?L?){4}Z$/);
    expect(
      pathOf(
        [
          [
            [10, 10],
            [11, 10],
            [11, 11],
          ],
        ],
        frame,
      ),
    ).toBe("");
    expect(pixelOf(frame, 0, 52)).toEqual({ x: 50, y: 50 });
  });
});
