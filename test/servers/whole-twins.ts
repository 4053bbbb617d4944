import { afterAll, beforeAll, describe } from "vitest";
import { makeArchive } from "./archive-stores.ts";
import { makeDatabase } from "./governed-stores.ts";

/** Where a whole service keeps what it keeps; `settings` are there once the tests run. */
export interface WholeTwin {
  readonly name: "embedded" | "servers";
  /** For `WholeApp.start`: the addresses of the servers, or nothing. */
  settings: Readonly<Record<string, unknown>>;
}

/** Runs the same facts of the whole service on embedded stores, and on a ClickHouse and a PostgreSQL server. */
export function onBothKindsOfStores(what: string, facts: (twin: WholeTwin) => void): void {
  for (const name of ["embedded", "servers"] as const) {
    describe(`${what}, ${name}`, () => {
      const twin = { name, settings: {} } as WholeTwin;
      const dropping: (() => Promise<void>)[] = [];
      beforeAll(async () => {
        if (name === "embedded") return;
        const [archive, governed] = await Promise.all([makeArchive(), makeDatabase()]);
        dropping.push(() => archive.drop());
        twin.settings = { clickhouseUrl: archive.url };
        // Said loudly where there is no PostgreSQL; the archive's server is tried all the same.
        if (governed === undefined) return;
        dropping.push(() => governed.drop());
        twin.settings = { ...twin.settings, postgresUrl: governed.url };
      });
      afterAll(async () => {
        for (const drop of dropping) await drop();
      });
      facts(twin);
    });
  }
}
