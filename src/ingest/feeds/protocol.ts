import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Decoded } from "../../read/capture.ts";
import type { NrdReference } from "../../read/nrd.ts";
import type { Outcome } from "../outcome.ts";
import type { FeedSource } from "../../source/feed-source.ts";

/** An image sent apart from its read, to be joined on NRD, VRM text and capture time (PROTOCOLS 1.5). */
export interface LateImage {
  readonly nrd: NrdReference;
  /** The text exactly as sent. */
  readonly vrm: string;
  /** Epoch milliseconds UTC. */
  readonly captured: number;
  /** How finely the sender tells time: 1000 where its messages carry no fraction of a second. */
  readonly resolutionMs: 1 | 1000;
  readonly kind: "patch" | "overview";
  readonly jpeg: Buffer;
}

/** What a protocol needs from the rest of the service. */
export interface Intake {
  /**
   * Judges, stores and answers for elements in the order given; resolves after the data is durable.
   * @throws Problem ARCHIVE_BUSY before anything is accepted when the archive cannot keep up.
   */
  take(elements: readonly Decoded[], source: FeedSource): Promise<readonly Outcome[]>;
  /**
   * An image sent apart from its read, before or after it. Resolves when durable.
   * @throws Problem IMAGE_REFUSED when the source may not send for the NRD, ARCHIVE_BUSY when too much waits already
   */
  takeImage(image: LateImage, source: FeedSource): Promise<void>;
}

/** What a sender may ask of the service; every figure is an engineering setting, none comes from the law. */
export interface FeedLimits {
  /** A whole body that is held in memory. Streamed NDJSON has no such limit. */
  readonly bodyBytes: number;
  /** Whole bodies held in memory at once, over all feeds of the process. */
  readonly bufferedBytes: number;
  /** What a compressed NDJSON body may unfold to. Whole bodies have the limit of those that come as they are. */
  readonly inflatedBytes: number;
  /** One NDJSON line; a longer one is skipped and refused. */
  readonly lineBytes: number;
  /** Elements in one JSON array. */
  readonly elements: number;
  readonly vrmCharacters: number;
  /** Make, model, colour and other short texts. */
  readonly textCharacters: number;
  /** One decoded image. */
  readonly imageBytes: number;
  readonly xmlDepth: number;
  readonly xmlElements: number;
  readonly jsonDepth: number;
  /** Parts of one multipart body that are looked at. */
  readonly parts: number;
  /** For a whole body to arrive; for NDJSON, for its next line to be complete. */
  readonly bodySeconds: number;
  /** NDJSON: elements handed to the intake at once, and the bytes of lines behind them. */
  readonly groupElements: number;
  readonly groupBytes: number;
  /** NDJSON: groups given to the intake and not yet answered. */
  readonly groupsInFlight: number;
  /** NDJSON: answers held for a client that does not read them, before its body is read no further. One that reads none of
   * them for `busySeconds` then gets its reply early: it may be waiting to have sent everything first. */
  readonly replyElements: number;
  /** NDJSON: how long a group after the first waits for a busy archive before the reply ends early. */
  readonly busySeconds: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_FEED_LIMITS: FeedLimits = {
  bodyBytes: 8 * MIB,
  bufferedBytes: 512 * MIB,
  inflatedBytes: 1024 * MIB,
  lineBytes: 4 * MIB,
  elements: 10_000,
  vrmCharacters: 64,
  textCharacters: 100,
  imageBytes: 2 * MIB,
  xmlDepth: 32,
  xmlElements: 5_000,
  jsonDepth: 16,
  parts: 256,
  bodySeconds: 30,
  groupElements: 2_000,
  groupBytes: MIB,
  groupsInFlight: 8,
  replyElements: 250_000,
  busySeconds: 60,
};

/** What the composition root hands to every protocol. */
export interface ProtocolContext {
  readonly intake: Intake;
  readonly limits: FeedLimits;
  /**
   * Who is sending: by token, secret path key or address.
   * @throws Problem FEED_TOKEN_INVALID, NETWORK_REFUSED, or one of `DOOR_CODES` where it may not send now.
   */
  sourceOf(request: FastifyRequest, key?: string): Promise<FeedSource>;
  /**
   * Whether a device's clock may be right: it was set once, and is not further ahead of the receive time than the policy pack
   * allows. For protocols whose senders cannot be told that it is not. Both in epoch ms.
   */
  readonly believes: (captured: number, received: number) => boolean;
  /** Epoch milliseconds; the receive time for messages without a usable one of their own. */
  readonly now: () => number;
  /**
   * A message of a sender that is known could not be read: counted where its people see it. What it says is kept nowhere.
   * Nothing, where the error is about something else.
   */
  readonly unreadable: (request: FastifyRequest, error: unknown) => void;
  readonly metrics: {
    /** Counts one message or one thing dropped from it. `kind` comes from a small closed set per protocol. */
    message(protocol: string, kind: string): void;
  };
}

/** Operations of the OpenAPI document, by path. */
export type DescribedPaths = Readonly<
  Record<string, Record<string, { responses?: Record<string, unknown>; operationId?: string }>>
>;

/** One wire protocol: a folder with a decoder and its vectors, and one line in `registry.ts`. */
export interface Protocol {
  readonly name: string;
  /** A first step of the path that is its own, beside `/feeds/<name>/<key>`: there machines ask, and never a browser. */
  readonly ownPath?: string;
  /** Its senders may be known by their address, where they can present neither token nor secret path. */
  readonly knownByAddress?: boolean;
  /** Whether its devices are given a secret path: they cannot be, may be, or have nothing else. */
  readonly secretPath: "none" | "optional" | "always";
  /** The path a device is told to send to. @param key of a source that has a secret path; null: it identifies itself otherwise */
  readonly pathFor: (key: string | null) => string;
  /** What integrators read of it; absent: nothing beyond the secret path that all protocols share. */
  readonly described?: DescribedPaths;
  /** Adds the routes in a scope of their own, so that body parsers do not leak into other routes. */
  routes(app: FastifyInstance, context: ProtocolContext): void;
}
