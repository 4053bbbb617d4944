import { AsyncLocalStorage } from "node:async_hooks";

/** Collects the indexes of the entries that are written while one request is worked on, so that its reply can carry them. */
export class Receipts {
  readonly #current = new AsyncLocalStorage<number[]>();

  /** Runs `work`; what is written in it, and in whatever it begins, goes into `into`. */
  collect<T>(into: number[], work: () => T): T {
    return this.#current.run(into, work);
  }

  /** Notes an entry for the request under which it was written, if any. */
  note(index: number): void {
    this.#current.getStore()?.push(index);
  }
}
