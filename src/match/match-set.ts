import { packVrm } from "../read/vrm-pack.ts";
import { Conditions } from "./conditions.ts";
import { ExactSet, NO_SLOT } from "./exact-set.ts";
import { IdSet } from "./id-set.ts";
import type { AddResult, MatchEntry, MatchRead } from "./match-entry.ts";
import { isPattern, type PatternLimits } from "./pattern.ts";
import { Wildcards } from "./wildcards.ts";

const VRM = /^[A-Z0-9]{1,10}$/;
/** How many refusals of a build are told one by one. */
const REFUSALS_TOLD = 100;
const NONE: readonly number[] = Object.freeze([]);

export interface MatchSetOptions extends PatternLimits {
  /** Exact entries to make room for at once, so that a large set need not double on its way. */
  readonly expected?: number;
}

/** What became of the entries of a build. */
export interface BuildResult {
  readonly added: number;
  readonly replaced: number;
  readonly refused: number;
  /** The first hundred refusals. */
  readonly refusals: readonly { readonly id: number; readonly why: string }[];
}

/**
 * All list entries in memory, asked once for every read (VOI-1). Everything is synchronous, so a change is seen by
 * the next read and never half done. A window is judged at the read's capture time: from inclusive, until exclusive.
 * Memory: 16 bytes a slot for exact VRMs at a load of 0.35 to 0.7, plus 32 bytes for each distinct condition.
 */
export class MatchSet {
  readonly #options: MatchSetOptions;
  #exact: ExactSet;
  #wildcards: Wildcards;
  #conditions = new Conditions();
  #ids = new IdSet();
  // The read being matched and what was found for it: fields, so that no closure is made per read.
  #read: MatchRead | undefined;
  #found: number[] | undefined;

  constructor(options: MatchSetOptions = {}) {
    this.#options = options;
    this.#exact = new ExactSet(options.expected);
    this.#wildcards = new Wildcards(options);
  }

  /** Entries held, exact and patterns. */
  get size(): number {
    return this.#exact.size + this.#wildcards.size;
  }

  /** Patterns among them. */
  get patterns(): number {
    return this.#wildcards.size;
  }

  /** Bytes held: exact for the tables, an estimate for patterns; scopes are not counted. */
  get bytes(): number {
    return this.#exact.bytes + this.#conditions.bytes + this.#ids.bytes + this.#wildcards.bytes;
  }

  /** Adds an entry; an id that is there already is replaced, also under another VRM. A refusal changes nothing. */
  add(entry: MatchEntry): AddResult {
    if (!Number.isInteger(entry.id) || entry.id < 0 || entry.id >= 2 ** 32) {
      throw new RangeError(`entry id ${entry.id} is not an unsigned 32-bit integer`);
    }
    const pattern = isPattern(entry.vrm);
    const refusal = pattern ? this.#wildcards.check(entry.vrm) : exactRefusal(entry.vrm);
    if (refusal) return refusal;
    const replaced = this.remove(entry.id, entry.vrm);
    const condition = this.#conditions.take(entry);
    if (pattern) this.#wildcards.add(entry.id, entry.vrm, condition);
    else this.#exact.add(packVrm(entry.vrm), entry.id, condition);
    this.#ids.add(entry.id);
    return { kind: replaced ? "replaced" : "added" };
  }

  /**
   * Removes an entry in place; false where the id is not held. `vrmOrPattern` says where it lies: an entry that was
   * held under another text is removed as well, only slowly.
   */
  remove(entryId: number, vrmOrPattern: string): boolean {
    if (!this.#ids.has(entryId)) return false;
    this.#ids.delete(entryId);
    const patternCondition = this.#wildcards.remove(entryId);
    if (patternCondition !== undefined) {
      this.#conditions.release(patternCondition);
      return true;
    }
    let slot = VRM.test(vrmOrPattern) ? this.#exact.findEntry(packVrm(vrmOrPattern), entryId) : NO_SLOT;
    if (slot === NO_SLOT) slot = this.#exact.findEntry(this.#exact.keyOfEntry(entryId), entryId);
    this.#conditions.release(this.#exact.conditionAt(slot));
    this.#exact.removeAt(slot);
    return true;
  }

  /** The ids of all entries that a read matches, each once, in no order. Allocates only where something matches. */
  match(read: MatchRead): readonly number[] {
    const exact = this.#exact;
    this.#read = read;
    this.#found = undefined;
    for (let slot = exact.find(packVrm(read.vrm)); slot !== NO_SLOT; slot = exact.findNext(slot)) {
      this.#consider(exact.entryAt(slot), exact.conditionAt(slot));
    }
    if (this.#wildcards.size > 0) this.#wildcards.visit(read.vrm, this.#consider);
    const found = this.#found ?? NONE;
    this.#read = undefined;
    this.#found = undefined;
    return found;
  }

  /**
   * Replaces the whole content: built beside the old one and swapped in at the end, so a failing source changes
   * nothing. Blocks until done (about a second per million entries). `expected` is the number of exact entries.
   */
  build(entries: Iterable<MatchEntry>, expected = 0): BuildResult {
    const fresh = new MatchSet({ ...this.#options, expected });
    const count = { added: 0, replaced: 0, refused: 0 };
    const refusals: { id: number; why: string }[] = [];
    for (const entry of entries) {
      const result = fresh.add(entry);
      count[result.kind]++;
      if (result.kind === "refused" && refusals.length < REFUSALS_TOLD) {
        refusals.push({ id: entry.id, why: result.why });
      }
    }
    this.#exact = fresh.#exact;
    this.#wildcards = fresh.#wildcards;
    this.#conditions = fresh.#conditions;
    this.#ids = fresh.#ids;
    return { ...count, refusals };
  }

  // A pattern may fit a VRM in several ways; the entry still counts once.
  readonly #consider = (entryId: number, condition: number): void => {
    if (!this.#conditions.holds(condition, this.#read as MatchRead)) return;
    if (this.#found === undefined) this.#found = [entryId];
    else if (!this.#found.includes(entryId)) this.#found.push(entryId);
  };
}

function exactRefusal(vrm: string): Extract<AddResult, { kind: "refused" }> | undefined {
  if (VRM.test(vrm)) return undefined;
  return {
    kind: "refused",
    code: "VRM_INVALID",
    why: "A VRM to match is 1 to 10 of A to Z and 0 to 9; normalise it first.",
  };
}
