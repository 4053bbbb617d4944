import type { Hit } from "./hit.ts";
import type { HitFeed } from "./hit-store.ts";

const PAGE = 500;

/**
 * What a stream carries. `hit` comes exactly once for each hit and `seq` is its id: resuming after it misses nothing.
 * `hit-state` tells of a change to a hit while the stream is open; its `seq` is that of the last hit before it.
 * `dropped` is the last event of a follower that fell too far behind; it may come back after `seq`.
 */
export type OutboxEvent =
  | { readonly kind: "hit" | "hit-state"; readonly seq: number; readonly hit: Hit }
  | { readonly kind: "dropped"; readonly seq: number };
type Told = Extract<OutboxEvent, { hit: Hit }>;

export interface OutboxOptions {
  /** Events kept for followers; a live follower further behind than this is dropped. */
  readonly ring?: number;
  /** How often to look although nobody called. */
  readonly everyMs?: number;
  readonly failed?: (error: unknown) => void;
  /** Hears of each hit once, when it goes out. */
  readonly told?: (hit: Hit) => void;
}

/**
 * Delivers hits: one look at the store per process, one ring of the latest events in memory, any number of followers.
 * A follower first gets what it missed from the store (backfill), then follows the ring (live); where it stands is a number,
 * so a slow follower costs nothing, holds nobody up, and is told and dropped when the ring has gone past it.
 */
export class HitOutbox {
  readonly #feed: HitFeed;
  readonly #capacity: number;
  readonly #options: OutboxOptions;
  #ring: Told[] = [];
  /** Position of the ring's first event; positions count all events ever told by this process. */
  #base = 0;
  /** Every hit with a greater id is in the ring. */
  #floor = 0;
  #head = 0;
  #stateHead = 0;
  #looking: Promise<void> | undefined;
  #again = false;
  #sleepers: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopListening: (() => Promise<void>) | undefined;
  #stopped = false;

  constructor(feed: HitFeed, options: OutboxOptions = {}) {
    this.#feed = feed;
    this.#options = options;
    this.#capacity = options.ring ?? 2000;
  }

  /** Begins to follow the store from where it stands now. */
  async start(): Promise<void> {
    const { id, stateChange } = await this.#feed.head();
    this.#head = this.#floor = id;
    this.#stateHead = stateChange;
    this.#stopListening = await this.#feed.onChange(this.wake);
    this.#timer = setInterval(this.wake, this.#options.everyMs ?? 500);
    this.#timer.unref();
    await this.#look();
  }

  /** Ends every follower's stream. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#rouse();
    await this.#stopListening?.();
    await this.#looking?.catch(() => undefined);
  }

  /** Says that there may be something new; cheap, and safe to call at any time. */
  readonly wake = (): void => {
    this.#look().catch((error: unknown) => this.#options.failed?.(error));
  };

  /** The id of the last hit seen. */
  get head(): number {
    return this.#head;
  }

  /**
   * Events after a hit id (null: from now on), in order, each hit once, until `signal` aborts or the outbox stops.
   * Ends with `dropped` when a follower that had caught up falls behind the whole ring.
   */
  async *events(after: number | null, signal: AbortSignal): AsyncGenerator<OutboxEvent, void, undefined> {
    const stop = (): void => this.#rouse();
    signal.addEventListener("abort", stop, { once: true });
    try {
      let last = after ?? this.#head;
      let position = this.#base + this.#ring.length;
      if (after !== null) {
        while (last < this.#floor && !this.#isOver(signal)) {
          const missed = await this.#feed.raisedAfter(last, PAGE);
          // Ids have gaps: nothing after `last` at all means that the follower has caught up.
          if (missed.length === 0) last = Math.max(last, this.#floor);
          for (const hit of missed) {
            if (this.#isOver(signal)) return;
            yield { kind: "hit", seq: (last = hit.id), hit };
          }
        }
        const next = this.#ring.findIndex((event) => event.kind === "hit" && event.hit.id > last);
        position = this.#base + (next === -1 ? this.#ring.length : next);
      }
      while (!this.#isOver(signal)) {
        if (position < this.#base) return yield { kind: "dropped", seq: last };
        const event = this.#ring[position - this.#base];
        if (event === undefined) {
          await new Promise<void>((resolve) => this.#sleepers.push(resolve));
          continue;
        }
        position++;
        // The backfill may have read a hit from the store before it came into the ring.
        if (event.kind === "hit" && event.hit.id <= last) continue;
        last = Math.max(last, event.seq);
        yield event;
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  #isOver(signal: AbortSignal): boolean {
    return this.#stopped || signal.aborted;
  }

  #look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#lookAgain();
    return this.#looking;
  }

  async #lookAgain(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        const raised = await this.#feed.raisedAfter(this.#head, PAGE);
        for (const hit of raised) this.#tell({ kind: "hit", seq: (this.#head = hit.id), hit });
        for (const hit of raised) this.#options.told?.(hit);
        const changed = await this.#feed.changedAfter(this.#stateHead, PAGE);
        for (const { hit, stateChange } of changed) {
          this.#stateHead = stateChange;
          this.#tell({ kind: "hit-state", seq: this.#head, hit });
        }
        if (raised.length === PAGE || changed.length === PAGE) this.#again = true;
        if (raised.length + changed.length > 0) this.#rouse();
      }
    } finally {
      // In the same step as the last look at `again`: no call is lost between them.
      this.#looking = undefined;
    }
  }

  #tell(event: Told): void {
    this.#ring.push(event);
    // Trimmed in halves, so that keeping the ring costs next to nothing for each event.
    if (this.#ring.length < this.#capacity * 2) return;
    const gone = this.#ring.splice(0, this.#capacity);
    this.#base += gone.length;
    this.#floor = Math.max(this.#floor, ...gone.map(({ seq }) => seq));
  }

  #rouse(): void {
    const sleepers = this.#sleepers;
    this.#sleepers = [];
    for (const wake of sleepers) wake();
  }
}
