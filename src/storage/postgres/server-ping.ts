import pg from "pg";

const LIMIT_MS = 5_000;

/** Asks the server for an answer, on a connection of its own that is opened again when it broke or gave no answer. */
export class ServerPing {
  readonly #url: string;
  #client: Promise<pg.Client> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws whatever keeps the server from answering */
  async ask(): Promise<void> {
    const client = await (this.#client ??= this.#open());
    try {
      await client.query("select 1");
    } catch (error) {
      this.#client = undefined;
      void client.end();
      throw error;
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.end();
  }

  async #open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: LIMIT_MS,
      query_timeout: LIMIT_MS,
    });
    const forget = (): void => (this.#client = undefined);
    client.on("error", forget).on("end", forget);
    try {
      await client.connect();
    } catch (error) {
      forget();
      throw error;
    }
    return client;
  }
}
