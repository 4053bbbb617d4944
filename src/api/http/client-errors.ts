import type { Socket } from "node:net";
import { Problem, type ErrorCode } from "../../errors.ts";

const BY_CODE: Readonly<Record<string, readonly [ErrorCode, number, string]>> = {
  HPE_HEADER_OVERFLOW: ["TOO_LARGE", 431, "The headers are larger than this service accepts."],
  ERR_HTTP_REQUEST_TIMEOUT: ["SLOW_BODY", 408, "The request did not arrive in time."],
};

/** Answers bytes that are not HTTP, or HTTP that never ends, with 400, 408 or 431, and closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, status, detail] = BY_CODE[error.code ?? ""] ?? [
    "BAD_REQUEST",
    400,
    "What arrived is not a valid HTTP request.",
  ];
  const body = JSON.stringify({ ...new Problem(code, detail).toJSON(), status });
  socket.end(
    [
      `HTTP/1.1 ${status} ${status === 400 ? "Bad Request" : "Refused"}`,
      "Content-Type: application/problem+json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
    () => socket.destroy(),
  );
}
