import { Problem } from "../errors.ts";
import type { EstateIndex } from "./estate-index.ts";

/** So long after it last said how far it follows, a process still counts: what one that was killed holds up an answer. */
const LEASE_MS = 30_000;
/** It stops so much sooner, so that what it had just begun to store is stored by then. */
const MARGIN_MS = 5_000;
const KEEP_EVERY_MS = 2_000;
const BUSY_RETRY_SECONDS = 5;

/** Where processes that take reads say how far they follow the register. */
export interface EstateFollowers {
  /** Every read that this process stores from here on is judged by this change or a later one; it is counted on for so long (ms). */
  confirm(process: string, change: number, leaseMs: number): Promise<void>;
  leave(process: string): Promise<void>;
  /** Whether some process may still store reads by an older state of an NRD than it has now. */
  areBehind(nrd: number): Promise<boolean>;
}

export interface EstateLeaseParts {
  readonly index: Pick<EstateIndex, "refresh" | "sequence" | "onTaken">;
  readonly followers: EstateFollowers;
  /** Name of this process among all. */
  readonly process: string;
  /** Resolves when every read that is under way has been answered; never rejects. */
  readonly settled: () => Promise<void>;
  /** Hears of a time it could not say how far it follows; it tries again. */
  readonly failed: (error: unknown) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly elapsed?: () => number;
}

/**
 * Keeps this process in step with the register as all others see it (NAI-6): once a change is answered, no process stores a read
 * by what was before.
 *
 * It says first that it is there and how far it follows, and looks at the register after that: what was answered without it, it
 * has taken in; what comes later waits for it. A change is followed when what was under way as it came is settled. Until then it
 * goes on saying that it is behind, unless it had fallen silent: then it stores nothing before that is settled.
 */
export class EstateLease {
  readonly #parts: EstateLeaseParts;
  readonly #elapsed: () => number;
  #followed = -1;
  #until = Number.NEGATIVE_INFINITY;
  #settling: Promise<void> | undefined;
  #keeping: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #stopHearing: (() => void) | undefined;

  constructor(parts: EstateLeaseParts) {
    this.#parts = parts;
    this.#elapsed = parts.elapsed ?? (() => performance.now());
  }

  async start(): Promise<void> {
    await this.keep();
    await this.#settling;
    await this.keep();
    this.#stopHearing = this.#parts.index.onTaken(this.#keepOn);
    this.#timer = setInterval(this.#keepOn, KEEP_EVERY_MS);
    this.#timer.unref();
  }

  /** Stores no reads from here on, and is waited for no longer: to be called when what was under way is answered. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopHearing?.();
    await this.#settling;
    await this.#keeping?.catch(() => undefined);
    this.#until = Number.NEGATIVE_INFINITY;
    // Where it cannot be said any more, the lease ends by itself.
    await this.#parts.followers.leave(this.#parts.process).catch(this.#parts.failed);
  }

  /** Says how far it follows, and takes in every change committed before the call. */
  keep(): Promise<void> {
    this.#again = true;
    this.#keeping ??= this.#keep();
    return this.#keeping;
  }

  /** @throws Problem ARCHIVE_BUSY where the register may have changed without this process having heard of it */
  requireCurrent(): void {
    if (this.#elapsed() < this.#until) return;
    throw new Problem("ARCHIVE_BUSY", "The register of cameras cannot be followed at the moment.", {
      retryAfter: BUSY_RETRY_SECONDS,
    });
  }

  readonly #keepOn = (): void => void this.keep().catch(this.#parts.failed);

  async #keep(): Promise<void> {
    const { index, followers, process } = this.#parts;
    try {
      while (this.#again) {
        this.#again = false;
        const began = this.#elapsed();
        await followers.confirm(process, this.#followed, LEASE_MS);
        await index.refresh();
        const follows = index.sequence === this.#followed;
        if (!follows) this.#settle(index.sequence);
        if (follows || this.#elapsed() < this.#until) this.#until = began + LEASE_MS - MARGIN_MS;
      }
    } finally {
      // In the same step as the last look at `again`: no call is lost between them.
      this.#keeping = undefined;
    }
  }

  /** What is judged from here on is judged by this change; what was judged before is waited for. */
  #settle(change: number): void {
    this.#settling ??= this.#parts.settled().then(() => {
      this.#settling = undefined;
      this.#followed = change;
      this.#keepOn();
    });
  }
}
