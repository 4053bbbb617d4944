import { Problem } from "../../errors.ts";
import type { HitStreamClient, StreamLimits } from "./stream-client.ts";

declare module "fastify" {
  interface FastifyInstance {
    streamPlaces: StreamPlaces;
  }
}

/** The open hit streams, counted per session and in all. */
export class StreamPlaces {
  readonly #limits: StreamLimits;
  readonly #bySession = new Map<string, Set<HitStreamClient>>();
  readonly #ends = new Set<Promise<void>>();
  #count = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  /** @throws Problem TOO_MANY_REQUESTS when the session, or the service, has no place left */
  requirePlace(session: string): void {
    const own = this.#bySession.get(session)?.size ?? 0;
    if (own < this.#limits.perSession && this.#count < this.#limits.inAll) return;
    const most =
      own >= this.#limits.perSession
        ? `${this.#limits.perSession} of one session`
        : `${this.#limits.inAll} in all`;
    throw new Problem("TOO_MANY_REQUESTS", `The most streams are open already: ${most}. Close one first.`, {
      retryAfter: 5,
    });
  }

  add(session: string, client: HitStreamClient): void {
    const own = this.#bySession.get(session) ?? new Set();
    own.add(client);
    this.#bySession.set(session, own);
    this.#count += 1;
  }

  remove(session: string, client: HitStreamClient): void {
    const own = this.#bySession.get(session);
    if (own === undefined || !own.delete(client)) return;
    this.#count -= 1;
    if (own.size === 0) this.#bySession.delete(session);
  }

  /** Ends the streams of one session at once, for a sign-out. */
  endSession(session: string): void {
    for (const client of this.#bySession.get(session) ?? []) client.close("session-ended");
  }

  /** Ends the streams of every session that is no more: somebody was suspended, or left. */
  recheckAll(): void {
    for (const clients of this.#bySession.values()) for (const client of clients) client.recheck();
  }

  /** Waits for a stream's end, and for what is written about it, when the service stops. */
  untilEnded(end: Promise<void>): void {
    this.#ends.add(end);
    void end.finally(() => this.#ends.delete(end));
  }

  /** Ends every stream, for a stop of the service; resolves when each has its last entry in the log. */
  async endAll(): Promise<void> {
    for (const clients of this.#bySession.values()) for (const client of clients) client.close("stopping");
    await Promise.all(this.#ends);
  }
}
