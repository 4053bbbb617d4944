import pg from "pg";
import { StoreGone } from "../../errors.ts";
import { Pulse } from "../../flow/pulse.ts";
import { bindable } from "./postgres-json.ts";
import { channelName, int8, type Database, type Queryable } from "./database.ts";
import { DatabaseError } from "./database-error.ts";
import { ServerListener } from "./server-listener.ts";
import { ServerLocks } from "./server-locks.ts";
import { ServerPing } from "./server-ping.ts";

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
const CONNECT_MS = 5_000;

/** SQLSTATE of a connection that ended, a server that stops or starts, and one that takes no more connections. */
const SQLSTATE = /^[0-9A-Z]{5}$/;
const ABOUT_THE_CONNECTION = /^(?:08|57P0|53300)/;

/**
 * Opens the server twin.
 * @param url `postgres://user:password@host/database`, with the options of libpq that `pg` knows
 * @throws StoreGone when the server cannot be reached
 */
export async function openServer(url: string, options: ServerOptions = {}): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    types: valueParsers,
    max: options.connections ?? 10,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    statement_timeout: (options.statementSeconds ?? STATEMENT_SECONDS) * 1_000,
  });
  // An idle connection that breaks is replaced by the pool; without a listener Node would end the process.
  pool.on("error", () => undefined);
  // So is one that breaks while it is in use: what was asked on it fails, and says why.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  try {
    await run(pool, "select 1", []);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new ServerDatabase(pool, new ServerListener(url), new ServerLocks(url), new ServerPing(url));
}

class ServerDatabase implements Database {
  readonly engine = "server";
  readonly #pool: pg.Pool;
  readonly #listener: ServerListener;
  readonly #locks: ServerLocks;
  readonly #ping: ServerPing;
  readonly #pulse: Pulse;
  #closing: Promise<void> | undefined;

  constructor(pool: pg.Pool, listener: ServerListener, locks: ServerLocks, ping: ServerPing) {
    this.#pool = pool;
    this.#listener = listener;
    this.#locks = locks;
    this.#ping = ping;
    this.#pulse = new Pulse("governed store", () => ping.ask());
  }

  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#pulse.during(() => run(this.#pool, sql, parameters));
  }

  async exec(sql: string, { lockMs = 0 }: { readonly lockMs?: number } = {}): Promise<void> {
    const client = await this.#pool.connect().catch(translate);
    let broken: Error | undefined;
    try {
      await client.query(`set statement_timeout = 0; set lock_timeout = ${lockMs}`);
      await client.query(sql).catch(translate);
    } finally {
      await client
        .query("reset statement_timeout; reset lock_timeout")
        .catch((cause: Error) => (broken = cause));
      client.release(broken);
    }
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const connecting = this.#pool.connect();
    const client = await this.#pulse
      .during(() => connecting.catch(translate))
      .catch((error: unknown) => {
        // The connection may still come, and nobody waits for it any more.
        connecting.then((late) => late.release()).catch(() => undefined);
        throw error;
      });
    const ask = (sql: string) => this.#pulse.during(() => client.query(sql).catch(translate));
    let broken: Error | undefined;
    try {
      await ask("begin");
      const result = await work({
        query: (sql, parameters = []) => this.#pulse.during(() => run(client, sql, parameters)),
        exec: async (sql) => {
          await ask("set local statement_timeout = 0");
          await ask(sql);
        },
      });
      await ask("commit");
      return result;
    } catch (error) {
      // A connection that cannot even roll back is not given to anybody else.
      await ask("rollback").catch((cause: Error) => (broken = cause));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  listen(channel: string, heard: () => void): Promise<() => Promise<void>> {
    return this.#listener.listen(channelName(channel), heard);
  }

  lock(name: string, { shared = false } = {}): Promise<(() => Promise<void>) | null> {
    return this.#locks.lock(name, shared).catch(translate);
  }

  close(): Promise<void> {
    this.#pulse.stop();
    this.#closing ??= Promise.all([this.#listener.close(), this.#locks.close(), this.#ping.close()]).then(
      () => this.#pool.end(),
    );
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
  // What is no answer of the server is a fault of the connection.
  if (code === undefined || !SQLSTATE.test(code) || ABOUT_THE_CONNECTION.test(code))
    throw new StoreGone(message, { cause: error });
  throw new DatabaseError(message, code ?? "", constraint, error);
}
