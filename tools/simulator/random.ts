/** Mixes numbers into 32 well-spread bits: the same numbers always give the same answer. */
export function hash(a: number, b = 0, c = 0): number {
  let h =
    Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^
    Math.imul(b + 0x7f4a7c15, 0xc2b2ae35) ^
    Math.imul(c + 0x165667b1, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** `hash` as a fraction in [0, 1). */
export const fraction = (a: number, b = 0, c = 0): number => hash(a, b, c) / 4_294_967_296;

/** The hash of a text, for things that are known by name. */
export function hashText(text: string): number {
  let h = 2_166_136_261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16_777_619);
  return hash(h);
}

/** A seeded stream of random numbers. The only source of chance in the simulator, so that a seed repeats a run. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = hash(seed);
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Uniform whole number in [0, below). */
  whole(below: number): number {
    return Math.floor(this.next() * below);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  normal(mean: number, deviation: number): number {
    const size = Math.sqrt(-2 * Math.log(1 - this.next()));
    return mean + deviation * size * Math.cos(2 * Math.PI * this.next());
  }

  poisson(mean: number): number {
    if (mean > 40) return Math.max(0, Math.round(this.normal(mean, Math.sqrt(mean))));
    const floor = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > floor; product *= this.next()) count++;
    return count;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.whole(items.length)] as T;
  }
}

/** Where a fraction in [0, 1) falls among running totals: the index of the first total above it. */
export function fallsIn(totals: Float64Array, at: number): number {
  const wanted = at * (totals[totals.length - 1] as number);
  let low = 0;
  let high = totals.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((totals[middle] as number) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Running totals of some weights, for `fallsIn`. */
export function runningTotals(weights: readonly number[]): Float64Array {
  const totals = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) totals[i] = sum += weights[i] as number;
  return totals;
}
