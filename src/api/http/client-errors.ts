import type { FastifyInstance } from "fastify";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { Problem, type ErrorCode } from "../../errors.ts";
import { requestWithBlank, type MendedRequest } from "../../ingest/feeds/raw-blank.ts";

const BY_CODE: Readonly<Record<string, readonly [ErrorCode, number, string]>> = {
  HPE_HEADER_OVERFLOW: ["TOO_LARGE", 431, "The headers are larger than this service accepts."],
  ERR_HTTP_REQUEST_TIMEOUT: ["SLOW_BODY", 408, "The request did not arrive in time."],
};

interface ClientError extends Error {
  readonly code?: string | undefined;
  /** The bytes that were refused. */
  readonly rawPacket?: unknown;
}

/** Connections whose last request is being answered; the parser has given up on them and says so of every byte. */
const answering = new WeakSet<Socket>();

/**
 * Answers bytes that are not HTTP, or HTTP that never ends, with 400, 408 or 431, and closes the connection. The one request
 * that cameras send and HTTP does not allow is taken for what it means (PROTOCOLS 0.3, READ-3).
 */
export function answerClientError(app: FastifyInstance, error: ClientError, socket: Socket): void {
  if (answering.has(socket)) return;
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const mended = Buffer.isBuffer(error.rawPacket) ? requestWithBlank(error.rawPacket) : null;
  if (mended !== null) {
    answering.add(socket);
    void answerMended(app, mended, socket);
    return;
  }
  const [code, status, detail] = BY_CODE[error.code ?? ""] ?? [
    "BAD_REQUEST",
    400,
    "What arrived is not a valid HTTP request.",
  ];
  const body = JSON.stringify({ ...new Problem(code, detail).toJSON(), status });
  send(socket, status, "application/problem+json", body);
}

/** As if it had come encoded: the same route, guards and counts, and the sender's own address. */
async function answerMended(
  app: FastifyInstance,
  { url, headers, body }: MendedRequest,
  socket: Socket,
): Promise<void> {
  const remoteAddress = socket.remoteAddress ?? "";
  socket.on("error", () => socket.destroy());
  try {
    const reply = await app.inject({ method: "POST", url, headers, payload: body, remoteAddress });
    const retryAfter = reply.headers["retry-after"];
    const more = retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`];
    send(socket, reply.statusCode, reply.headers["content-type"] ?? "text/plain", reply.body, more);
  } catch {
    // The service is closing: the camera gets no answer and sends again.
    socket.destroy();
  }
}

function send(
  socket: Socket,
  status: number,
  type: string,
  body: string,
  more: readonly string[] = [],
): void {
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}`,
      `Content-Type: ${type}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      ...more,
      "",
      body,
    ].join("\r\n"),
    () => socket.destroy(),
  );
}
