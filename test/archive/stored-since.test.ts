import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import { migrateClickHouse } from "../../src/storage/clickhouse/migrate.ts";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import { readsStoredSince } from "../../src/storage/clickhouse/archive/stored-since.ts";
import { aRead, NOON } from "./read-builders.ts";

const folder = mkdtempSync(join(tmpdir(), "waywarden-since-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("counts the reads of one process that were received since a moment, each once, however late they were", async () => {
  const clickhouse = await openClickHouse({ folder });
  await migrateClickHouse(clickhouse);
  const store = openReadStore(clickhouse);
  const since = Date.now();
  const late = aRead({ captured: NOON - 40 * 86_400_000, received: since });
  await store.insert([
    aRead({ captured: since - 2_000, received: since - 1 }),
    aRead({ captured: since - 1_000, received: since }),
    late,
    aRead({ captured: since - 500, received: since + 9_000, n: 31 }),
    aRead({ captured: since - 500, received: since, n: 32 }),
  ]);
  await store.insert([late]);
  const firstNode = { first: 0, end: 32 };
  expect(await readsStoredSince(clickhouse, since, firstNode)).toBe(3);
  expect(await readsStoredSince(clickhouse, since, { first: 32, end: 64 })).toBe(1);
  expect(await readsStoredSince(clickhouse, 0, firstNode)).toBe(4);
  expect(await readsStoredSince(clickhouse, since + 86_400_000, firstNode)).toBe(0);
  await clickhouse.close();
});
