import type { Trip } from "./trips.ts";

/** Reads a passage leaves on average: what is missed, unread or dead taken off, duplicates put on. */
export const READS_PER_PASSAGE = 0.92;

/** How many reads the trips on the road will leave in each coming step of time. */
export class Schedule {
  readonly #start: number;
  readonly #step: number;
  readonly #passages = new Map<number, number>();
  #forgotten = -1;

  constructor(start: number, step: number) {
    this.#start = start;
    this.#step = step;
  }

  /** Counts the passages of a trip from a time on. */
  note(trip: Trip, since: number): void {
    for (const time of trip.at) {
      if (time < since) continue;
      const step = this.#stepOf(time);
      if (step > this.#forgotten) this.#passages.set(step, (this.#passages.get(step) ?? 0) + 1);
    }
  }

  /** The reads to expect in the step that begins at a time. */
  expected(time: number): number {
    return (this.#passages.get(this.#stepOf(time)) ?? 0) * READS_PER_PASSAGE;
  }

  /** Drops a step that is done with. */
  forget(time: number): void {
    this.#forgotten = this.#stepOf(time);
    this.#passages.delete(this.#forgotten);
  }

  #stepOf(time: number): number {
    return Math.floor((time - this.#start) / this.#step);
  }
}
