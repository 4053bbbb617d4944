import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { type ClickHousePlace, openClickHouse } from "../../src/storage/clickhouse/client.ts";
import type { ClickHouse } from "../../src/storage/clickhouse/clickhouse.ts";
import { migrateClickHouse } from "../../src/storage/clickhouse/migrate.ts";
import { makeArchive } from "./archive-stores.ts";

/** One opened archive; `clickhouse` and `place` are there once the tests run. */
export interface ArchiveTwin {
  readonly name: "embedded" | "server";
  place: ClickHousePlace;
  clickhouse: ClickHouse;
}

/** Runs the same facts on the embedded archive and on a ClickHouse server, each migrated unless a test says otherwise. */
export function onBothArchives(
  what: string,
  facts: (twin: ArchiveTwin) => void,
  { migrated = true }: { readonly migrated?: boolean } = {},
): void {
  for (const name of ["embedded", "server"] as const) {
    describe(`${what}, ${name}`, () => {
      const twin = { name } as ArchiveTwin;
      let remove: (() => Promise<void>) | undefined;
      beforeAll(async () => {
        const found = name === "embedded" ? aFolder() : await aServer();
        remove = found.remove;
        twin.place = found.place;
        twin.clickhouse = await openClickHouse(found.place);
        if (migrated) await migrateClickHouse(twin.clickhouse);
      });
      afterAll(async () => {
        await twin.clickhouse?.close();
        await remove?.();
      });
      facts(twin);
    });
  }
}

interface Place {
  readonly place: ClickHousePlace;
  readonly remove: () => Promise<void>;
}

function aFolder(): Place {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-archive-"));
  return { place: { folder }, remove: async () => rmSync(folder, { recursive: true, force: true }) };
}

async function aServer(): Promise<Place> {
  const { url, drop } = await makeArchive();
  return { place: { url }, remove: drop };
}
