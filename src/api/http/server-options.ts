import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Receipts } from "../../audit/receipts.ts";
import type { Protocol, ProtocolContext } from "../../ingest/feeds/protocol.ts";
import type { Events } from "../../observe/events.ts";
import type { Logger } from "../../observe/log.ts";
import type { Metrics } from "../../observe/metrics.ts";
import type { Proofs } from "../../oversight/proofs.ts";
import type { StreamLimits } from "../hits/stream-client.ts";
import type { Rooms } from "../rooms.ts";
import type { RenderErrorPage } from "./problem-reply.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { SlowBodyLimits } from "../feeds/slow-body.ts";

/** Engineering limits of the HTTP edge; none comes from the law. */
export interface ServerLimits extends RateLimits, SlowBodyLimits {
  /** A body that is held in memory. CSV imports and NDJSON are streamed and have no such limit. */
  readonly bodyBytes: number;
  /** Open connections, beyond which new ones are closed at once. */
  readonly connections: number;
  /** For the headers of a request to arrive. */
  readonly headersMs: number;
  /** For an idle connection to be kept. */
  readonly keepAliveMs: number;
  readonly streams: StreamLimits;
}

export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  requestsPerMinute: 1_200,
  signInsPerAddress: 1_000,
  bodyIdleMs: 45_000,
  lingerMs: 2_000,
  sweepMs: 1_000,
  bodyBytes: 1024 * 1024,
  connections: 20_000,
  headersMs: 20_000,
  keepAliveMs: 65_000,
  streams: { perSession: 6, inAll: 500, bufferBytes: 1024 * 1024, heartbeatMs: 15_000, retryMs: 2_000 },
};

export interface ServerOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly events: Events;
  readonly rooms: Rooms;
  readonly limits: ServerLimits;
  /** How people reach the service, where it is not what their browsers say. */
  readonly publicUrl?: string | undefined;
  /** People reach the service over HTTPS: cookies are Secure and browsers are told to stay on it. */
  readonly https: boolean;
  /** CIDR ranges of proxies whose `x-forwarded-for` is believed. */
  readonly trustProxy: readonly string[];
  /** CIDR ranges people may come from; empty: any. */
  readonly allowedNetworks: readonly string[];
  /** CIDR ranges that may read /metrics. */
  readonly metricsNetworks: readonly string[];
  /** Absent in a process that takes no reads. */
  readonly feeds?: {
    readonly protocols: readonly Protocol[];
    readonly context: Omit<ProtocolContext, "metrics">;
  };
  /** Adds the pages, in a scope where people are identified, limited and protected as in the API. */
  readonly pages?: (scope: FastifyInstance) => Promise<void>;
  readonly renderErrorPage?: RenderErrorPage;
  /** Adds addresses that are open to the world, such as the log's tiles. */
  readonly open?: (scope: FastifyInstance) => Promise<void>;
  /** Leaves and proofs of the audit log, and the receipts that replies carry. */
  readonly log?: { readonly proofs: Proofs; readonly receipts: Receipts };
  /** Checks every reply against its schema: tests only. */
  readonly checkReplies?: boolean;
}

/** A scope whose routes take their types from zod schemas. */
export type Scope = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** One resource: adds its routes to a scope. */
export type Resource = (scope: Scope, options: ServerOptions) => void | Promise<void>;
