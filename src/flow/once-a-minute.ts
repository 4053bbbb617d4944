const MINUTE_MS = 60_000;
/** Keys remembered; the oldest is forgotten first. */
const MOST_KEYS = 10_000;

/** Lets one event a minute through for a key, and counts the others, so that nobody fills the log by repeating themselves. */
export class OnceAMinute {
  readonly #last = new Map<string, { readonly at: number; passedOver: number }>();

  /** @param now epoch ms. Out: how many were passed over since the last one; undefined where this one is, too */
  take(key: string, now: number): number | undefined {
    const last = this.#last.get(key);
    if (last !== undefined && now >= last.at && now - last.at < MINUTE_MS) {
      last.passedOver += 1;
      return undefined;
    }
    this.#last.delete(key);
    const [oldest] = this.#last.keys();
    if (this.#last.size >= MOST_KEYS && oldest !== undefined) this.#last.delete(oldest);
    this.#last.set(key, { at: now, passedOver: 0 });
    return last?.passedOver ?? 0;
  }
}
