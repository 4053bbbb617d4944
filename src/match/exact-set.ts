const HIGH = 2 ** 32;
const FIELDS = 4;
const LOAD = 0.7;
const SMALLEST = 64;
/** Above this the index arithmetic below would leave 32 bits. */
const LARGEST = 2 ** 28;

/** No slot: the end of a search. */
export const NO_SLOT = -1;

/**
 * List entries by packed VRM, 16 bytes a slot: key high, key low, entry id, condition, all u32 side by side so that
 * a lookup touches one cache line. Open addressing with linear probing; a key of 0 is a free slot (packVrm gives 0
 * only for ""). Removal shifts the rest of the cluster back, so that the table needs no tombstones and never ages.
 * One VRM may have many entries; they lie in one cluster.
 */
export class ExactSet {
  #slots: Uint32Array;
  #mask: number;
  #size = 0;

  /** `expected` is the number of entries to make room for; the table doubles beyond a load of 0.7. */
  constructor(expected = 0) {
    let capacity = SMALLEST;
    while (capacity * LOAD < expected) capacity *= 2;
    this.#slots = allocate(capacity);
    this.#mask = capacity - 1;
  }

  /** Entries held. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of the table. */
  get bytes(): number {
    return this.#slots.byteLength;
  }

  /** Adds an entry; the caller sees to it that the id is not there yet. Room doubles where needed. */
  add(packed: number, entryId: number, condition: number): void {
    if (this.#size >= (this.#mask + 1) * LOAD) this.#grow();
    this.#size++;
    this.#put(Math.floor(packed / HIGH), packed >>> 0, entryId, condition);
  }

  /** The first slot of a VRM, or NO_SLOT. Slots are valid until the next change of the set. */
  find(packed: number): number {
    const high = Math.floor(packed / HIGH);
    const low = packed >>> 0;
    return this.#seek(home(high, low) & this.#mask, high, low);
  }

  /** The next slot with the same VRM as `slot`, or NO_SLOT. */
  findNext(slot: number): number {
    const at = slot * FIELDS;
    return this.#seek((slot + 1) & this.#mask, this.#slots[at] as number, this.#slots[at + 1] as number);
  }

  /** The slot of one entry of a VRM, or NO_SLOT. */
  findEntry(packed: number, entryId: number): number {
    let slot = this.find(packed);
    while (slot !== NO_SLOT && this.entryAt(slot) !== entryId) slot = this.findNext(slot);
    return slot;
  }

  /** The VRM, packed, of whichever slot holds an entry id, or 0. Walks the whole table: for rare repairs only. */
  keyOfEntry(entryId: number): number {
    const slots = this.#slots;
    for (let at = 0; at < slots.length; at += FIELDS) {
      const packed = (slots[at] as number) * HIGH + (slots[at + 1] as number);
      if (slots[at + 2] === entryId && packed !== 0) return packed;
    }
    return 0;
  }

  entryAt(slot: number): number {
    return this.#slots[slot * FIELDS + 2] as number;
  }

  conditionAt(slot: number): number {
    return this.#slots[slot * FIELDS + 3] as number;
  }

  setConditionAt(slot: number, condition: number): void {
    this.#slots[slot * FIELDS + 3] = condition;
  }

  /** Frees a slot and moves those behind it that would otherwise be cut off from their home. */
  removeAt(slot: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = slot;
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const at = next * FIELDS;
      const high = slots[at] as number;
      const low = slots[at + 1] as number;
      if (high === 0 && low === 0) break;
      const distanceFromHome = (next - home(high, low)) & mask;
      if (distanceFromHome >= ((next - hole) & mask)) {
        slots.copyWithin(hole * FIELDS, at, at + FIELDS);
        hole = next;
      }
    }
    slots.fill(0, hole * FIELDS, (hole + 1) * FIELDS);
    this.#size--;
  }

  #seek(from: number, high: number, low: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let slot = from; ; slot = (slot + 1) & mask) {
      const slotLow = slots[slot * FIELDS + 1];
      const slotHigh = slots[slot * FIELDS];
      if (slotLow === low && slotHigh === high) return slot;
      if (slotLow === 0 && slotHigh === 0) return NO_SLOT;
    }
  }

  #put(high: number, low: number, entryId: number, condition: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = home(high, low) & mask;
    while (slots[slot * FIELDS] !== 0 || slots[slot * FIELDS + 1] !== 0) slot = (slot + 1) & mask;
    const at = slot * FIELDS;
    slots[at] = high;
    slots[at + 1] = low;
    slots[at + 2] = entryId;
    slots[at + 3] = condition;
  }

  #grow(): void {
    const old = this.#slots;
    const capacity = (this.#mask + 1) * 2;
    this.#slots = allocate(capacity);
    this.#mask = capacity - 1;
    for (let at = 0; at < old.length; at += FIELDS) {
      const high = old[at] as number;
      const low = old[at + 1] as number;
      if (high !== 0 || low !== 0) this.#put(high, low, old[at + 2] as number, old[at + 3] as number);
    }
  }
}

function allocate(capacity: number): Uint32Array {
  if (capacity > LARGEST) throw new RangeError("the match set is full: more than 187 million exact entries");
  return new Uint32Array(capacity * FIELDS);
}

/** Where a key would like to lie, before the mask. VRMs differ in few bits, so these are mixed well (murmur3's finish). */
function home(high: number, low: number): number {
  let hash = low ^ Math.imul(high, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
