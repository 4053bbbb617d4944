import { OwnConnection } from "./own-connection.ts";

/** Longer than a pulse waits: whether the server is silent, the pulse alone judges. */
const LIMIT_MS = 15_000;

/** Asks the server for an answer, on a connection of its own that is opened again when it broke or gave none. */
export class ServerPing {
  readonly #connection: OwnConnection;

  constructor(url: string) {
    this.#connection = new OwnConnection(url, LIMIT_MS);
  }

  /** @throws whatever keeps the server from answering */
  async ask(): Promise<void> {
    const client = await this.#connection.open();
    try {
      await client.query("select 1");
    } catch (error) {
      this.#connection.drop(client);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
