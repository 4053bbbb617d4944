import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { demoEstate } from "../estate/demo-estate.ts";
import { ACTIVITIES, Fleet } from "../fleet.ts";
import type { SimulatedRead } from "../simulated-read.ts";
import { GLYPHS } from "./glyphs.ts";
import { drawOverview, drawReadPatch, OVERVIEW_BYTES } from "./overview.ts";
import { PATCH_BYTES } from "./plate.ts";

const estate = demoEstate();
const fleet = new Fleet(3, 100_000);

function aRead(at: number): SimulatedRead {
  const { start } = fleet.block(ACTIVITIES[at % ACTIVITIES.length] ?? "van");
  const time = Date.UTC(2026, 5, 3, (at * 5) % 24, 13, 7);
  return {
    nrd: estate[(at * 37) % estate.length] as SimulatedRead["nrd"],
    vehicle: fleet.vehicle(start + at),
    journey: at,
    passed: time,
    captured: time,
    deliver: time,
    sent: "MISREAD",
    confidence: 90,
    direction: at % 2 === 0 ? "towards" : "away",
    tellsLooks: true,
    faults: ["misread"],
  };
}

describe("the drawings", () => {
  it("are JPEG of the right size and never too heavy", async () => {
    for (let at = 0; at < 48; at++) {
      const [patch, overview] = await Promise.all([drawReadPatch(aRead(at)), drawOverview(aRead(at))]);
      expect(patch.length).toBeLessThanOrEqual(PATCH_BYTES);
      expect(overview.length).toBeLessThanOrEqual(OVERVIEW_BYTES);
      expect(await sharp(patch).metadata()).toMatchObject({ format: "jpeg", width: 240, height: 60 });
      expect(await sharp(overview).metadata()).toMatchObject({ format: "jpeg", width: 640, height: 360 });
    }
  });

  it("show the true mark, not what was read", async () => {
    const read = aRead(4);
    expect(await drawReadPatch({ ...read, sent: "AA11AAA" })).toEqual(
      await drawReadPatch({ ...read, sent: "BB22BBB" }),
    );
  });

  it("have a glyph for every character of a mark", () => {
    for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
      expect(GLYPHS[character]?.length).toBeGreaterThan(0);
  });
});
