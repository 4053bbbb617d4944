/**
 * What one slot can say of a read that is offered:
 * - `new`: claimed under the given ticket with the number `n` among reads of that NRD and millisecond;
 * - `stored`: durable already, as number `n`;
 * - `in-flight`: claimed by another ticket that has not settled; ask again when it has;
 * - `crowded`: not claimed, because every number of that NRD and millisecond is taken;
 * - `unsure`: claimed, but older than what this memory covers: the archive must be asked, then `confirm` or `settle`.
 */
export type Claim =
  | { readonly kind: "new" | "unsure"; readonly n: number; readonly slot: number }
  | { readonly kind: "stored"; readonly n: number }
  | { readonly kind: "crowded" }
  | { readonly kind: "in-flight"; readonly ticket: number };

/** The last capture time stored, by NRD id; of NRDs absent from it nothing is known before `unknownBefore` (epoch ms). */
export interface HighWater {
  readonly marks: ReadonlyMap<number, number>;
  readonly unknownBefore: number;
}

const DURABLE = 0;
/** A write failed, so the archive may or may not hold the read. */
const DOUBTFUL = 0xffffffff;
/** What no text is marked with. */
const NO_MARK = -1;
const GENERATIONS = 3;
const PROBE_FULL = 0.6;

/** One bounded hash table of claims; never grows, so that slots stay valid until it is dropped whole. */
class Generation {
  /** What was known of each NRD when this table began: a later capture cannot have been received before it. */
  readonly before: HighWater;
  readonly #mask: number;
  readonly #captured: Float64Array;
  readonly #nrd: Uint32Array;
  readonly #mark: Uint32Array;
  readonly #n: Uint8Array;
  readonly ticket: Uint32Array;
  used = 0;

  constructor(capacity: number, before: HighWater) {
    this.before = before;
    this.#mask = capacity - 1;
    this.#captured = new Float64Array(capacity);
    this.#nrd = new Uint32Array(capacity);
    this.#mark = new Uint32Array(capacity);
    this.#n = new Uint8Array(capacity);
    this.ticket = new Uint32Array(capacity);
  }

  get full(): boolean {
    return this.used > this.#mask * PROBE_FULL;
  }

  /** Slot of the claim; or, negative, -1 - slot of the free place after the highest `n` below `end` of that NRD and millisecond. */
  find(nrd: number, captured: number, mark: number, end: number): { slot: number; n: number } {
    let slot = hash(nrd, captured) & this.#mask;
    let next = 0;
    while (this.#captured[slot] !== 0) {
      if (this.#captured[slot] === captured && this.#nrd[slot] === nrd) {
        if (this.#mark[slot] === mark) return { slot, n: this.#n[slot] as number };
        const n = this.#n[slot] as number;
        if (n < end) next = Math.max(next, n + 1);
      }
      slot = (slot + 1) & this.#mask;
    }
    return { slot: -1 - slot, n: next };
  }

  put(slot: number, nrd: number, captured: number, mark: number, n: number, ticket: number): void {
    this.#captured[slot] = captured;
    this.#nrd[slot] = nrd;
    this.#mark[slot] = mark;
    this.#n[slot] = n;
    this.ticket[slot] = ticket;
    this.used++;
  }

  renumber(slot: number, n: number): void {
    this.#n[slot] = n;
  }
}

function hash(nrd: number, captured: number): number {
  let h =
    Math.imul(captured >>> 0, 0x9e3779b1) ^
    Math.imul(nrd, 0x85ebca77) ^
    Math.imul((captured / 4294967296) >>> 0, 0xc2b2ae3d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** FNV-1a over the text that tells vehicles of one NRD and millisecond apart. */
function markOf(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/**
 * A short, bounded memory of reads, so that a read sent twice is stored once without asking the archive each time.
 *
 * A read that is not remembered is certainly new when it was captured after everything that its NRD had delivered before the
 * oldest table began, because whatever came since is remembered. Any other is `unsure`.
 *
 * States of a claim: in flight (ticket) → durable, or → doubtful when its write failed; doubtful → unsure when offered again.
 */
export class RecentReads {
  readonly #capacity: number;
  readonly #firstNumber: number;
  /** The first number that is not this node's. */
  readonly #end: number;
  readonly #highWater: Map<number, number>;
  readonly #unknownBefore: number;
  readonly #generations: Generation[];
  #serial = 0;

  /**
   * @param capacity slots of each of the three tables, a power of two
   * @param firstNumber what numbering begins with, so that two nodes never give two vehicles one id
   * @param highWater what the archive holds at the start
   * @param numbers how many vehicles of one NRD and millisecond this node can tell apart
   */
  constructor(capacity: number, highWater: HighWater, firstNumber = 0, numbers = 256 - firstNumber) {
    this.#capacity = capacity;
    this.#firstNumber = firstNumber;
    this.#end = firstNumber + numbers;
    this.#generations = [new Generation(capacity, highWater)];
    this.#highWater = new Map(highWater.marks);
    this.#unknownBefore = highWater.unknownBefore;
  }

  /** Claims a read for a ticket (1 to 2^32 - 2). `text` is the VRM, or what was sent where there is none. */
  claim(nrd: number, captured: number, text: string, ticket: number): Claim {
    const mark = markOf(text);
    let next = this.#firstNumber;
    for (let index = this.#generations.length - 1; index >= 0; index--) {
      const generation = this.#generations[index] as Generation;
      const found = generation.find(nrd, captured, mark, this.#end);
      if (found.slot >= 0)
        return this.#known(generation, this.#serial - (this.#generations.length - 1 - index), found, ticket);
      next = Math.max(next, found.n);
    }
    if (!this.#hasNumber(next)) return { kind: "crowded" };
    const newest = this.#room();
    const free = newest.find(nrd, captured, mark, this.#end);
    newest.put(-1 - free.slot, nrd, captured, mark, next, ticket);
    const certain = this.#isCertainlyNew(nrd, captured);
    if (captured > (this.#highWater.get(nrd) ?? -Infinity)) this.#highWater.set(nrd, captured);
    return {
      kind: certain ? "new" : "unsure",
      n: next,
      slot: this.#slotNumber(this.#serial, -1 - free.slot),
    };
  }

  /**
   * Another number for a claim, because the archive holds other vehicles of that NRD and millisecond under `taken`; null when
   * there is none left.
   */
  renumber(
    slot: number,
    { nrd, captured }: { nrd: number; captured: number },
    taken: readonly number[],
  ): number | null {
    const known = this.#generations.map((generation) => generation.find(nrd, captured, NO_MARK, this.#end).n);
    const stored = taken.filter((n) => this.#hasNumber(n)).map((n) => n + 1);
    const next = Math.max(this.#firstNumber, ...known, ...stored);
    if (!this.#hasNumber(next)) return null;
    this.confirm(slot, next);
    return next;
  }

  #hasNumber(n: number): boolean {
    return n >= this.#firstNumber && n < this.#end;
  }

  /** After the archive was asked: the read has this number. */
  confirm(slot: number, n: number): void {
    this.#at(slot)?.generation.renumber(slot % this.#capacity, n);
  }

  /** The write of a claim ended. After a failure the archive is asked before the read counts as anything. */
  settle(slot: number, durable: boolean): void {
    const at = this.#at(slot);
    if (at) at.generation.ticket[slot % this.#capacity] = durable ? DURABLE : DOUBTFUL;
  }

  #known(generation: Generation, serial: number, found: { slot: number; n: number }, ticket: number): Claim {
    const holder = generation.ticket[found.slot] as number;
    if (holder === DURABLE) return { kind: "stored", n: found.n };
    if (holder !== DOUBTFUL) return { kind: "in-flight", ticket: holder };
    generation.ticket[found.slot] = ticket;
    return { kind: "unsure", n: found.n, slot: this.#slotNumber(serial, found.slot) };
  }

  /** Every read received since the oldest table began is remembered, and this one was captured after all from before it. */
  #isCertainlyNew(nrd: number, captured: number): boolean {
    const { marks, unknownBefore } = (this.#generations[0] as Generation).before;
    const mark = marks.get(nrd);
    return mark === undefined ? captured >= unknownBefore : captured > mark;
  }

  #room(): Generation {
    const newest = this.#generations.at(-1) as Generation;
    if (!newest.full) return newest;
    const before = { marks: new Map(this.#highWater), unknownBefore: this.#unknownBefore };
    const fresh = new Generation(this.#capacity, before);
    this.#generations.push(fresh);
    this.#serial++;
    if (this.#generations.length > GENERATIONS) this.#generations.shift();
    return fresh;
  }

  #slotNumber(serial: number, slot: number): number {
    return serial * this.#capacity + slot;
  }

  #at(slot: number): { generation: Generation } | undefined {
    const age = this.#serial - Math.floor(slot / this.#capacity);
    const generation = this.#generations[this.#generations.length - 1 - age];
    return generation && { generation };
  }
}
