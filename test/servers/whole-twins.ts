import { afterAll, beforeAll, describe } from "vitest";
import { startClickHouse } from "./clickhouse.ts";
import { startPostgres } from "./postgres.ts";

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
      const stopping: (() => Promise<void>)[] = [];
      beforeAll(async () => {
        if (name === "embedded") return;
        const [clickhouse, postgres] = await Promise.all([startClickHouse(), startPostgres()]);
        stopping.push(() => clickhouse.stop());
        twin.settings = { clickhouseUrl: clickhouse.url };
        // Said loudly where there is no PostgreSQL; the archive's server is tried all the same.
        if (postgres === undefined) return;
        stopping.push(() => postgres.stop());
        twin.settings = { ...twin.settings, postgresUrl: postgres.url };
      });
      afterAll(async () => {
        for (const stop of stopping) await stop();
      });
      facts(twin);
    });
  }
}
