import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { Session } from "chdb";
import { type ChdbConnection, createChdbConnection } from "chdb/connection";
import { bindParameters, requireFit } from "./bind-parameters.ts";
import { type ClickHouse, type ClickHouseParameters, MOST_PARTITIONS_IN_AN_INSERT } from "./clickhouse.ts";
import { tellRefusals } from "./data-refusal.ts";
import { KEY_VARIABLE, writeDiskConfiguration } from "./encrypted-disk.ts";
import { PartFolders, type TableFolders, unsynced, WHERE_TABLES_LIE } from "./part-folders.ts";
import { rowsIn } from "./json-rows.ts";
import { spreadLists } from "./long-lists.ts";

/**
 * The embedded twin, and the one file that knows chDB. A chDB connection runs one statement at a time, and its own
 * parameter binding one in the whole process: measured, a 3.5 s search held everything up. So statements take turns on
 * several connections, and parameters are bound by `SET param_…` in the same call.
 */
export async function openEmbeddedClickHouse(
  { folder, key }: { readonly folder: string; readonly key?: Buffer },
  lanes: { readonly readers: number; readonly writers: number },
): Promise<ClickHouse> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const engine = key === undefined ? undefined : openEngine(folder, key);
  const connect = (): ChdbConnection => createChdbConnection({ path: folder });
  const readers = new Lanes(Array.from({ length: lanes.readers }, connect));
  const writers = new Lanes(Array.from({ length: lanes.writers }, connect));
  const folders =
    engine &&
    new PartFolders(async () => {
      const answer = await readers.run(({ chdb }) =>
        chdb.queryAsync(WHERE_TABLES_LIE, { format: "JSONEachRow" }),
      );
      return rowsIn<TableFolders>(answer.text());
    });
  return {
    engine: "embedded",
    async query<Row>(sql: string, parameters = {}): Promise<Row[]> {
      const statement = bound(sql, parameters);
      const answer = await readers.run(({ chdb }) => chdb.queryAsync(statement, { format: "JSONEachRow" }));
      return rowsIn<Row>(answer.text());
    },
    async text(sql, parameters = {}) {
      const statement = bound(sql, parameters);
      const answer = await readers.run(({ chdb }) => chdb.queryAsync(statement, { format: "TabSeparated" }));
      return Buffer.from(answer.bytes());
    },
    async command(sql, parameters = {}) {
      const statement = bound(sql, parameters);
      await writers.run(({ chdb }) =>
        chdb.queryAsync(engine === undefined ? statement : unsynced(statement)),
      );
      await folders?.syncAll();
    },
    async insert(table, columns, rows) {
      const settings = { max_partitions_per_insert_block: MOST_PARTITIONS_IN_AN_INSERT };
      await tellRefusals(() =>
        writers.run(({ chdb }) =>
          chdb.rawInsert({ table, columns, values: rows, format: "TabSeparated", settings }),
        ),
      );
      await folders?.sync(table);
    },
    async close() {
      await Promise.all([readers.close(), writers.close()]);
      engine?.close();
    },
  };
}

/** Has the engine started on encrypted disks by its first connection; those that follow on the same folder find it so. */
function openEngine(folder: string, key: Buffer): Session {
  const configuration = writeDiskConfiguration(resolve(folder));
  process.env[KEY_VARIABLE] = key.toString("hex");
  try {
    return new Session(folder, { connectionArgs: [`--config-file=${configuration}`] });
  } finally {
    delete process.env[KEY_VARIABLE];
  }
}

function bound(sql: string, parameters: ClickHouseParameters): string {
  requireFit(sql, parameters);
  const spread = spreadLists(sql, parameters);
  return `${bindParameters(spread.parameters)}${spread.sql}`;
}

/** Connections that each carry one statement at a time; those waiting are served in turn. */
class Lanes {
  readonly #all: readonly ChdbConnection[];
  readonly #free: ChdbConnection[];
  readonly #waiting: ((connection: ChdbConnection) => void)[] = [];
  #closed = false;

  constructor(connections: ChdbConnection[]) {
    this.#all = connections;
    this.#free = [...connections];
  }

  async run<T>(work: (connection: ChdbConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error("The archive is closed.");
    const connection =
      this.#free.pop() ?? (await new Promise<ChdbConnection>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#free.push(connection);
    }
  }

  /** Takes every connection out of service once its statement is done. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const idle = this.#all.map(() => this.run((connection) => connection.close()));
    this.#closed = true;
    await Promise.all(idle);
  }
}
