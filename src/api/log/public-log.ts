import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { PublishedLog } from "../../audit/published-log.ts";
import { parseTilePath, TILE_WIDTH } from "../../audit/tlog/tile.ts";
import { Problem } from "../../errors.ts";
import { subscriberOf } from "../../identity/sign-in/network-of.ts";
import { ROUTES } from "../paths.ts";
import { sendSecurityHeaders } from "../http/security-headers.ts";
import { ShownLog } from "./shown-log.ts";

/** Requests a minute from one subscriber: a mirror of a million entries needs some four thousand. */
const REQUESTS_PER_MINUTE = 12_000;
const MINUTE_MS = 60_000;
/** Addresses remembered by the limit. */
const KEYS = 20_000;
const FOR_EVER = "public, max-age=31536000, immutable";
/** A tile that still grows keeps its beginning, but is asked for again as it grows. */
const FOR_A_WHILE = "public, max-age=60";

/**
 * The log's public address (AUD-1, AUD-6): checkpoints, tiles of hashes and the key, for anyone, after C2SP tlog-tiles. There is
 * nothing here about a person: leaves are not shown, and hashes cannot be guessed back because of their salts.
 */
export const publicLog =
  (published: PublishedLog, { https }: { readonly https: boolean }) =>
  async (scope: FastifyInstance): Promise<void> => {
    const shown = new ShownLog(published);
    await sendSecurityHeaders(scope, https);
    await scope.register(rateLimit, { global: false, cache: KEYS });
    const count = scope.createRateLimit({
      max: REQUESTS_PER_MINUTE,
      timeWindow: MINUTE_MS,
      keyGenerator: ({ ip }) => subscriberOf(ip),
    });
    scope.addHook("onRequest", async (request, reply) => {
      // Anyone may read it, a page of another site among them: that is what a public log is for.
      reply.header("access-control-allow-origin", "*").header("cross-origin-resource-policy", "cross-origin");
      const verdict = await count(request);
      if (verdict.isAllowed || !verdict.isExceeded) return;
      throw new Problem("TOO_MANY_REQUESTS", `Wait ${verdict.ttlInSeconds} seconds.`, {
        retryAfter: verdict.ttlInSeconds,
      });
    });

    scope.get(ROUTES.logCheckpoint, async (_request, reply) =>
      sendText(reply, await shown.checkpoint(), "no-cache"),
    );
    scope.get(ROUTES.logCosigned, async (_request, reply) =>
      sendText(reply, await shown.cosigned(), "no-cache"),
    );
    scope.get(ROUTES.logKey, async (_request, reply) => sendText(reply, `${published.key}\n`, FOR_A_WHILE));
    scope.get<{ Params: { "*": string } }>(ROUTES.logTile, async (request, reply) => {
      const place = parseTilePath(`tile/${request.params["*"]}`);
      const tile =
        place === null || place.level === "entries"
          ? null
          : await shown.tile(place.level, place.index, place.width);
      if (tile === null) throw new Problem("NOT_FOUND", "No checkpoint of the log covers such a tile.");
      return reply
        .type("application/octet-stream")
        .header("cache-control", place?.width === TILE_WIDTH ? FOR_EVER : FOR_A_WHILE)
        .send(tile);
    });
  };

function sendText(reply: FastifyReply, text: string | null, cache: string): FastifyReply {
  if (text === null) throw new Problem("NOT_FOUND", "The log has not published such a checkpoint yet.");
  return reply.type("text/plain; charset=utf-8").header("cache-control", cache).send(text);
}
