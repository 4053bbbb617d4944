import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../src/storage/postgres/database.ts";
import { migrate } from "../../src/storage/postgres/migrate.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { startPostgres } from "./postgres.ts";

/** Of the database on the run's server that is migrated and that others are made from; nobody else connects to it. */
export const TEMPLATE = "governed";

/** A folder of PGlite, migrated and closed, to be copied: making one takes longer than most tests. */
export async function makeGovernedFolder(): Promise<{ address: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-governed-"));
  await migrated(await openPglite(folder));
  return { address: folder, stop: async () => rmSync(folder, { recursive: true, force: true }) };
}

/** The run's PostgreSQL server, with the template; undefined, loudly, where none can be started. */
export async function startPostgresWithTemplate(): Promise<
  { address: string; stop(): Promise<void> } | undefined
> {
  const server = await startPostgres();
  if (server === undefined) return undefined;
  const database = await openServer(server.url);
  await database.exec(`create database ${TEMPLATE}`);
  await database.close();
  await migrated(await openServer(onServer(server.url, TEMPLATE)));
  return { address: server.url, stop: () => server.stop() };
}

/** The address of another database of the same server. */
export function onServer(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = database;
  return address.href;
}

async function migrated(database: Database): Promise<void> {
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}
