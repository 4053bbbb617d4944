import type { EstateRow } from "./estate/estate-row.ts";
import { fraction, hash } from "./random.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How an NRD's clock is wrong. */
export interface ClockFault {
  readonly how: "fixed" | "drifting" | "hour" | "ahead";
  /** Milliseconds to add to the true time. */
  readonly offset: (time: number) => number;
}

/** Hours in which an NRD delivers nothing, epoch milliseconds. */
export interface DeadSpell {
  readonly nrd: number;
  readonly from: number;
  readonly to: number;
}

const DEAD_PER_DAY = 0.01;
const WRONG_CLOCKS = 0.004;
const HOLDING_MOBILES = 0.5;

/** The lasting defects of each NRD of an estate: pure functions of the seed and the NRD's place in the estate. */
export class NrdFaults {
  readonly #estate: readonly EstateRow[];
  readonly #seed: number;

  constructor(estate: readonly EstateRow[], seed: number) {
    this.#estate = estate;
    this.#seed = hash(seed, 0xfa);
  }

  /** Share of plates read wrongly in good light: 60 % of NRDs are good, 30 % typical, 10 % poor. */
  errorRate(nrd: number): number {
    const chance = fraction(this.#seed, nrd, 1);
    return chance < 0.6 ? 0.012 : chance < 0.9 ? 0.03 : 0.08;
  }

  /** Whether the NRD knows the shapes of British marks, and so keeps letters and digits apart. */
  syntaxAware(nrd: number): boolean {
    return fraction(this.#seed, nrd, 2) < 0.6;
  }

  /** Which end of a vehicle the NRD sees. */
  facing(nrd: number): "towards" | "away" {
    return fraction(this.#seed, nrd, 3) < 0.6 ? "towards" : "away";
  }

  /** Whether the NRD also reports make, model and colour. */
  tellsLooks(nrd: number): boolean {
    return fraction(this.#seed, nrd, 4) < 0.4;
  }

  /** The spell of a UTC day in which the NRD is dead, if it has one that day. */
  deadSpell(nrd: number, day: number): DeadSpell | undefined {
    if (fraction(this.#seed, nrd, day) >= DEAD_PER_DAY) return undefined;
    const from = day * DAY + fraction(this.#seed, nrd, day + 100_000) * 20 * HOUR;
    return { nrd, from, to: from + (1 + 5 * fraction(this.#seed, nrd, day + 200_000)) * HOUR };
  }

  isDead(nrd: number, time: number): boolean {
    const day = Math.floor(time / DAY);
    for (const spell of [this.deadSpell(nrd, day), this.deadSpell(nrd, day - 1)])
      if (spell !== undefined && time >= spell.from && time < spell.to) return true;
    return false;
  }

  clock(nrd: number): ClockFault | undefined {
    if (fraction(this.#seed, nrd, 5) >= WRONG_CLOCKS) return undefined;
    const kind = fraction(this.#seed, nrd, 6);
    if (kind < 0.4) return { how: "fixed", offset: () => 37_000 };
    // Two seconds a day slow, set right every fortieth day.
    if (kind < 0.7) return { how: "drifting", offset: (time) => -2_000 * ((time / DAY) % 40) };
    if (kind < 0.9) return { how: "hour", offset: () => -HOUR };
    return { how: "ahead", offset: () => 150_000 };
  }

  /** When a read made now is handed over: at once, or with the batch of a mobile unit that comes home hours later. */
  deliveryTime(nrd: number, time: number): number {
    if (this.#estate[nrd]?.type !== "mobile" || fraction(this.#seed, nrd, 7) >= HOLDING_MOBILES) return time;
    const shift = (1 + 5 * fraction(this.#seed, nrd, 8)) * HOUR;
    const phase = fraction(this.#seed, nrd, 9) * shift;
    return Math.ceil((time - phase) / shift) * shift + phase;
  }
}
