import type { Capture } from "../../../read/capture.ts";
import { ShortMemory } from "./short-memory.ts";

/** What a second message may differ by in its time, ms: it is written when the pictures are ready. */
const SAME_PASSAGE_MS = 10_000;

/** The read that an announced second message belongs to. */
export type FirstPhase = Pick<Capture, "nrd" | "vrm" | "captured">;

/**
 * Remembers events that announced more data under the same UUID. The first message with a plate is the read, because alerts
 * cannot wait; a later message of the same UUID only brings its pictures. What is forgotten is taken as a read again, and found
 * to be a duplicate.
 */
export class TwoPhaseMemory {
  readonly #first = new ShortMemory<FirstPhase>();

  remember(key: string, read: FirstPhase, now: number): void {
    this.#first.put(key, read, now);
  }

  /**
   * The read that a later message of this UUID brings pictures for. Some cameras give a UUID twice, so a message with another
   * plate, or of another moment, is a read of its own.
   * @param second what the later message says; null where it has no plate
   */
  recall(key: string, second: Pick<Capture, "vrm" | "captured"> | null, now: number): FirstPhase | undefined {
    const first = this.#first.get(key, now);
    if (first === undefined || second === null) return first;
    const isSame = second.vrm === first.vrm && Math.abs(second.captured - first.captured) <= SAME_PASSAGE_MS;
    return isSame ? first : undefined;
  }
}
