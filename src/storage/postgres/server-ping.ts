import pg from "pg";

/** Longer than a pulse waits: whether the server is silent, the pulse alone judges. */
const LIMIT_MS = 15_000;

/** Asks the server for an answer, on a connection of its own that is opened again when it broke or gave no answer. */
export class ServerPing {
  readonly #url: string;
  #client: Promise<pg.Client> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws whatever keeps the server from answering */
  async ask(): Promise<void> {
    const client = await (this.#client ?? this.#open());
    try {
      await client.query("select 1");
    } catch (error) {
      this.#client = undefined;
      client.end().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.end();
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
