import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** A reply, or status 0 where the connection failed before there was one. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  /** Seconds the service asks to wait, if it does. */
  readonly retryAfter: number | undefined;
}

const LARGEST_REPLY = 32 * 1024 * 1024;
const TIMEOUT_MILLISECONDS = 30_000;

/** Posts to one service over a few connections that stay open. */
export class HttpPoster {
  readonly #base: URL;
  readonly #token: string;
  readonly #agent: HttpAgent;

  constructor(to: string, token: string, connections: number) {
    this.#base = new URL(to.endsWith("/") ? to : `${to}/`);
    this.#token = token;
    const options = { keepAlive: true, maxSockets: connections };
    this.#agent = this.#base.protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** Posts a body; resolves always, with status 0 for a lost connection, a time-out or an abort. */
  post(
    path: string,
    type: string,
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const url = new URL(path.replace(/^\//, ""), this.#base);
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    return new Promise((resolve) => {
      const lost = (error: Error): void => resolve({ status: 0, body: error.message, retryAfter: undefined });
      const request = send(
        url,
        {
          method: "POST",
          agent: this.#agent,
          timeout: TIMEOUT_MILLISECONDS,
          headers: {
            authorization: `Bearer ${this.#token}`,
            "content-type": type,
            "content-length": Buffer.byteLength(body),
            ...headers,
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          let size = 0;
          response.on("data", (part: Buffer) => {
            if ((size += part.length) <= LARGEST_REPLY) parts.push(part);
          });
          response.on("error", lost);
          response.on("end", () => {
            const wait = Number(response.headers["retry-after"]);
            resolve({
              status: response.statusCode ?? 0,
              body: Buffer.concat(parts).toString("utf8"),
              retryAfter: Number.isFinite(wait) && wait >= 0 ? wait : undefined,
            });
          });
        },
      );
      request.on("timeout", () => request.destroy(new Error("no answer in time")));
      request.on("error", lost);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
