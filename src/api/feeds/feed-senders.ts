import type { FastifyRequest } from "fastify";
import { Problem } from "../../errors.ts";
import type { FeedSources, RegisteredSource } from "../../ingest/feed-sources.ts";
import { PROTOCOLS } from "../../ingest/feeds/registry.ts";
import type { FeedSource } from "../../ingest/outcome.ts";
import { networkMatcher } from "../../identity/network-matcher.ts";

/**
 * Tells which source is sending: by bearer token, by basic authentication with the token as password, by the secret path, or,
 * where a protocol's senders can do none of these, by the address they are registered to send from.
 * @throws Problem FEED_TOKEN_INVALID, or NETWORK_REFUSED when the source may not send from there
 */
export function feedSenders(
  sources: FeedSources,
): (request: FastifyRequest, key?: string) => Promise<FeedSource> {
  const matchers = new Map<string, (address: string) => boolean>();
  const sendsFrom = (source: RegisteredSource, address: string): boolean => {
    const ranges = source.allowedNetworks.join(" ");
    const matches = matchers.get(ranges) ?? networkMatcher(source.allowedNetworks);
    matchers.set(ranges, matches);
    return matches(address);
  };
  return async (request, key) => {
    const source = known(sources, request, key) ?? byAddress(sources, request, sendsFrom);
    if (source === undefined) {
      throw new Problem(
        "FEED_TOKEN_INVALID",
        "Send a valid feed token, or use the secret path or address of a registered source.",
      );
    }
    if (source.allowedNetworks.length > 0 && !sendsFrom(source, request.ip)) {
      throw new Problem(
        "NETWORK_REFUSED",
        `Source "${source.name}" is not registered to send from ${request.ip}.`,
      );
    }
    return source;
  };
}

function known(
  sources: FeedSources,
  request: FastifyRequest,
  key: string | undefined,
): RegisteredSource | undefined {
  if (key !== undefined) return sources.byPathKey(key);
  const token = tokenOf(request.headers.authorization);
  return token === undefined ? undefined : sources.byToken(token);
}

function tokenOf(authorization: string | undefined): string | undefined {
  const [scheme, value] = (authorization ?? "").split(" ", 2);
  if (value === undefined) return undefined;
  if (/^bearer$/i.test(scheme ?? "")) return value;
  if (/^basic$/i.test(scheme ?? ""))
    return Buffer.from(value, "base64").toString("utf8").split(":").slice(1).join(":");
  return undefined;
}

/**
 * The source that is known by the address of the connection. A proxy that is not trusted hides who really sends: nobody is
 * known by its address. Fastify gives `ips` only where proxies are trusted: then `ip` is the sender's own.
 */
function byAddress(
  sources: FeedSources,
  request: FastifyRequest,
  sendsFrom: (source: RegisteredSource, address: string) => boolean,
): RegisteredSource | undefined {
  const first = request.url.split("/", 2)[1]?.toLowerCase();
  const protocol = PROTOCOLS.find(({ ownPath, knownByAddress }) => knownByAddress && ownPath === first);
  if (request.headers.authorization !== undefined || protocol === undefined) return undefined;
  const peerIsTrusted = request.ips !== undefined && request.ips.length > 1;
  if (request.headers["x-forwarded-for"] !== undefined && !peerIsTrusted) return undefined;
  const matching = sources.knownByAddress(protocol.name).filter((source) => sendsFrom(source, request.ip));
  if (matching.length > 1) {
    throw new Problem(
      "NETWORK_REFUSED",
      `Several sources are registered to be known by ${request.ip}: give each a range of its own, or a secret path.`,
    );
  }
  return matching[0];
}
