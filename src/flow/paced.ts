import { setTimeout as sleep } from "node:timers/promises";

/**
 * Does one kind of work when it is woken, at most once in so many milliseconds and never beside itself. A wake-up while it
 * works, or while it rests, is kept: the work is done once more. Idle, it costs nothing.
 */
export class Paced {
  readonly #work: () => Promise<void>;
  readonly #everyMs: number;
  readonly #rest = new AbortController();
  #woken = false;
  #running: Promise<void> | undefined;

  /** @param work must not reject: what fails is its own affair */
  constructor(work: () => Promise<void>, everyMs: number) {
    this.#work = work;
    this.#everyMs = everyMs;
  }

  wake(): void {
    this.#woken = true;
    if (!this.#rest.signal.aborted) this.#running ??= this.#run();
  }

  /** Begins nothing more, and resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#rest.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    // So that a wake-up from within the work finds it running.
    await Promise.resolve();
    while (this.#woken && !this.#rest.signal.aborted) {
      this.#woken = false;
      const begun = performance.now();
      await this.#work();
      const rest = begun + this.#everyMs - performance.now();
      // Stopping ends the rest early; that is no error.
      if (rest > 0) await sleep(rest, undefined, { signal: this.#rest.signal }).catch(() => undefined);
    }
    this.#running = undefined;
  }
}
