import type { MatchEntry } from "../match/match-entry.ts";
import type { ListFeed } from "./list-store.ts";

const PAGE = 10_000;

/** Where entries go: the match set. Adding an entry whose id is there replaces it; removing one that is not is nothing. */
export interface EntrySink {
  add(entry: MatchEntry): unknown;
  remove(id: number, vrm: string): unknown;
}

/**
 * Keeps a match set in step with the lists (VOI-1): everything once, then change by change in the order of commits.
 * Woken by the database at each change, and by a timer in case that is lost.
 */
export class ListFollower {
  readonly #feed: ListFeed;
  readonly #sink: EntrySink;
  #sequence = 0;
  #following: Promise<void> | undefined;
  #again = false;
  #stopListening: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(feed: ListFeed, sink: EntrySink) {
    this.#feed = feed;
    this.#sink = sink;
  }

  /**
   * Loads every active entry, then follows. Changes during the load are followed from the number before it: they may be
   * applied twice, which the sink bears, but never missed.
   * @returns how many entries were loaded
   */
  async start(options: { everyMs?: number; failed?: (error: unknown) => void } = {}): Promise<number> {
    this.#sequence = await this.#feed.sequence();
    let loaded = 0;
    for await (const page of this.#feed.loadAll()) {
      for (const entry of page) this.#sink.add(entry);
      loaded += page.length;
    }
    const wake = (): void => void this.catchUp().catch((error: unknown) => options.failed?.(error));
    this.#stopListening = await this.#feed.onChange(wake);
    this.#timer = setInterval(wake, options.everyMs ?? 500);
    this.#timer.unref();
    await this.catchUp();
    return loaded;
  }

  /** Takes in every change committed before the call. */
  catchUp(): Promise<void> {
    this.#again = true;
    this.#following ??= this.#follow();
    return this.#following;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#stopListening?.();
    await this.#following?.catch(() => undefined);
  }

  async #follow(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        for (let count = PAGE; count === PAGE;) {
          const { changes, sequence } = await this.#feed.changedSince(this.#sequence, PAGE);
          for (const change of changes) {
            if (change.kind === "add") this.#sink.add(change.entry);
            else this.#sink.remove(change.id, change.vrm);
          }
          this.#sequence = sequence;
          count = changes.length;
        }
      }
    } finally {
      // In the same step as the last look at `again`: no call is lost between them.
      this.#following = undefined;
    }
  }
}
