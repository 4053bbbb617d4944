import pg from "pg";

const LIMIT_MS = 10_000;
/** The first half of the key of every lock of ours; the second is the hash of its name. */
const OURS = 0x57415957;

/**
 * The locks this process holds, on one connection of their own that is opened for the first: they end with it, and with the
 * process. Where the connection breaks they are lost, and another process may take them.
 */
export class ServerLocks {
  readonly #url: string;
  readonly #held = new Set<string>();
  #client: Promise<pg.Client> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async lock(name: string): Promise<(() => Promise<void>) | null> {
    // A session is given a lock it holds already; two callers of one process are two all the same.
    if (this.#held.has(name)) return null;
    this.#held.add(name);
    try {
      const client = await (this.#client ?? this.#open());
      const { rows } = await client.query<{ locked: boolean }>(
        "select pg_try_advisory_lock($1, hashtext($2)) as locked",
        [OURS, name],
      );
      if (rows[0]?.locked) return () => this.#unlock(client, name);
    } catch (error) {
      this.#held.delete(name);
      throw error;
    }
    this.#held.delete(name);
    return null;
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.end();
  }

  async #unlock(client: pg.Client, name: string): Promise<void> {
    // A lock that cannot be let go goes with its connection, and with one that broke it has gone already.
    await client
      .query("select pg_advisory_unlock($1, hashtext($2))", [OURS, name])
      .catch(() => void client.end().catch(() => undefined));
    this.#held.delete(name);
  }

  #open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      keepAlive: true,
      connectionTimeoutMillis: LIMIT_MS,
      query_timeout: LIMIT_MS,
    });
    const opening = client.connect().then(() => client);
    const forget = (): void => {
      if (this.#client === opening) this.#client = undefined;
    };
    client.on("error", forget).on("end", forget);
    opening.catch(forget);
    return (this.#client = opening);
  }
}
