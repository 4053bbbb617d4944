import { setTimeout as pause } from "node:timers/promises";
import { FaultFound, type ReadPublicFile } from "../../audit/tlog/public-files.ts";
import { UsageError } from "../options.ts";

const TIMEOUT_MS = 30_000;
const LONGEST_WAIT_S = 60;
const TRIES = 10;
const NOT_THERE = new Set([404, 410]);
/** Not for the public, as the entries are. */
const NOT_FOR_US = new Set([401, 403]);
const ENTRIES = "tile/entries/";
/** Asked too fast, or out for a moment: the service says how long to wait. */
const LATER = new Set([429, 503]);

/** From outside: the network, and time to wait between tries. */
export interface Outside {
  readonly fetch: typeof fetch;
  /** Waits so many milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
}

const REAL: Outside = { fetch, wait: pause };

/**
 * The public files of a service's log, at `<url>/log`. Follows no redirect, reads no more than each file may have, waits where
 * the service asks it to.
 * @throws UsageError for an address that is not http or https
 */
export function siteFiles(url: string, outside: Outside = REAL): ReadPublicFile {
  const base = baseOf(url);
  let entriesAreClosed = false;
  return async (path, largestBytes) => {
    if (entriesAreClosed && path.startsWith(ENTRIES)) return null;
    const address = `${base}/${path}`;
    for (let tried = 1; ; tried += 1) {
      const reply = await ask(address, outside);
      if (reply.ok) return bodyOf(reply, path, largestBytes);
      await reply.body?.cancel();
      if (NOT_THERE.has(reply.status)) return null;
      if (NOT_FOR_US.has(reply.status)) {
        // Asking for each bundle would only use up what the service lets one address ask.
        entriesAreClosed ||= path.startsWith(ENTRIES);
        return null;
      }
      if (!LATER.has(reply.status) || tried === TRIES) {
        throw new Error(`${address} answered ${reply.status}; the log cannot be checked at the moment.`);
      }
      await outside.wait(secondsOf(reply.headers.get("retry-after")) * 1000);
    }
  };
}

/** The base of a service's public log files, without a slash at its end. */
export function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new UsageError(`--url takes an address such as https://anpr.example, not "${url}".`);
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}/log`;
}

async function ask(address: string, { fetch }: Outside): Promise<Response> {
  try {
    return await fetch(address, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${address} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause: error,
    });
  }
}

async function bodyOf(reply: Response, path: string, largestBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of reply.body ?? []) {
    length += part.length;
    if (length > largestBytes) throw new FaultFound(path, `it has more than ${largestBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function secondsOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? 1);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), LONGEST_WAIT_S) : 1;
}
