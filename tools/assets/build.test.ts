import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildAssets } from "./build.mjs";

const outDir = mkdtempSync(join(tmpdir(), "waywarden-assets-"));
afterAll(() => rmSync(outDir, { recursive: true, force: true }));
const read = (name: string): string => readFileSync(join(outDir, name), "utf8");

describe("the asset build", () => {
  it("makes hashed files and a manifest, once", async () => {
    expect(await buildAssets({ outDir })).toBe("built");
    const made = readdirSync(outDir);
    expect(await buildAssets({ outDir })).toBe("unchanged");
    expect(readdirSync(outDir)).toEqual(made);
    const { files } = JSON.parse(read("manifest.json")) as { files: Record<string, string> };
    expect(Object.keys(files).sort()).toEqual([
      "board-island.js",
      "favicon.svg",
      "passkey-island.js",
      "site-island.js",
      "waywarden.css",
    ]);
    for (const name of Object.values(files)) expect(name).toMatch(/-[0-9a-f]{10}\.(css|js|svg)$/);
  });

  it("carries neither the crown nor the font of GOV.UK, and loads nothing from elsewhere", () => {
    const css = read(readdirSync(outDir).find((name) => name.endsWith(".css")) as string);
    expect(css.match(/GDS Transport|@font-face|crest|crown/g)).toBeNull();
    expect((css.match(/url\([^)]*\)/g) ?? []).filter((url) => !/^url\("?\/assets\//.test(url))).toEqual([]);
    expect(css.includes("font-family:system-ui")).toBe(true);
  });

  it("cuts the outline of these islands, small enough to keep in memory", () => {
    const { land } = JSON.parse(read("outline.json")) as { land: [number, number][][] };
    const points = land.flat();
    const lons = points.map(([lon]) => lon);
    const lats = points.map(([, lat]) => lat);
    expect([
      Math.min(...lons) < -10,
      Math.max(...lons) > 1.7,
      Math.min(...lats) < 50,
      Math.max(...lats) > 60.5,
    ]).toEqual([true, true, true, true]);
    expect(read("outline.json").length).toBeLessThan(400_000);
  });
});
