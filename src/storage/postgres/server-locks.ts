import type pg from "pg";
import { OwnConnection } from "./own-connection.ts";

const LIMIT_MS = 10_000;
/** The first half of the key of every lock of ours; the second is the hash of its name. */
const OURS = 0x57415957;

/**
 * The locks this process holds, on one connection of their own that is opened for the first: they end with it, and with the
 * process. Where the connection breaks they are lost, and another process may take them.
 */
export class ServerLocks {
  readonly #connection: OwnConnection;
  readonly #held = new Set<string>();

  constructor(url: string) {
    this.#connection = new OwnConnection(url, LIMIT_MS);
  }

  async lock(name: string, shared: boolean): Promise<(() => Promise<void>) | null> {
    // A session is given a lock it holds already; two callers of one process are two all the same.
    if (this.#held.has(name)) return null;
    this.#held.add(name);
    const kind = shared ? "_shared" : "";
    try {
      const client = await this.#connection.open();
      const { rows } = await client.query<{ locked: boolean }>(
        `select pg_try_advisory_lock${kind}($1, hashtext($2)) as locked`,
        [OURS, name],
      );
      if (rows[0]?.locked) return () => this.#unlock(client, name, kind);
    } catch (error) {
      this.#held.delete(name);
      throw error;
    }
    this.#held.delete(name);
    return null;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #unlock(client: pg.Client, name: string, kind: "" | "_shared"): Promise<void> {
    // A lock that cannot be let go goes with its connection, and with one that broke it has gone already.
    await client
      .query(`select pg_advisory_unlock${kind}($1, hashtext($2))`, [OURS, name])
      .catch(() => this.#connection.drop(client));
    this.#held.delete(name);
  }
}
