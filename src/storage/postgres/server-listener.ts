import pg from "pg";

const RECONNECT_MS = 1000;

/**
 * One connection for all LISTENs. When it breaks it is opened again every second, and every listener is called once
 * after each opening, because a notification may have been missed.
 */
export class ServerListener {
  readonly #url: string;
  readonly #heard = new Map<string, Set<() => void>>();
  #client: pg.Client | undefined;
  #opening: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** @param channel a checked name */
  async listen(channel: string, heard: () => void): Promise<() => Promise<void>> {
    const listeners = this.#heard.get(channel) ?? new Set();
    const isNew = !this.#heard.has(channel);
    this.#heard.set(channel, listeners);
    listeners.add(heard);
    if (this.#client === undefined) await (this.#opening ??= this.#open());
    else if (isNew) await this.#client.query(`listen ${channel}`);
    return async () => void listeners.delete(heard);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#opening?.catch(() => undefined);
    await this.#client?.end();
  }

  async #open(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, keepAlive: true });
    client.on("notification", ({ channel }) => this.#call(channel));
    client.on("error", () => undefined);
    try {
      await client.connect();
      client.on("end", () => this.#lost());
      for (const channel of this.#heard.keys()) await client.query(`listen ${channel}`);
      this.#client = client;
    } finally {
      this.#opening = undefined;
    }
    // Channels added while the connection was opening are in the map by now, but perhaps not in the session.
    for (const channel of this.#heard.keys()) await client.query(`listen ${channel}`);
  }

  #lost(): void {
    this.#client = undefined;
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#opening = this.#open();
      this.#opening.then(
        () => [...this.#heard.keys()].forEach((channel) => this.#call(channel)),
        () => this.#lost(),
      );
    }, RECONNECT_MS);
    this.#retry.unref();
  }

  #call(channel: string): void {
    for (const heard of this.#heard.get(channel) ?? []) heard();
  }
}
