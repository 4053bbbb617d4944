import pg from "pg";
import { bindable } from "./postgres-json.ts";
import { channelName, int8, type Database, type Queryable } from "./database.ts";
import { DatabaseError } from "./database-error.ts";
import { ServerListener } from "./server-listener.ts";
import { ServerLocks } from "./server-locks.ts";

/** The type of an array of int8, which `pg` does not name. */
const INT8_ARRAY = "1016";

/** pg leaves int8 as text, alone and in arrays; both twins must read alike. */
const getTypeParser: typeof pg.types.getTypeParser = (
  oid: typeof pg.types.builtins.INT8,
  format?: "text" | "binary",
) => {
  if (oid === pg.types.builtins.INT8) return int8;
  const parse = pg.types.getTypeParser(oid, format);
  if (`${oid}` !== INT8_ARRAY) return parse;
  return (text: string) => (parse(text) as (string | null)[]).map((one) => one && int8(one));
};
const valueParsers: pg.CustomTypesConfig = { getTypeParser };

export interface ServerOptions {
  readonly connections?: number;
  /** Longest a statement may take, in seconds; `exec`, for schemas and maintenance, takes what it takes. 30 unless said. */
  readonly statementSeconds?: number;
}

const STATEMENT_SECONDS = 30;

/**
 * Opens the server twin.
 * @param url `postgres://user:password@host/database`, with the options of libpq that `pg` knows
 * @throws DatabaseError when the server cannot be reached
 */
export async function openServer(url: string, options: ServerOptions = {}): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    types: valueParsers,
    max: options.connections ?? 10,
    statement_timeout: (options.statementSeconds ?? STATEMENT_SECONDS) * 1_000,
  });
  // An idle connection that breaks is replaced by the pool; without a listener Node would end the process.
  pool.on("error", () => undefined);
  // So is one that breaks while it is in use: what was asked on it fails, and says why.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  const database = new ServerDatabase(pool, new ServerListener(url), new ServerLocks(url));
  await database.query("select 1");
  return database;
}

class ServerDatabase implements Database {
  readonly engine = "server";
  readonly #pool: pg.Pool;
  readonly #listener: ServerListener;
  readonly #locks: ServerLocks;
  #closing: Promise<void> | undefined;

  constructor(pool: pg.Pool, listener: ServerListener, locks: ServerLocks) {
    this.#pool = pool;
    this.#listener = listener;
    this.#locks = locks;
  }

  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return run(this.#pool, sql, parameters);
  }

  async exec(sql: string): Promise<void> {
    const client = await this.#pool.connect().catch(translate);
    let broken: Error | undefined;
    try {
      await client.query("set statement_timeout = 0");
      await client.query(sql).catch(translate);
    } finally {
      await client.query("reset statement_timeout").catch((cause: Error) => (broken = cause));
      client.release(broken);
    }
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch(translate);
    let broken: Error | undefined;
    try {
      await client.query("begin");
      const result = await work({
        query: (sql, parameters = []) => run(client, sql, parameters),
        exec: async (sql) => {
          await client.query("set local statement_timeout = 0");
          await client.query(sql).catch(translate);
        },
      });
      await client.query("commit");
      return result;
    } catch (error) {
      // A connection that cannot even roll back is not given to anybody else.
      await client.query("rollback").catch((cause: Error) => (broken = cause));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  listen(channel: string, heard: () => void): Promise<() => Promise<void>> {
    return this.#listener.listen(channelName(channel), heard);
  }

  lock(name: string): Promise<(() => Promise<void>) | null> {
    return this.#locks.lock(name).catch(translate);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#listener.close(), this.#locks.close()]).then(() => this.#pool.end());
    return this.#closing;
  }
}

async function run<Row>(
  on: pg.Pool | pg.PoolClient,
  sql: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await on.query({ text: sql, values: bindable(parameters) }).catch(translate);
  return rows as Row[];
}

function translate(error: unknown): never {
  const { message, code, constraint } = error as { message: string; code?: string; constraint?: string };
  throw new DatabaseError(message, code ?? "", constraint, error);
}
