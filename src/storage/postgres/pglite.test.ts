import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { putGovernedStore } from "../../../test/servers/governed-stores.ts";
import { openPglite } from "./pglite.ts";

it("tells when its worker dies, fails what waits and what comes later, and still closes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-pglite-"));
  await putGovernedStore(folder);
  let worker: Worker | undefined;
  process.once("worker", (started) => (worker = started));
  const deaths: string[] = [];
  const database = await openPglite(folder, { died: (error) => deaths.push(error.message) });
  const waiting = database.query("select pg_sleep(60)").catch((error: Error) => error.message);
  await worker?.terminate();
  const stopped = "the embedded database has stopped";
  expect(await waiting).toBe(stopped);
  await expect(database.query("select 1")).rejects.toThrow(stopped);
  await expect(database.transaction(async () => 1)).rejects.toThrow(stopped);
  expect(deaths).toEqual([stopped]);
  await database.close();

  const again = await openPglite(folder, { died: (error) => deaths.push(error.message) });
  expect(await again.query("select 1 as one")).toEqual([{ one: 1 }]);
  await again.close();
  expect(deaths).toHaveLength(1);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

it("writes what was committed to the disk before it answers", async () => {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-pglite-"));
  await putGovernedStore(folder);
  const database = await openPglite(folder);
  const settings = await database.query<{ name: string; setting: string }>(
    "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'wal_sync_method') order by name",
  );
  expect(settings.map(({ name, setting }) => `${name} ${setting}`)).toEqual([
    "fsync on",
    "synchronous_commit on",
    "wal_sync_method fsync",
  ]);
  const synced = async (): Promise<number> => {
    const [row] = await database.query<{ count: number }>(
      "select sum(fsyncs)::bigint as count from pg_stat_io where object = 'wal'",
    );
    return row?.count ?? 0;
  };
  await database.exec("create table kept (one integer)");
  const before = await synced();
  for (let i = 0; i < 5; i++) await database.query("insert into kept values ($1)", [i]);
  await database.query("select pg_stat_force_next_flush()");
  expect(await synced()).toBeGreaterThanOrEqual(before + 5);
  await database.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
