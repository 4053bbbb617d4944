import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRead } from "../../../test/archive/read-builders.ts";
import { DataRefused } from "../../errors.ts";
import { openClickHouse } from "./client.ts";
import type { ClickHouse } from "./clickhouse.ts";
import { tellRefusals } from "./data-refusal.ts";
import { migrateClickHouse } from "./migrate.ts";
import { openReadStore } from "./archive/read-store.ts";

let folder: string;
let clickhouse: ClickHouse;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "waywarden-refusal-"));
  clickhouse = await openClickHouse({ folder });
  await migrateClickHouse(clickhouse);
});
afterAll(async () => {
  await clickhouse?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("an insert that the archive refuses for its data", () => {
  it("is told apart, and leaves no row, also of other days", async () => {
    const DAY = 86_400_000;
    const reads = Array.from({ length: 400 }, (_, i) =>
      aRead({ captured: aRead().captured - (i % 3) * DAY, nrd: i + 1 }),
    );
    const store = openReadStore(clickhouse);
    for (const wrong of [{ confidence: 94.5 }, { lane: 1.5 }, { country: "A\tB", nrd: -1 }, { nrd: 1.5 }])
      await expect(store.insert([...reads, aRead(wrong)])).rejects.toThrow(DataRefused);
    const [row] = await clickhouse.query<{ rows: number }>("SELECT count() AS rows FROM reads");
    expect(row?.rows).toBe(0);
  });

  it("is not what a missing table, a full disk or a lost server is", async () => {
    await expect(clickhouse.insert("nothing", ["nrd"], Buffer.from("1\n"))).rejects.not.toThrow(DataRefused);
    for (const message of ["Code: 243. DB::Exception: Cannot reserve space", "socket hang up"])
      await expect(tellRefusals(() => Promise.reject(new Error(message)))).rejects.not.toThrow(DataRefused);
    const server = Object.assign(new Error("Cannot parse input"), { code: "27" });
    await expect(tellRefusals(() => Promise.reject(server))).rejects.toThrow(DataRefused);
  });
});
