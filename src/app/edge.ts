import { Audited } from "../audit/audited.ts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Proofs } from "../oversight/proofs.ts";
import { feedSenders } from "../api/feeds/feed-senders.ts";
import type { Rooms } from "../api/rooms.ts";
import { publicLog } from "../api/log/public-log.ts";
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "../api/http/server-options.ts";
import { buildServer } from "../api/server.ts";
import type { Settings } from "../config.ts";
import type { FeedSource } from "../source/feed-source.ts";
import type { FeedSources } from "../source/feed-sources.ts";
import type { LastMessages } from "../source/last-messages.ts";
import { DEFAULT_FEED_LIMITS } from "../ingest/feeds/protocol.ts";
import { PROTOCOLS } from "../ingest/feeds/registry.ts";
import type { Intake } from "../ingest/intake.ts";
import { isUnreadable, MESSAGE_UNREADABLE } from "../ingest/unreadable.ts";
import type { LateImages } from "../ingest/late-images.ts";
import type { Refusals } from "../ingest/refusals.ts";
import { timeBelieved } from "../ingest/steps/clock.ts";
import type { Events } from "../observe/events.ts";
import type { Logger } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { PolicyInForce } from "../policy/in-force.ts";
import { webPages } from "../web/web.ts";
import type { openLog } from "./log.ts";

export interface EdgeParts {
  readonly settings: Settings;
  readonly options: {
    /** Limits that differ from the defaults. */
    readonly limits?: Partial<ServerLimits>;
    readonly checkReplies?: boolean;
  };
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly events: Events;
  readonly rooms: Rooms;
  readonly log: Awaited<ReturnType<typeof openLog>>;
  readonly policy: PolicyInForce;
  readonly feedSources: FeedSources;
  readonly lastMessages: LastMessages;
  readonly refusals: Refusals;
  readonly intake: Intake;
  readonly lateImages: LateImages;
  readonly now: () => number;
}

/** The HTTP edge with its pages, feeds and public log, ready but not listening. */
export function openEdge({
  settings,
  options,
  logger,
  metrics,
  events,
  rooms,
  log,
  policy,
  feedSources,
  lastMessages,
  refusals,
  intake,
  lateImages,
  now,
}: EdgeParts): Promise<FastifyInstance> {
  const { checkReplies } = options;
  const sourceOf = feedSenders({
    sources: feedSources,
    now,
    noted: (source, address, problem) => {
      lastMessages.note(source, address, problem?.code ?? null);
      if (problem !== null) refusals.turnedAway(source, problem.code, problem.message);
    },
  });
  /** Who sent what is being answered. */
  const senders = new WeakMap<FastifyRequest, FeedSource>();
  const limits = {
    ...DEFAULT_SERVER_LIMITS,
    bodyBytes: settings.maxBodyBytes,
    connections: settings.maxConnections,
    ...options.limits,
  };
  const web = webPages({
    rooms,
    get pack() {
      return policy.pack;
    },
    events,
    limits,
    https: settings.secureCookies,
    publicUrl: settings.publicUrl,
    now,
  });
  return buildServer({
    logger,
    metrics,
    events,
    rooms,
    limits,
    https: settings.secureCookies,
    publicUrl: settings.publicUrl,
    trustProxy: settings.trustProxy,
    allowedNetworks: settings.allowedNetworks,
    metricsNetworks: settings.metricsNetworks,
    open: publicLog(log.published, { https: settings.secureCookies }),
    log: { proofs: new Proofs(log.audit, new Audited(log.audit), log.published), receipts: log.receipts },
    ...(checkReplies === undefined ? {} : { checkReplies }),
    ...(settings.roles.includes("ingest")
      ? {
          feeds: {
            protocols: PROTOCOLS,
            context: {
              intake: {
                take: async (elements, source) => {
                  feedSources.requireOpen(source, now());
                  return log.collection.count(source.id, elements.length, (received) =>
                    intake.take(elements, source, { received }),
                  );
                },
                takeImage: async (image, source) => {
                  feedSources.requireOpen(source, now());
                  log.collection.requireLoggable();
                  return lateImages.take(image, source);
                },
              },
              limits: { ...DEFAULT_FEED_LIMITS, bodyBytes: settings.maxBodyBytes },
              sourceOf: async (request, key) => {
                const source = await sourceOf(request, key);
                senders.set(request, source);
                return source;
              },
              unreadable: (request, error) => {
                const source = senders.get(request);
                // Its own words may quote the message, and so a vehicle.
                if (source !== undefined && isUnreadable(error))
                  refusals.turnedAway(source.id, MESSAGE_UNREADABLE, `${error.code}: ${error.title}`);
              },
              believes: (captured, received) => timeBelieved(captured, received, policy.pack.time),
              now,
            },
          },
        }
      : {}),
    ...(settings.roles.includes("web") ? web : {}),
  });
}
