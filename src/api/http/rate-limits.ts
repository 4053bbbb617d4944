import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "../../errors.ts";
import { subscriberOf } from "../../identity/sign-in/network-of.ts";

export interface RateLimits {
  /** Requests a minute of one session, or of one address that is not signed in. */
  readonly requestsPerMinute: number;
  /** Attempts to sign in, right or wrong, in fifteen minutes from one address: a control room shares one. */
  readonly signInsPerAddress: number;
}

const MINUTE_MS = 60_000;
const SIGN_IN_WINDOW_MS = 15 * MINUTE_MS;
/** Keys remembered; the least recently used are forgotten first. */
const KEYS = 20_000;

const tooMany = (seconds: number): Problem =>
  new Problem("TOO_MANY_REQUESTS", `Wait ${seconds} seconds before you try again.`, { retryAfter: seconds });

const sessionOrAddress = (request: FastifyRequest): string =>
  request.caller === null ? `address ${subscriberOf(request.ip)}` : `session ${request.caller.session.name}`;

/** Limits requests by count, per session; feeds are not under it. Register after the people have been identified. */
export async function limitRequests(app: FastifyInstance, limits: RateLimits): Promise<void> {
  await app.register(rateLimit, { global: false, cache: KEYS });
  // As a hook of the scope, so that it also counts what is refused or not found; the plugin's own runs after those.
  const count = app.createRateLimit({
    max: limits.requestsPerMinute,
    timeWindow: MINUTE_MS,
    keyGenerator: sessionOrAddress,
  });
  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.config.rateLimit === false) return;
    const verdict = await count(request);
    if (!verdict.isAllowed && verdict.isExceeded) throw tooMany(verdict.ttlInSeconds);
  });
}

/**
 * The stricter limit on signing in, for the work that it costs; wrong attempts are counted by identity, in the store. Returns a function that counts one attempt and throws Problem TOO_MANY_REQUESTS.
 */
export function signInLimiter(
  app: FastifyInstance,
  limits: RateLimits,
): (request: FastifyRequest) => Promise<void> {
  const perAddress = app.createRateLimit({
    max: limits.signInsPerAddress,
    timeWindow: SIGN_IN_WINDOW_MS,
    keyGenerator: ({ ip }) => subscriberOf(ip),
  });
  return async (request) => {
    const verdict = await perAddress(request);
    if (!verdict.isAllowed && verdict.isExceeded) throw tooMany(verdict.ttlInSeconds);
  };
}
