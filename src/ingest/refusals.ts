import type { Decoded } from "../read/capture.ts";
import type { Outcome } from "./outcome.ts";
import type { RefusalStore, RefusalCount } from "./quarantine/quarantine.ts";

const SAMPLE_CHARACTERS = 300;
const SHAPE_CHARACTERS = 40;

/** Counts what was refused or left out, with one example for each source and code, and writes the counts now and then. */
export class Refusals {
  readonly #store: RefusalStore;
  readonly #now: () => number;
  #counts = new Map<string, RefusalCount>();

  constructor(store: RefusalStore, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** Adds the refusals of one message, and what its reads were kept without. */
  note(source: number, elements: readonly Decoded[], outcomes: readonly Outcome[]): void {
    outcomes.forEach((outcome, index) => {
      if (outcome.verdict === "refused")
        this.#count(source, outcome.code, sampleOf(elements[index] as Decoded, outcome));
      else
        for (const { code, path, message } of outcome.notes ?? [])
          this.#count(source, code, `${path}: ${message}`.slice(0, SAMPLE_CHARACTERS));
    });
  }

  /** Counts a message that was turned away at the door; `why` names no vehicle. */
  turnedAway(source: number, code: string, why: string): void {
    this.#count(source, code, why.slice(0, SAMPLE_CHARACTERS));
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

  #count(source: number, code: string, sample: string): void {
    const sampleAt = new Date(this.#now());
    const day = sampleAt.toISOString().slice(0, 10);
    const key = `${day} ${source} ${code}`;
    const known = this.#counts.get(key);
    const count = (known?.count ?? 0) + 1;
    const firstAt = known?.firstAt ?? sampleAt;
    this.#counts.set(key, { day, source, code, count, sample, sampleAt, firstAt });
  }
}

/** What a text is made of, without the text: samples are kept longer than a quarantined read and name no vehicle. */
const shapeOf = (text: string): string => {
  const classes = text
    .slice(0, SHAPE_CHARACTERS)
    .replaceAll(/\p{L}/gu, "A")
    .replaceAll(/\p{N}/gu, "9")
    .replaceAll(/[^A9\s]/gu, "?");
  return `${text.length} characters like "${classes}"`;
};

function sampleOf(element: Decoded, outcome: Extract<Outcome, { verdict: "refused" }>): string {
  const sent = "capture" in element ? `, sent: ${shapeOf(element.capture.vrm)}` : "";
  return `${outcome.path}: ${outcome.message}${sent}`;
}
