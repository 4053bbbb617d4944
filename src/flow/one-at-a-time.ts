import { Problem } from "../errors.ts";

/** Beyond these, somebody is guessing with a machine. */
const MOST_WAITING = 200;

/** Does things of one key one after another, so that parallel guesses cannot outrun the count of failures. */
export class OneAtATime {
  readonly #last = new Map<string, { done: Promise<unknown>; waiting: number }>();

  /** @throws Problem TOO_MANY_REQUESTS when too many wait for the same key */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#last.get(key) ?? { done: Promise.resolve(), waiting: 0 };
    if (turn.waiting >= MOST_WAITING)
      throw new Problem("TOO_MANY_REQUESTS", "Wait a few seconds before you try again.", { retryAfter: 5 });
    turn.waiting += 1;
    this.#last.set(key, turn);
    const mine = turn.done.then(work);
    turn.done = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      turn.waiting -= 1;
      if (turn.waiting === 0) this.#last.delete(key);
    }
  }
}
