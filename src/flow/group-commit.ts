import { writeApart } from "./write-apart.ts";

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes items in groups: while one group is being written the next one gathers, so that a single item never waits
 * for a timer and many share one commit. Groups are written one after the other, in the order of arrival.
 */
export class GroupCommit<Item, Result> {
  readonly #write: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #largest: number;
  #waiting: Waiting<Item, Result>[] = [];
  #running: Promise<void> | undefined;

  /**
   * @param write answers one result for each item, in order, or keeps nothing and throws. After DataRefused it is called again
   *   with parts of the group, so that only the bad item fails; after any other error every item of the group fails
   */
  constructor(
    write: (items: readonly Item[]) => Promise<readonly Result[]>,
    options: { largest?: number } = {},
  ) {
    this.#write = write;
    this.#largest = options.largest ?? 1000;
  }

  /** Resolves when the item's group is written. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when everything added so far has been written or has failed. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    // What is added in the same turn of the event loop travels together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#largest);
      const results = await writeApart(
        group.map(({ item }) => item),
        this.#write,
      );
      for (const [index, { resolve, reject }] of group.entries()) {
        const result = results[index] as PromiseSettledResult<Result>;
        if (result.status === "fulfilled") resolve(result.value);
        else reject(result.reason);
      }
    }
    this.#running = undefined;
  }
}
