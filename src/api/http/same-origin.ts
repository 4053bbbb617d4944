import { sessionActs } from "../../audit/acts/session.ts";
import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "../../errors.ts";
import type { Rooms } from "../rooms.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

function sameHost(origin: string, host: string | undefined): boolean {
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

function sameToken(sent: string, held: string): boolean {
  const a = Buffer.from(sent);
  const b = Buffer.from(held);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What the browser says about where a request comes from: `own`, `foreign`, or `unsaid` by anything that is no browser. */
function originOf({ headers }: FastifyRequest): "own" | "foreign" | "unsaid" {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" ? "own" : "foreign";
  if (headers.origin !== undefined) return sameHost(headers.origin, headers.host) ? "own" : "foreign";
  return "unsaid";
}

/** A change that somebody else may have made a person's browser send is on record with the person (AUD-5). */
export async function recordForgery(
  audited: Rooms["audited"],
  { caller, ip }: FastifyRequest,
): Promise<void> {
  if (caller === null) return;
  await audited.do(caller.actor, sessionActs.refuse, { why: "csrf", person: caller.person, address: ip });
}

/**
 * Refuses changes that another site made a browser send. A cookie alone is not enough for an unsafe method: it takes the
 * session's `x-csrf-token`, or the browser's word that the request comes from our own pages. A Bearer token cannot be sent by
 * another site, so it needs neither.
 */
export function refuseForeignOrigins(app: FastifyInstance, { audited }: Pick<Rooms, "audited">): void {
  app.addHook("onRequest", async (request) => {
    if (SAFE_METHODS.has(request.method) || request.credential?.by === "bearer") return;
    const origin = originOf(request);
    const token = request.headers["x-csrf-token"];
    if (
      request.caller !== null &&
      typeof token === "string" &&
      sameToken(token, request.caller.session.csrfToken)
    )
      return;
    if (origin === "own" || (origin === "unsaid" && request.caller === null)) return;
    await recordForgery(audited, request);
    throw new Problem(
      "CSRF_INVALID",
      "Send the session's x-csrf-token (GET /v1/session gives it), or use a Bearer token.",
    );
  });
}
