const REMEMBERED = 10_000;
const REMEMBERED_MS = 10 * 60_000;

/** Remembers things by name, bounded in number and age (ten minutes). */
export class ShortMemory<Thing> {
  readonly #kept = new Map<string, { readonly thing: Thing; readonly at: number }>();

  /** @param now epoch ms */
  put(name: string, thing: Thing, now: number): void {
    this.#kept.set(name, { thing, at: now });
    if (this.#kept.size <= REMEMBERED) return;
    const oldest = this.#kept.keys().next();
    if (!oldest.done) this.#kept.delete(oldest.value);
  }

  /** @param now epoch ms */
  get(name: string, now: number): Thing | undefined {
    const kept = this.#kept.get(name);
    return kept && now - kept.at <= REMEMBERED_MS ? kept.thing : undefined;
  }
}
