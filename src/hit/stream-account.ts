import { shownVrms } from "../audit/shown-vrms.ts";

/** Between two entries of an open stream: what a crash can keep from the log is what was shown in this time. */
const EVERY_MS = 15_000;

/** What a stream has shown since its entry before: from one sequence number to another, and how much. */
export interface Shown {
  readonly after: string | null;
  readonly last: string | null;
  readonly count: number;
  readonly vrms: readonly string[];
}

/**
 * Keeps the log in step with an open stream (AUD-1): every few seconds in which something was shown an entry says how much, and
 * where that cannot be written the stream has to end. The sum over its entries and its end is what was shown.
 */
export class StreamAccount {
  readonly #write: (shown: Shown) => Promise<unknown>;
  readonly #timer: NodeJS.Timeout;
  readonly #failed = new AbortController();
  #after: string | null;
  #last: string | null;
  #count = 0;
  #vrms: string[] = [];
  #writing: Promise<void> = Promise.resolve();

  /** @param after the sequence number after which the stream begins */
  constructor(write: (shown: Shown) => Promise<unknown>, after: string | null, everyMs = EVERY_MS) {
    this.#write = write;
    this.#after = after;
    this.#last = after;
    this.#timer = setInterval(() => this.#tell(), everyMs);
    this.#timer.unref();
  }

  /** Aborted once an entry could not be written: nothing more may be shown. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  shown(seq: string, vrm: string): void {
    this.#count += 1;
    this.#last = seq;
    this.#vrms.push(vrm);
  }

  /** Ends the account. Out: what was shown and stands in no entry yet, for the stream's last. */
  async end(): Promise<Shown> {
    clearInterval(this.#timer);
    await this.#writing;
    return this.#unwritten();
  }

  #tell(): void {
    this.#writing = this.#writing
      .then(() => (this.#count === 0 || this.failed.aborted ? undefined : this.#entry()))
      .catch(() => this.#failed.abort());
  }

  async #entry(): Promise<void> {
    const shown = this.#unwritten();
    const written = this.#vrms.length;
    await this.#write(shown);
    this.#count -= shown.count;
    this.#after = shown.last;
    this.#vrms = this.#vrms.slice(written);
  }

  #unwritten(): Shown {
    const vrms = shownVrms(this.#vrms.map((vrm) => ({ vrm })));
    return { after: this.#after, last: this.#last, count: this.#count, vrms };
  }
}
