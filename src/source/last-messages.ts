import type { LastMessage } from "./source.ts";
import type { SourceStore } from "./source-store.ts";

const EVERY_MS = 1_000;

/** Notes when each source last sent, from where, and whether it was let in; written once a second, so that a stream costs nothing. */
export class LastMessages {
  readonly #store: Pick<SourceStore, "noteMessages">;
  readonly #now: () => number;
  readonly #failed: (error: unknown) => void;
  #noted = new Map<number, LastMessage>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    store: Pick<SourceStore, "noteMessages">,
    { now, failed }: { readonly now: () => number; readonly failed: (error: unknown) => void },
  ) {
    this.#store = store;
    this.#now = now;
    this.#failed = failed;
  }

  /** A message of a source from an address; `code` says why it was turned away, null that it was not. */
  note(source: number, address: string, code: string | null): void {
    this.#noted.set(source, { at: new Date(this.#now()), address, code });
    this.#timer ??= setTimeout(() => void this.write().catch(this.#failed), EVERY_MS).unref();
  }

  /** Writes what was noted since the last time; what cannot be written is kept for the next. */
  async write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const noted = this.#noted;
    if (noted.size === 0) return;
    this.#noted = new Map();
    try {
      await this.#store.noteMessages(noted);
    } catch (error) {
      this.#noted = new Map([...noted, ...this.#noted]);
      throw error;
    }
  }
}
