import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { LARGEST_REQUEST, type Witness } from "../../audit/tlog/witness.ts";

/** Requests of one address in a burst, and how fast they come back. */
const BURST = 20;
const PER_SECOND = 5;
/** Addresses remembered; beyond it all are forgotten, which costs one burst. */
const ADDRESSES = 10_000;
const MOST_CONNECTIONS = 200;
const REQUEST_TIMEOUT_MS = 10_000;

const TEXT = "text/plain; charset=utf-8";

/**
 * The witness over HTTP (C2SP tlog-witness): `POST /add-checkpoint`, and `GET /key` for whoever is to trust it. Bounded in body,
 * time, connections and rate.
 * @param keyText the witness's verifier key
 * @param now ms since any moment; only differences count
 */
export function witnessServer(witness: Witness, keyText: string, now: () => number = Date.now): Server {
  const spend = spender(now);
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      if (!response.headersSent)
        reply(response, 500, "The witness could not store it; nothing was cosigned.\n");
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MOST_CONNECTIONS;
  return server;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!spend(request.socket.remoteAddress ?? "")) {
      response.setHeader("retry-after", "1");
      return refuse(request, response, 429, "Too many requests; wait a second.\n");
    }
    if (request.method === "GET" && request.url === "/key") return reply(response, 200, `${keyText}\n`);
    if (request.url !== "/add-checkpoint") return refuse(request, response, 404, "There is nothing here.\n");
    if (request.method !== "POST") return refuse(request, response, 405, "Only POST is accepted here.\n");
    const body = await bodyOf(request);
    if (body === null)
      return refuse(request, response, 413, `At most ${LARGEST_REQUEST} bytes are accepted.\n`);
    const given = await witness.addCheckpoint(body);
    reply(response, given.status, given.body, given.contentType);
  }
}

function reply(response: ServerResponse, status: number, body: string, contentType: string = TEXT): void {
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" }).end(body);
}

/** Answers without having read the body, and closes, so that nobody can go on sending it. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, body: string): void {
  response.setHeader("connection", "close");
  reply(response, status, body);
  request.resume();
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LARGEST_REQUEST) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** A bucket of requests for each address, refilled steadily; answers whether one more may pass. */
function spender(now: () => number): (address: string) => boolean {
  const buckets = new Map<string, { left: number; at: number }>();
  return (address) => {
    if (buckets.size >= ADDRESSES && !buckets.has(address)) buckets.clear();
    const time = now();
    const bucket = buckets.get(address) ?? { left: BURST, at: time };
    const left = Math.min(BURST, bucket.left + (Math.max(0, time - bucket.at) * PER_SECOND) / 1000);
    buckets.set(address, { left: Math.max(0, left - 1), at: time });
    return left >= 1;
  };
}
