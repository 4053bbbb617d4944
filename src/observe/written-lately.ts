import { DataRefused } from "../errors.ts";

export interface WrittenLatelyParts {
  /** A cheap write through the store's real path; resolves when it is durable. */
  readonly write: () => Promise<unknown>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A write of our own is made when the last one is older than this. */
  readonly everyMs?: number;
  /** Beyond it, the last write says nothing any more: whoever asks waits for the next. */
  readonly lateMs?: number;
}

const EVERY_MS = 10_000;
const LATE_MS = 30_000;

/**
 * Knows whether a store still writes (OPS-1): one that answers questions may have a full or read-only disk. Real writes count;
 * where there was none lately one of our own is made, when somebody asks and never more often than every few seconds.
 */
export class WrittenLately {
  readonly #write: () => Promise<unknown>;
  readonly #now: () => number;
  readonly #everyMs: number;
  readonly #lateMs: number;
  #last = Number.NEGATIVE_INFINITY;
  #trying: Promise<void> | undefined;
  #failure: unknown;

  constructor({ write, now, everyMs = EVERY_MS, lateMs = LATE_MS }: WrittenLatelyParts) {
    this.#write = write;
    this.#now = now;
    this.#everyMs = everyMs;
    this.#lateMs = lateMs;
  }

  /** A real write, counted: one that fails makes the next question try for itself, unless its data was at fault. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      const done = await work();
      this.#last = this.#now();
      this.#failure = undefined;
      return done;
    } catch (error) {
      if (!(error instanceof DataRefused)) this.#last = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  /** Resolves when a write succeeded lately. @throws what the last one failed with */
  async check(): Promise<void> {
    // A write that is yet to come was one under a clock that has been set back since: it says nothing.
    const age = Math.abs(this.#now() - this.#last);
    if (age < this.#everyMs) return;
    this.#trying ??= this.#try().finally(() => (this.#trying = undefined));
    if (this.#failure === undefined && age < this.#lateMs) return;
    await this.#trying;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Never rejects: who does not wait for it must not be left with its failure. */
  async #try(): Promise<void> {
    await this.during(this.#write).catch((error: unknown) => (this.#failure = error));
  }
}
