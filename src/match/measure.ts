import { packVrm, unpackVrm } from "../read/vrm-pack.ts";
import type { MatchEntry, MatchRead } from "./match-entry.ts";
import { MatchSet } from "./match-set.ts";

const BATCH = 1000;
const BATCHES = 500;
const CHUNK = 10_000;
const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 22, 12);
const LETTERS = "ABCDEFGHJKLMNOPRSTUVWXYZ";

/** Nanoseconds a lookup, the mean of each batch of 1,000: percentiles over the batches. */
export interface LookupNs {
  readonly p50: number;
  readonly p99: number;
}

/** What a match set of a given size costs on this machine. */
export interface MatchSetMeasure {
  readonly entries: number;
  readonly buildMs: number;
  readonly bytes: number;
  readonly bytesPerEntry: number;
  /** Two reads in a hundred match, the load of the alert figure. */
  readonly lookupNs: LookupNs;
  readonly hitNs: LookupNs;
  readonly missNs: LookupNs;
  /** As `lookupNs`, with 1,000 patterns of three kinds added. */
  readonly lookupWithPatternsNs: LookupNs;
  /** Removing an entry and adding another in its place. */
  readonly changeNs: LookupNs;
}

/**
 * Builds a match set of synthetic entries (seeded, so that every run is the same) and measures it. Half of the
 * entries have a window from one of 20,000 load times. Takes some seconds for five million; blocks.
 */
export function measureMatchSet(entries: number): MatchSetMeasure {
  const random = mulberry32(0x5eed);
  const set = new MatchSet();
  const listed = new Float64Array(entries);
  const source = new Synthetic(random, listed);
  const started = performance.now();
  set.build(source, entries);
  const buildMs = performance.now() - started - source.madeMs;
  const { bytes } = set;

  const miss = (): string => `Q${1 + Math.floor(random() * 999)}${letters(random, 3)}`;
  const hit = (): string => unpackVrm(listed[Math.floor(random() * entries)] as number);
  const mixed = (): string => (random() < 0.02 ? hit() : miss());
  const lookups = (next: () => string): LookupNs =>
    batches(
      () => reads(next),
      (batch) => matchAll(set, batch),
    );

  const missNs = lookups(miss);
  const hitNs = lookups(hit);
  const lookupNs = lookups(mixed);
  const changeNs = measureChanges(set, entries, listed, random);
  for (let i = 0; i < 1000; i++) set.add({ ...ALWAYS, id: 2 ** 31 + i, vrm: pattern(i, random) });
  const lookupWithPatternsNs = lookups(mixed);
  return {
    entries,
    buildMs,
    bytes,
    bytesPerEntry: bytes / entries,
    lookupNs,
    hitNs,
    missNs,
    lookupWithPatternsNs,
    changeNs,
  };
}

const ALWAYS = { validFrom: null, validUntil: null, scope: null };

/** Entries made ahead in chunks, with the time that making them took, which is no part of a build. */
class Synthetic implements Iterable<MatchEntry> {
  madeMs = 0;
  readonly #random: () => number;
  readonly #listed: Float64Array;

  constructor(random: () => number, listed: Float64Array) {
    this.#random = random;
    this.#listed = listed;
  }

  *[Symbol.iterator](): Generator<MatchEntry> {
    for (let from = 0; from < this.#listed.length; from += CHUNK) {
      const started = performance.now();
      const size = Math.min(CHUNK, this.#listed.length - from);
      const chunk = Array.from({ length: size }, (_, i) => this.#make(from + i));
      this.madeMs += performance.now() - started;
      yield* chunk;
    }
  }

  #make(id: number): MatchEntry {
    const vrm = currentMark(this.#random);
    this.#listed[id] = packVrm(vrm);
    if (this.#random() < 0.5) return { ...ALWAYS, id, vrm };
    const validFrom = NOW - (1 + Math.floor(this.#random() * 20_000)) * 15 * MINUTE;
    return { id, vrm, validFrom, validUntil: validFrom + 367 * 24 * 60 * MINUTE, scope: null };
  }
}

function measureChanges(
  set: MatchSet,
  entries: number,
  listed: Float64Array,
  random: () => number,
): LookupNs {
  return batches(
    () =>
      Array.from({ length: BATCH }, () => {
        const id = Math.floor(random() * entries);
        const before = unpackVrm(listed[id] as number);
        const entry = { ...ALWAYS, id, vrm: currentMark(random) };
        listed[id] = packVrm(entry.vrm);
        return { before, entry };
      }),
    (changes) => {
      for (const { before, entry } of changes) {
        set.remove(entry.id, before);
        set.add(entry);
      }
    },
  );
}

function batches<T>(prepare: () => T, run: (batch: T) => void): LookupNs {
  const means: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    const batch = prepare();
    const started = performance.now();
    run(batch);
    means.push(((performance.now() - started) * 1e6) / BATCH);
  }
  means.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(means[Math.floor(share * BATCHES)] as number);
  return { p50: at(0.5), p99: at(0.99) };
}

function reads(next: () => string): MatchRead[] {
  const position = { lat: 52, lon: -1 };
  return Array.from({ length: BATCH }, () => ({ vrm: next(), nrd: 1, captured: NOW, position }));
}

function matchAll(set: MatchSet, batch: readonly MatchRead[]): void {
  for (const read of batch) set.match(read);
}

function currentMark(random: () => number): string {
  const age = String(Math.floor(random() * 100)).padStart(2, "0");
  return letters(random, 2) + age + letters(random, 3);
}

function pattern(kind: number, random: () => number): string {
  const mark = currentMark(random);
  if (kind % 3 === 0) return `${mark.slice(0, 4)}???`;
  return kind % 3 === 1 ? `${mark.slice(0, 5)}*` : `*${mark.slice(3)}`;
}

function letters(random: () => number, count: number): string {
  let text = "";
  for (let i = 0; i < count; i++) text += LETTERS.charAt(Math.floor(random() * LETTERS.length));
  return text;
}

/** A small seeded generator of numbers from 0 to 1. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
