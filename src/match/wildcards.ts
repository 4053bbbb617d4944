import { VRM_MAX_LENGTH } from "../read/vrm.ts";
import type { AddResult } from "./match-entry.ts";
import { type Expansion, expandPattern, maskedKey, type PatternLimits } from "./pattern.ts";

/** An entry with a pattern, under each key that it expands to. */
interface Held {
  readonly entryId: number;
  readonly condition: number;
}

/** All patterns of one length with the same fixed positions, by their packed fixed characters. */
interface MaskGroup {
  readonly mask: number;
  readonly byKey: Map<number, Held[]>;
}

interface Pattern {
  readonly text: string;
  readonly held: Held;
  readonly expansions: readonly Expansion[];
}

/** About what one expansion takes in the maps below. */
const BYTES_PER_EXPANSION = 160;

/**
 * Entries with patterns. A read costs one map lookup for each distinct set of fixed positions of its length, however
 * many patterns there are: patterns share these, and no length has more than 2^length of them.
 */
export class Wildcards {
  readonly #limits: PatternLimits;
  readonly #patterns = new Map<number, Pattern>();
  readonly #groups: MaskGroup[][] = Array.from({ length: VRM_MAX_LENGTH + 1 }, () => []);
  #expansions = 0;

  constructor(limits: PatternLimits = {}) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#patterns.size;
  }

  /** An estimate: these are small objects of the JavaScript heap. */
  get bytes(): number {
    return this.#expansions * BYTES_PER_EXPANSION;
  }

  /** Whether the limits allow a pattern, as `add` would answer. */
  check(text: string): Extract<AddResult, { kind: "refused" }> | undefined {
    const result = expandPattern(text, this.#limits);
    return result.kind === "refused" ? result : undefined;
  }

  /** Adds a pattern that `check` allows, under an id that is not there. */
  add(entryId: number, text: string, condition: number): void {
    const result = expandPattern(text, this.#limits);
    if (result.kind === "refused") throw new Error(result.why);
    const held: Held = { entryId, condition };
    this.#patterns.set(entryId, { text, held, expansions: result.expansions });
    for (const { length, mask, key } of result.expansions) {
      const groups = this.#groups[length] as MaskGroup[];
      let group = groups.find((candidate) => candidate.mask === mask);
      if (group === undefined) {
        group = { mask, byKey: new Map() };
        groups.push(group);
      }
      const bucket = group.byKey.get(key);
      if (bucket === undefined) group.byKey.set(key, [held]);
      else bucket.push(held);
    }
    this.#expansions += result.expansions.length;
  }

  /** The pattern of an entry, or undefined. */
  textOf(entryId: number): string | undefined {
    return this.#patterns.get(entryId)?.text;
  }

  /** Removes an entry and returns its condition, or undefined where it has no pattern here. */
  remove(entryId: number): number | undefined {
    const pattern = this.#patterns.get(entryId);
    if (pattern === undefined) return undefined;
    this.#patterns.delete(entryId);
    for (const { length, mask, key } of pattern.expansions) this.#drop(length, mask, key, pattern.held);
    this.#expansions -= pattern.expansions.length;
    return pattern.held.condition;
  }

  /** Calls `visit` for each pattern that a VRM fits; once for each way in which it fits. */
  visit(vrm: string, visit: (entryId: number, condition: number) => void): void {
    const groups = this.#groups[vrm.length];
    if (groups === undefined) return;
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i] as MaskGroup;
      const bucket = group.byKey.get(maskedKey(vrm, group.mask));
      if (bucket !== undefined) for (const { entryId, condition } of bucket) visit(entryId, condition);
    }
  }

  #drop(length: number, mask: number, key: number, held: Held): void {
    const groups = this.#groups[length] as MaskGroup[];
    const at = groups.findIndex((candidate) => candidate.mask === mask);
    const { byKey } = groups[at] as MaskGroup;
    const rest = (byKey.get(key) as Held[]).filter((other) => other !== held);
    if (rest.length > 0) byKey.set(key, rest);
    else byKey.delete(key);
    if (byKey.size === 0) groups.splice(at, 1);
  }
}
