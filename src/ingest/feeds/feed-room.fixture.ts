import fastify, { type FastifyInstance } from "fastify";
import { Problem } from "../../errors.ts";
import { isUnreadable } from "../unreadable.ts";
import type { Capture, Decoded } from "../../read/capture.ts";
import { DOOR_CODES, turnedAway } from "../../source/door.ts";
import type { FeedSource } from "../../source/feed-source.ts";
import { keepImages } from "../keep-images.ts";
import { withNotes, type Outcome } from "../outcome.ts";
import { timeBelieved } from "../steps/clock.ts";
import { DEFAULT_FEED_LIMITS, type FeedLimits, type Intake, type LateImage } from "./protocol.ts";
import { PROTOCOLS } from "./registry.ts";

/** The smallest body that counts as a JPEG on the way in. */
export const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 0xff, 0xd9]);
export const JPEG_64 = JPEG.toString("base64");

/** 2026-11-22T08:15:31Z, the receive time in all tests. */
export const NOW = Date.UTC(2026, 10, 22, 8, 15, 31);

export function aSource(differing: Partial<FeedSource> = {}): FeedSource {
  return {
    id: 1,
    name: "test",
    organisation: 1,
    aggregator: false,
    positionUnit: "degrees",
    timeZone: "Europe/London",
    compoundReply: "array",
    nrd: null,
    ...differing,
  };
}

/** Stands for the edge behind the feed room: keeps what it was given, and answers `stored` unless told otherwise. */
export class RecordingIntake implements Intake {
  readonly elements: Decoded[] = [];
  readonly calls: number[] = [];
  readonly images: LateImage[] = [];
  /** Called before each take; may throw, wait or give the outcome. */
  before: (call: number, elements: readonly Decoded[]) => void | Promise<void> = () => {};
  outcome: (element: Capture) => Outcome = ({ vrm }) => ({ verdict: "stored", readId: `id-${vrm}` });

  async take(given: readonly Decoded[]): Promise<readonly Outcome[]> {
    const call = this.calls.push(given.length);
    await this.before(call, given);
    const elements = await keepImages(given, DEFAULT_FEED_LIMITS.imageBytes);
    this.elements.push(...elements);
    return elements.map((element) =>
      "refusal" in element
        ? { verdict: "refused", ...element.refusal }
        : withNotes(this.outcome(element.capture), element.notes),
    );
  }

  async takeImage(image: LateImage): Promise<void> {
    await this.before(0, []);
    this.images.push(image);
  }

  get captures(): Capture[] {
    return this.elements.flatMap((element) => ("capture" in element ? [element.capture] : []));
  }
}

export interface FeedRoom {
  readonly app: FastifyInstance;
  readonly intake: RecordingIntake;
  readonly counted: Map<string, number>;
}

/** All protocols on a bare server, with a recording intake behind them. */
export function aFeedRoom(source: FeedSource = aSource(), limits: Partial<FeedLimits> = {}): FeedRoom {
  const app = fastify({ exposeHeadRoutes: false });
  const intake = new RecordingIntake();
  const counted = new Map<string, number>();
  app.setErrorHandler((error, _request, reply) => {
    const problem = error instanceof Problem ? error : new Problem("INTERNAL", String(error));
    if (problem.retryAfter !== undefined) void reply.header("retry-after", String(problem.retryAfter));
    return reply.code(problem.status).type("application/problem+json").send(problem.toJSON());
  });
  for (const protocol of PROTOCOLS) {
    protocol.routes(app, {
      intake,
      limits: { ...DEFAULT_FEED_LIMITS, ...limits },
      now: () => NOW,
      believes: (captured, received) => timeBelieved(captured, received, { futureSkewSeconds: 60 }),
      sourceOf: async (_request, key) => {
        if (key === "wrong") throw new Problem("FEED_TOKEN_INVALID", "unknown key");
        const closed = DOOR_CODES.find((code) => code === key);
        if (closed !== undefined) throw turnedAway({ code: closed, detail: "It is closed." });
        return source;
      },
      unreadable: (_request, error) => {
        if (isUnreadable(error)) counted.set("unreadable", (counted.get("unreadable") ?? 0) + 1);
      },
      metrics: {
        message: (protocol, kind) => {
          const name = `${protocol}/${kind}`;
          counted.set(name, (counted.get(name) ?? 0) + 1);
        },
      },
    });
  }
  return { app, intake, counted };
}
