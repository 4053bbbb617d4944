import pg from "pg";

/** A connection of its own to the server, beside the pool: opened when it is asked for, and again after it broke. */
export class OwnConnection {
  readonly #options: pg.ClientConfig;
  #current: { readonly client: pg.Client; readonly opening: Promise<pg.Client> } | undefined;

  /** @param limitMs how long connecting, and each question, may take */
  constructor(url: string, limitMs: number) {
    this.#options = {
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: limitMs,
      query_timeout: limitMs,
    };
  }

  /** @throws whatever keeps the server from being reached */
  open(): Promise<pg.Client> {
    return this.#current?.opening ?? this.#connect();
  }

  /** Lets a connection go that is no longer to be trusted; the next question opens another. */
  drop(client: pg.Client): void {
    if (this.#current?.client === client) this.#current = undefined;
    client.end().catch(() => undefined);
  }

  async close(): Promise<void> {
    const client = await this.#current?.opening.catch(() => undefined);
    this.#current = undefined;
    await client?.end();
  }

  #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#options);
    const opening = client.connect().then(() => client);
    const forget = (): void => {
      if (this.#current?.client === client) this.#current = undefined;
    };
    client.on("error", forget).on("end", forget);
    opening.catch(forget);
    this.#current = { client, opening };
    return opening;
  }
}
