import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFolderVault } from "../../src/storage/images/folder-vault.ts";
import { jpegOf } from "./bof2-body.ts";
import { seeded } from "./bodies.ts";
import { quantile, type Figure } from "./report.ts";

const GROUP = 100;
const READS = 500;

/** Encrypted images on disk: how many a second are durable, and how long opening one takes. */
export async function benchImages(scale: { images: number }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-bench-"));
  const vault = openFolderVault({
    folder: join(folder, "days"),
    keys: join(folder, "keys"),
    masterKey: randomBytes(32),
  });
  try {
    const patch = await jpegOf(3_000);
    const overview = await jpegOf(25_000);
    const now = Date.now();
    const kept: { location: Awaited<ReturnType<typeof vault.append>>[number]; captured: number }[] = [];
    const appendMs: number[] = [];
    const started = performance.now();
    for (let at = 0; at < scale.images; at += GROUP) {
      const images = Array.from({ length: GROUP }, (_, i) => {
        const kind = i % 2 === 0 ? ("patch" as const) : ("overview" as const);
        return { nrd: 1, captured: now + at + i, n: 0, kind, jpeg: kind === "patch" ? patch : overview };
      });
      const before = performance.now();
      const locations = await vault.append(images);
      appendMs.push(performance.now() - before);
      kept.push({ location: locations[0] as (typeof locations)[number], captured: now + at });
    }
    const seconds = (performance.now() - started) / 1000;
    const random = seeded(8);
    const openMs: number[] = [];
    for (let i = 0; i < READS; i++) {
      const { location, captured } = kept[Math.floor(random() * kept.length)] as (typeof kept)[number];
      const before = performance.now();
      await vault.read(location, { nrd: 1, captured, n: 0, kind: "patch" });
      openMs.push(performance.now() - before);
    }
    return [
      {
        measure: `images durable, groups of ${GROUP}, half 3 KB and half 25 KB`,
        value: scale.images / seconds,
        unit: "images/s",
      },
      { measure: "  a group, p99", value: quantile(appendMs, 0.99), unit: "ms" },
      { measure: "opening one image, p50", value: quantile(openMs, 0.5), unit: "ms" },
      { measure: "opening one image, p99", value: quantile(openMs, 0.99), unit: "ms" },
    ];
  } finally {
    await vault.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
