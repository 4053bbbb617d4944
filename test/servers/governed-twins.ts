import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { Database } from "../../src/storage/postgres/database.ts";
import { migrate } from "../../src/storage/postgres/migrate.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { type GovernedDatabase, makeDatabase, putGovernedStore } from "./governed-stores.ts";
import { startPostgres } from "./postgres.ts";

/** One opened, migrated store; `database` is there once the tests run. */
export interface Twin {
  readonly name: "pglite" | "server";
  database: Database;
}

/**
 * Runs the same facts on PGlite and on a PostgreSQL server, where one can be started. `ownServer`: the facts change the server
 * itself, so they get one that nobody else uses.
 */
export function onBothTwins(
  what: string,
  facts: (twin: Twin) => void,
  { ownServer = false }: { readonly ownServer?: boolean } = {},
): void {
  for (const name of ["pglite", "server"] as const) {
    describe(`${what} on ${name}`, () => {
      const twin = { name } as Twin;
      let stop: (() => Promise<void>) | undefined;
      beforeAll(async () => {
        const opened = await (name === "pglite" ? openEmbedded() : openReal(ownServer));
        if (opened === undefined) return;
        ({ stop, database: twin.database } = opened);
      });
      afterAll(async () => stop?.());
      facts(twin);
    });
  }
}

interface Opened {
  readonly database: Database;
  readonly stop: () => Promise<void>;
}

async function openEmbedded(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-pglite-"));
  await putGovernedStore(folder);
  const database = await openPglite(folder);
  return {
    database,
    stop: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openReal(ownServer: boolean): Promise<Opened | undefined> {
  const place = await (ownServer ? startOwn() : makeDatabase());
  if (place === undefined) return undefined;
  const database = await openServer(place.url);
  if (ownServer) await migrate(database);
  return {
    database,
    stop: async () => {
      await database.close();
      await place.drop();
    },
  };
}

async function startOwn(): Promise<GovernedDatabase | undefined> {
  const server = await startPostgres();
  return server && { url: server.url, drop: () => server.stop() };
}
