import type { Capture } from "../../../read/capture.ts";

const REMEMBERED = 10_000;
const REMEMBERED_MS = 10 * 60_000;

/** The read that an announced second message belongs to. */
export type FirstPhase = Pick<Capture, "nrd" | "vrm" | "captured">;

/**
 * Remembers events that announced more data under the same UUID. The first message with a plate is the read, because alerts
 * cannot wait; a later message of the same UUID only brings its pictures. Bounded in number and age; what is forgotten is
 * taken as a read again, and found to be a duplicate.
 */
export class TwoPhaseMemory {
  readonly #first = new Map<string, { readonly read: FirstPhase; readonly at: number }>();

  remember(key: string, read: FirstPhase, now: number): void {
    this.#first.set(key, { read, at: now });
    if (this.#first.size <= REMEMBERED) return;
    const oldest = this.#first.keys().next();
    if (!oldest.done) this.#first.delete(oldest.value);
  }

  /** The read that this UUID's first message made, if it announced this one. */
  recall(key: string, now: number): FirstPhase | undefined {
    const first = this.#first.get(key);
    return first && now - first.at <= REMEMBERED_MS ? first.read : undefined;
  }
}
