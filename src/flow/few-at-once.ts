import { Problem } from "../errors.ts";

/** Beyond these, somebody is guessing with many machines of one network. */
const MOST_WAITING = 400;

/** Does things of one key a few at a time: many names tried at once from one network cannot outrun the count of failures. */
export class FewAtOnce {
  readonly #most: number;
  readonly #keys = new Map<string, { running: number; readonly waiting: (() => void)[] }>();

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws Problem TOO_MANY_REQUESTS when too many wait for the same key */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const place = this.#keys.get(key) ?? { running: 0, waiting: [] };
    this.#keys.set(key, place);
    if (place.running < this.#most) place.running += 1;
    else if (place.waiting.length < MOST_WAITING)
      await new Promise<void>((resolve) => void place.waiting.push(resolve));
    else
      throw new Problem("TOO_MANY_REQUESTS", "Wait a few seconds before you try again.", { retryAfter: 5 });
    try {
      return await work();
    } finally {
      // Whoever waits takes over the place, so that nobody comes in between.
      const next = place.waiting.shift();
      if (next !== undefined) next();
      else if (--place.running === 0) this.#keys.delete(key);
    }
  }
}
