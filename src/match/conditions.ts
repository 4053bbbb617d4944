import type { MatchEntry, MatchRead } from "./match-entry.ts";
import { Scopes } from "./scopes.ts";

const SMALLEST = 64;
/** Bytes of one condition: from, until, scope, uses, next in its chain, and its share of the chain heads. */
const BYTES = 8 + 8 + 4 + 4 + 4 + 4;

/** The index of "always and everywhere". */
export const UNCONDITIONAL = 0;

/**
 * When and where entries apply, each distinct combination once: lists are loaded in batches, so that millions of
 * entries share thousands of conditions. Counted by use; what nobody uses is used again. Times are exact to the
 * millisecond, for an entry must not match after it has expired.
 */
export class Conditions {
  readonly #scopes = new Scopes();
  #from = new Float64Array(SMALLEST);
  #until = new Float64Array(SMALLEST);
  #scope = new Uint32Array(SMALLEST);
  #uses = new Uint32Array(SMALLEST);
  #next = new Uint32Array(SMALLEST);
  #heads = new Uint32Array(SMALLEST);
  #end = 1;
  #freed = 0;
  #size = 0;

  /** Distinct conditions in use. */
  get size(): number {
    return this.#size;
  }

  /** Distinct scopes among them. */
  get scopes(): number {
    return this.#scopes.size;
  }

  get bytes(): number {
    return this.#from.length * (BYTES - 4) + this.#heads.byteLength;
  }

  /** The index of an entry's condition, one more use of it. Each take needs one release. */
  take(entry: Pick<MatchEntry, "validFrom" | "validUntil" | "scope">): number {
    const from = entry.validFrom ?? Number.NEGATIVE_INFINITY;
    const until = entry.validUntil ?? Number.POSITIVE_INFINITY;
    const scope = this.#scopes.take(entry.scope);
    if (scope === 0 && from === Number.NEGATIVE_INFINITY && until === Number.POSITIVE_INFINITY)
      return UNCONDITIONAL;
    let index = this.#heads[this.#chain(from, until, scope)] as number;
    while (index !== 0 && !this.#is(index, from, until, scope)) index = this.#next[index] as number;
    if (index === 0) index = this.#make(from, until, scope);
    // A condition holds its scope once, however often it is used itself.
    else this.#scopes.release(scope);
    this.#uses[index] = (this.#uses[index] as number) + 1;
    return index;
  }

  /** One use less of an index that `take` gave. */
  release(index: number): void {
    if (index === UNCONDITIONAL) return;
    const uses = (this.#uses[index] as number) - 1;
    this.#uses[index] = uses;
    if (uses > 0) return;
    this.#unchain(index);
    this.#scopes.release(this.#scope[index] as number);
    this.#next[index] = this.#freed;
    this.#freed = index;
    this.#size--;
  }

  /** Whether a condition holds for a read, by its capture time, NRD and position. */
  holds(index: number, read: MatchRead): boolean {
    if (index === UNCONDITIONAL) return true;
    if (read.captured < (this.#from[index] as number) || read.captured >= (this.#until[index] as number))
      return false;
    return this.#scopes.holds(this.#scope[index] as number, read);
  }

  #is(index: number, from: number, until: number, scope: number): boolean {
    return this.#from[index] === from && this.#until[index] === until && this.#scope[index] === scope;
  }

  #make(from: number, until: number, scope: number): number {
    let index = this.#freed;
    if (index !== 0) this.#freed = this.#next[index] as number;
    else {
      if (this.#end === this.#from.length) this.#grow();
      index = this.#end++;
    }
    this.#from[index] = from;
    this.#until[index] = until;
    this.#scope[index] = scope;
    this.#uses[index] = 0;
    this.#size++;
    this.#link(index);
    return index;
  }

  #link(index: number): void {
    const chain = this.#chainOf(index);
    this.#next[index] = this.#heads[chain] as number;
    this.#heads[chain] = index;
  }

  #unchain(index: number): void {
    const chain = this.#chainOf(index);
    let at = this.#heads[chain] as number;
    if (at === index) {
      this.#heads[chain] = this.#next[index] as number;
      return;
    }
    while (this.#next[at] !== index) at = this.#next[at] as number;
    this.#next[at] = this.#next[index] as number;
  }

  /** Only called when no index is free, so that every index below `#end` is in use and can be linked anew. */
  #grow(): void {
    const room = Math.ceil(this.#end * (this.#end < 65_536 ? 2 : 1.25));
    this.#from = widen(this.#from, new Float64Array(room));
    this.#until = widen(this.#until, new Float64Array(room));
    this.#scope = widen(this.#scope, new Uint32Array(room));
    this.#uses = widen(this.#uses, new Uint32Array(room));
    this.#next = new Uint32Array(room);
    let heads = this.#heads.length;
    while (heads * 2 <= room) heads *= 2;
    this.#heads = new Uint32Array(heads);
    for (let index = 1; index < this.#end; index++) this.#link(index);
  }

  #chainOf(index: number): number {
    return this.#chain(
      this.#from[index] as number,
      this.#until[index] as number,
      this.#scope[index] as number,
    );
  }

  #chain(from: number, until: number, scope: number): number {
    let hash =
      Math.imul(fold(from), 0x9e3779b1) ^ Math.imul(fold(until), 0x85ebca6b) ^ Math.imul(scope, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    return (hash ^ (hash >>> 13)) & (this.#heads.length - 1);
  }
}

/** 32 bits of a time, or of an infinity, in which every millisecond counts. */
const fold = (time: number): number =>
  Number.isFinite(time) ? ((time % 2 ** 32) ^ Math.floor(time / 2 ** 32)) | 0 : 7;

function widen<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
