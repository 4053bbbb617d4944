const EVERY_MS = 60_000;
/** Causes remembered; more of them at once are told as one. */
const MOST_KEYS = 50;

/**
 * The same trouble again and again is one line, then one a minute that says how many there were since: a store that is away
 * turns thousands of messages away a second, and its cause must not drown in them.
 */
export class PacedLines {
  readonly #now: () => number;
  readonly #said = new Map<string, { at: number; since: number }>();

  /** @param now epoch milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Writes by `write`, with how many were kept back since the last line, unless this was said within the last minute. */
  say(cause: string, write: (keptBack: number) => void): void {
    const key = this.#said.has(cause) || this.#said.size < MOST_KEYS ? cause : "more";
    const said = this.#said.get(key);
    if (said !== undefined && this.#now() - said.at < EVERY_MS) {
      said.since += 1;
      return;
    }
    this.#said.set(key, { at: this.#now(), since: 0 });
    write(said?.since ?? 0);
  }
}

/** What is at the bottom of an error, the same for all errors of one cause: its own numbers do not tell it apart. */
export function causeOf(error: unknown): string {
  let bottom = error;
  while (bottom instanceof Error && bottom.cause !== undefined) bottom = bottom.cause;
  const text = bottom instanceof Error ? `${bottom.name}: ${bottom.message}` : String(bottom);
  return text.slice(0, 200).replaceAll(/\d+/g, "#");
}
