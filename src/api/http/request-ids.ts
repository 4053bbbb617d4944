import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

const SAFE = /^[A-Za-z0-9._-]{8,64}$/;
const run = randomBytes(6).toString("base64url");
let count = 0;

/**
 * The id of a request, unique over all requests and runs. It stands in the log as the request of an entry, and protective
 * monitoring counts acts by it: so nobody who sends a request has a say in it (AUD-5).
 */
export function requestIdOf(): string {
  count += 1;
  return `${run}-${count.toString(36).padStart(6, "0")}`;
}

/** The sender's own token for a request, its `x-request-id`, where it is a short plain one: for the operational log alone. */
export function sendersTokenOf({ headers }: Pick<IncomingMessage, "headers">): string | undefined {
  const sent = headers["x-request-id"];
  return typeof sent === "string" && SAFE.test(sent) ? sent : undefined;
}
