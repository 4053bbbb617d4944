import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { Database } from "../../src/storage/postgres/database.ts";
import { migrate } from "../../src/storage/postgres/migrate.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { startPostgres } from "./postgres.ts";

/** One opened, migrated store; `database` is there once the tests run. */
export interface Twin {
  readonly name: "pglite" | "server";
  database: Database;
}

/** Runs the same facts on PGlite and on a PostgreSQL server, where one can be started. */
export function onBothTwins(what: string, facts: (twin: Twin) => void): void {
  for (const name of ["pglite", "server"] as const) {
    describe(`${what} on ${name}`, () => {
      const twin = { name } as Twin;
      let stop: (() => Promise<void>) | undefined;
      beforeAll(async () => {
        const opened = name === "pglite" ? await openEmbedded() : await openReal();
        stop = opened?.stop;
        if (opened === undefined) return;
        twin.database = opened.database;
        await migrate(twin.database);
      });
      afterAll(async () => stop?.());
      facts(twin);
    });
  }
}

async function openEmbedded(): Promise<{ database: Database; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-pglite-"));
  const database = await openPglite(folder);
  return {
    database,
    stop: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openReal(): Promise<{ database: Database; stop: () => Promise<void> } | undefined> {
  const server = await startPostgres();
  if (server === undefined) return undefined;
  const database = await openServer(server.url);
  return {
    database,
    stop: async () => {
      await database.close();
      await server.stop();
    },
  };
}
