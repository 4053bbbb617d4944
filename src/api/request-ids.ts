import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

const SAFE = /^[A-Za-z0-9._-]{8,64}$/;
const run = randomBytes(6).toString("base64url");
let count = 0;

/** The id of a request: the sender's `x-request-id` where it is a short plain token, else one that is unique to this run. */
export function requestIdOf(request: Pick<IncomingMessage, "headers">): string {
  const sent = request.headers["x-request-id"];
  if (typeof sent === "string" && SAFE.test(sent)) return sent;
  count += 1;
  return `${run}-${count.toString(36).padStart(6, "0")}`;
}
