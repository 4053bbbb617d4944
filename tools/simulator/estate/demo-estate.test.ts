import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { demoEstate } from "./demo-estate.ts";
import { estateCsv } from "./estate-row.ts";
import { readEstateFile } from "./estate-file.ts";

const NATIONAL = "../shared/data/gb-nrds.csv.gz";
if (!existsSync(NATIONAL))
  console.warn(`skipped, for ${NATIONAL} is absent: the national register can be read`);

describe("the demonstration's estate", () => {
  const estate = demoEstate();

  it("has about two thousand NRDs, each with its own identity, inside Great Britain", () => {
    expect(estate.length).toBeGreaterThan(1_800);
    expect(estate.length).toBeLessThan(2_300);
    expect(new Set(estate.map((row) => `${row.feed}-${row.source}-${row.camera}`)).size).toBe(estate.length);
    for (const row of estate) {
      expect(row.latitude).toBeGreaterThan(49.9);
      expect(row.latitude).toBeLessThan(58.8);
      expect(row.longitude).toBeGreaterThan(-6);
      expect(row.longitude).toBeLessThan(1.9);
    }
  });

  it("has every type of NRD, most of them static", () => {
    const types = new Set(estate.map((row) => row.type));
    expect([...types].sort()).toEqual([
      "cctv-integrated",
      "covert",
      "mobile",
      "moveable",
      "multi-lane",
      "static",
    ]);
    expect(estate.filter((row) => row.type === "static").length).toBeGreaterThan(estate.length / 2);
  });

  it("is the same every time and survives the way through a CSV file", async () => {
    expect(demoEstate()).toEqual(estate);
    const path = join(mkdtempSync(join(tmpdir(), "estate-")), "estate.csv");
    writeFileSync(path, estateCsv(estate));
    expect(await readEstateFile(path)).toEqual(estate);
  });

  it("names the row and column of a register file that cannot be used", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "estate-")), "bad.csv");
    writeFileSync(
      path,
      estateCsv(estate.slice(0, 2)).replace(",static,", ",balloon,").replace(",multi-lane,", ",balloon,"),
    );
    await expect(readEstateFile(path)).rejects.toThrow(
      /row 1: column type must be one of .* found "balloon"/,
    );
    await expect(readEstateFile(`${path}.gz`)).rejects.toThrow(/ENOENT/);
  });

  it.skipIf(!existsSync(NATIONAL))("is not the only one: the national register can be read", async () => {
    expect((await readEstateFile(NATIONAL)).length).toBeGreaterThan(17_000);
  });
});
