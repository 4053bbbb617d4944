const HOUR_MS = 3_600_000;
/** How often a moment that was right is put on record. */
const REMEMBER_MS = 600_000;

/** What is on record about the clock. */
export interface ClockRecord {
  /** The clock (epoch ms) was right at a moment, or a person confirmed it. */
  clockWas(how: "right" | "confirmed", at: number): Promise<void>;
  /** When that last was; null for never. */
  lastClock(how: "right" | "confirmed"): Promise<number | null>;
}

export interface ClockGuardParts {
  /** The last moment that was right before this start, epoch ms; null where none is known. */
  readonly known: number | null;
  readonly record: ClockRecord;
  /** What the governed store believes the time is, epoch ms. */
  readonly storeClock: () => Promise<number>;
  /** How far the clock may be ahead of what is known (policy pack). */
  readonly leapHours: () => number;
  /** The clock, epoch ms. */
  readonly now: () => number;
  /** Time on a clock that nobody sets, ms. */
  readonly elapsed?: () => number;
}

/**
 * Holds deletion while the clock may be wrong (RET-1): a clock that leaps ahead makes everything old at once, and what is
 * deleted does not come back. It is held against the last moment that was right, the time that has gone by since, and the
 * governed store's clock; where it is further ahead than the pack allows, a person has to say that it is right. What was written
 * under a wrong clock makes it no more right at the next start.
 */
export class ClockGuard {
  readonly #parts: ClockGuardParts;
  readonly #elapsed: () => number;
  /** A moment that was right, and when that was on the clock nobody sets. */
  #base: { readonly moment: number; readonly at: number };
  #remembered = Number.NEGATIVE_INFINITY;

  constructor(parts: ClockGuardParts) {
    this.#parts = parts;
    this.#elapsed = parts.elapsed ?? (() => performance.now());
    this.#base = { moment: parts.known ?? parts.now(), at: this.#elapsed() };
  }

  /** Why nothing may be deleted now, in a sentence; null where it may. */
  async held(): Promise<string | null> {
    const { now, leapHours, record, storeClock } = this.#parts;
    const leap = leapHours() * HOUR_MS;
    const moment = now();
    const said = await record.lastClock("confirmed");
    if (said !== null && Math.abs(moment - said) <= leap && said > this.#expected)
      this.#base = { moment: said, at: this.#elapsed() };
    const ahead = moment - this.#expected;
    if (ahead > leap)
      return (
        `Nothing is deleted: the clock says ${at(moment)}, ${hours(ahead)} after what was known last. Is it right? ` +
        "Set it, or let a person confirm it (POST /v1/retention/clock)."
      );
    const apart = Math.abs(moment - (await storeClock()));
    if (apart > leap)
      return `Nothing is deleted: the clock says ${at(moment)}, ${hours(apart)} from the governed store's. Set both by NTP.`;
    if (this.#elapsed() - this.#remembered >= REMEMBER_MS) {
      await record.clockWas("right", moment);
      this.#remembered = this.#elapsed();
    }
    return null;
  }

  get #expected(): number {
    return this.#base.moment + this.#elapsed() - this.#base.at;
  }
}

/** The work of a job that deletes: it fails with the reason while the clock may be wrong. */
export const unlessHeld =
  (clock: Pick<ClockGuard, "held">, work: () => Promise<string>) => async (): Promise<string> => {
    const held = await clock.held();
    if (held !== null) throw new Error(held);
    return work();
  };

const at = (moment: number): string => new Date(moment).toISOString();
const hours = (ms: number): string => `${Math.round(ms / HOUR_MS).toLocaleString("en-GB")} hours`;
