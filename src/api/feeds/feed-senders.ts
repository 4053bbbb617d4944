import type { FastifyRequest } from "fastify";
import { Problem } from "../../errors.ts";
import { networkMatcher } from "../../identity/network-matcher.ts";
import { PROTOCOLS } from "../../ingest/feeds/registry.ts";
import { closedTo, turnedAway } from "../../source/door.ts";
import type { FeedSource } from "../../source/feed-source.ts";
import type { FeedSources } from "../../source/feed-sources.ts";
import type { RegisteredSource } from "../../source/source.ts";

export interface FeedDoor {
  readonly sources: FeedSources;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Hears of every message whose source is known: from which address, and the Problem it was turned away with. */
  readonly noted: (source: number, address: string, problem: Problem | null) => void;
}

/**
 * Tells which source is sending, and lets it in or not (READ-4, READ-7): by bearer token, by basic authentication with the token
 * as password, by the secret path, or, where a protocol's senders can do none of these, by the address they are registered to
 * send from.
 * @throws Problem FEED_TOKEN_INVALID; NETWORK_REFUSED when the source may not send from there; SOURCE_SWITCHED_OFF,
 * ORGANISATION_NOT_APPROVED or AGREEMENT_NOT_IN_FORCE when it may not send now
 */
export function feedSenders({
  sources,
  now,
  noted,
}: FeedDoor): (request: FastifyRequest, key?: string) => Promise<FeedSource> {
  const matchers = new Map<string, (address: string) => boolean>();
  const sendsFrom = (source: RegisteredSource, address: string): boolean => {
    const ranges = source.allowedNetworks.join(" ");
    const matches = matchers.get(ranges) ?? networkMatcher(source.allowedNetworks);
    matchers.set(ranges, matches);
    return matches(address);
  };
  const refusalOf = (source: RegisteredSource, address: string): Problem | null => {
    if (source.allowedNetworks.length > 0 && !sendsFrom(source, address))
      return new Problem(
        "NETWORK_REFUSED",
        `Source "${source.name}" is not registered to send from ${address}.`,
      );
    const closed = closedTo(source, now());
    return closed === undefined ? null : turnedAway(closed);
  };
  return async (request, key) => {
    const source = known(sources, request, key) ?? byAddress(sources, request, sendsFrom);
    if (source === undefined) {
      throw new Problem(
        "FEED_TOKEN_INVALID",
        "Send a valid feed token, or use the secret path or address of a registered source.",
      );
    }
    const problem = refusalOf(source, request.ip);
    noted(source.id, request.ip, problem);
    if (problem !== null) throw problem;
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
 * The source that is known by the address of the connection; one that is switched off only where no other is. A proxy that is
 * not trusted hides who really sends: nobody is known by its address. Fastify gives `ips` only where proxies are trusted: then
 * `ip` is the sender's own.
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
  const on = matching.filter(({ enabled }) => enabled);
  if (on.length > 1) {
    throw new Problem(
      "NETWORK_REFUSED",
      `Several sources are registered to be known by ${request.ip}: give each a range of its own, or a secret path.`,
    );
  }
  return on[0] ?? matching[0];
}
