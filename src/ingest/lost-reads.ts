import type { Decoded } from "../read/capture.ts";
import type { Nrd, NrdReference } from "../read/nrd.ts";
import type { NrdLoss } from "../estate/nrd-loss.ts";
import type { FeedSource } from "../source/feed-source.ts";
import type { Outcome } from "./outcome.ts";

/** How many reads of an NRD were refused or set aside with a code on a day, and when. */
export interface LostReadCount {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly nrd: number;
  readonly code: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** In which the newest of them says it was captured; null where it did not say. */
  readonly year: number | null;
}

export interface LostReadStore {
  /** Adds to the counts. Day, NRD and code are distinct within one call. */
  add(counts: readonly LostReadCount[]): Promise<void>;
  /** Forgets the counts of days before this one (`YYYY-MM-DD`, UTC); answers how many. */
  forget(before: string): Promise<number>;
  /** NRDs that lost at least so many reads, the last of them since a moment; the most first. Covert ones are left out. */
  losing(query: { readonly since: Date; readonly atLeast: number }): Promise<readonly LosingNrd[]>;
}

/** One reason for which an NRD loses its reads. */
export type LosingNrd = NrdLoss & { readonly nrd: number; readonly name: string };

/**
 * Counts, for each NRD, the reads that did not become good data (READ-3, READ-4, READ-8), and writes the counts now and then.
 * Only for NRDs that the source may send for: nobody fills another's page.
 */
export class LostReads {
  readonly #store: LostReadStore;
  readonly #nrds: { find(reference: NrdReference): Nrd | undefined };
  readonly #now: () => number;
  #counts = new Map<string, LostReadCount>();

  constructor(
    store: LostReadStore,
    nrds: { find(reference: NrdReference): Nrd | undefined },
    now: () => number = Date.now,
  ) {
    this.#store = store;
    this.#nrds = nrds;
    this.#now = now;
  }

  /** Adds what was lost of one message; what was stored costs a comparison. */
  note(source: FeedSource, elements: readonly Decoded[], outcomes: readonly Outcome[]): void {
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.verdict !== "refused" && outcome.verdict !== "quarantined") continue;
      const element = elements[index] as Decoded;
      const named = "capture" in element ? element.capture.nrd : (element.nrd ?? ofSource(source));
      const nrd = named && this.#nrds.find(named);
      if (nrd === undefined || (nrd.organisation !== source.organisation && !source.aggregator)) continue;
      this.#count(nrd.id, outcome.code, "capture" in element ? yearOf(element.capture.captured) : null);
    }
  }

  /** Writes what has been counted since the last time; what cannot be written is kept for the next. */
  async write(): Promise<void> {
    const counts = this.#counts;
    if (counts.size === 0) return;
    this.#counts = new Map();
    try {
      await this.#store.add([...counts.values()]);
    } catch (error) {
      for (const [key, kept] of counts) {
        const newer = this.#counts.get(key);
        const both = newer && { ...newer, count: newer.count + kept.count, firstAt: kept.firstAt };
        this.#counts.set(key, both ?? kept);
      }
      throw error;
    }
  }

  #count(nrd: number, code: string, year: number | null): void {
    const lastAt = new Date(this.#now());
    const day = lastAt.toISOString().slice(0, 10);
    const key = `${day} ${nrd} ${code}`;
    const known = this.#counts.get(key);
    const count = (known?.count ?? 0) + 1;
    this.#counts.set(key, { day, nrd, code, count, firstAt: known?.firstAt ?? lastAt, lastAt, year });
  }
}

const ofSource = ({ nrd }: FeedSource): NrdReference | undefined =>
  nrd === null ? undefined : { kind: "id", id: nrd };

/** Null for what no calendar holds. */
function yearOf(captured: number): number | null {
  const year = new Date(captured).getUTCFullYear();
  return Number.isNaN(year) ? null : year;
}
