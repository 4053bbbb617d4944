import type { EstateRow } from "./estate/estate-row.ts";
import type { NrdFaults } from "./faults.ts";
import { misread } from "./misread.ts";
import type { Network, Site } from "./network.ts";
import { fraction, type Random } from "./random.ts";
import { isNight } from "./shape.ts";
import type { SimulatedRead } from "./simulated-read.ts";
import type { Trip } from "./trips.ts";
import type { ReadFault } from "./truth.ts";

/** Of a hundred vehicles that pass an NRD, about this many leave a message. */
const CAPTURED_SHARE = 0.92;
const NO_READ_SHARE = 0.02;
const DUPLICATE_SHARE = 0.015;
const NIGHT_FACTOR = 1.8;
const WORST_ERROR_RATE = 0.5;

/** A trip on the road: what marks its reads beside the trip itself. */
export interface Underway {
  readonly trip: Trip;
  readonly journey: number;
  readonly tags: readonly ReadFault[];
  /** Passages before this time never happened: the trip is met half-way. */
  readonly since: number;
}

/** What the NRDs of a network make of vehicles that pass them. */
export class Reading {
  readonly #network: Network;
  readonly #faults: NrdFaults;
  readonly #random: Random;

  constructor(network: Network, faults: NrdFaults, random: Random) {
    this.#network = network;
    this.#faults = faults;
    this.#random = random;
  }

  /**
   * The messages of one passage, none to two of them: the NRD may be dead or miss the vehicle; a second
   * message is the same vehicle in another frame, up to three seconds later.
   */
  passage(underway: Underway, stop: number): SimulatedRead[] {
    const { trip } = underway;
    const time = trip.at[stop] as number;
    const nrd = this.#nrdFor(trip, stop);
    const watched = underway.tags.includes("watched");
    if (nrd === undefined || this.#faults.isDead(nrd, time)) return [];
    if (!watched && this.#random.next() >= CAPTURED_SHARE) return [];
    const first = this.#message(underway, nrd, time, underway.tags);
    if (first === undefined || this.#random.next() >= DUPLICATE_SHARE)
      return first === undefined ? [] : [first];
    const again = time + Math.round(this.#random.between(120, 3_000));
    const second = this.#message(underway, nrd, again, [...underway.tags, "duplicate"]);
    return second === undefined ? [first] : [first, second];
  }

  #message(
    { trip, journey }: Underway,
    nrd: number,
    passed: number,
    tags: readonly ReadFault[],
  ): SimulatedRead | undefined {
    const faults: ReadFault[] = [...tags];
    const { vehicle } = trip;
    const truth = vehicle.mark.vrm;
    const rate = this.#faults.errorRate(nrd) * vehicle.plateFault * (isNight(passed) ? NIGHT_FACTOR : 1);
    let sent = truth;
    const chance = this.#random.next();
    if (chance < NO_READ_SHARE) {
      // Half the plates that cannot be read leave a passage without a mark, the other half nothing.
      if (chance < NO_READ_SHARE / 2) return undefined;
      sent = "UNKNOWN";
      faults.push("no-read");
    } else if (this.#random.next() < Math.min(WORST_ERROR_RATE, rate)) {
      sent = misread(truth, this.#faults.syntaxAware(nrd), this.#random);
      faults.push("misread");
    }
    const clock = this.#faults.clock(nrd);
    if (clock !== undefined) faults.push("clock");
    const deliver = this.#faults.deliveryTime(nrd, passed);
    if (deliver > passed) faults.push("late");
    const sure =
      sent === truth
        ? 96 - 12 * this.#random.next() ** 3 + 3 * this.#random.next()
        : this.#random.normal(66, 14);
    return {
      nrd: this.#network.estate[nrd] as EstateRow,
      vehicle,
      journey,
      passed,
      captured: Math.round(passed + (clock?.offset(passed) ?? 0)),
      deliver,
      sent,
      confidence: Math.max(
        1,
        Math.min(99, Math.round(faults.includes("no-read") ? 20 * this.#random.next() : sure)),
      ),
      direction: this.#faults.facing(nrd),
      tellsLooks: this.#faults.tellsLooks(nrd),
      faults,
    };
  }

  // The NRDs that look along the vehicle's way; among their lanes, lorries keep left.
  #nrdFor(trip: Trip, stop: number): number | undefined {
    const here = trip.sites[stop] as number;
    const site = this.#network.sites[here] as Site;
    const before = this.#network.sites[trip.sites[stop - 1] ?? here] as Site;
    const after = this.#network.sites[trip.sites[stop + 1] ?? here] as Site;
    const still = before === after;
    const north = still ? fraction(trip.to, trip.departs) - 0.5 : after.lat - before.lat;
    const east = still ? fraction(trip.to, trip.departs, 1) - 0.5 : (after.lon - before.lon) * 0.6;
    const along = (nrd: number): number => {
      switch (this.#network.estate[nrd]?.direction ?? "") {
        case "N":
          return north;
        case "S":
          return -north;
        case "E":
          return east;
        case "W":
          return -east;
        default:
          return 0;
      }
    };
    let most = Number.NEGATIVE_INFINITY;
    let lanes: number[] = [];
    for (const nrd of site.nrds) {
      const fits = along(nrd);
      if (fits > most) {
        most = fits;
        lanes = [];
      }
      if (fits === most) lanes.push(nrd);
    }
    const keepsLeft = trip.vehicle.body === "lorry" || trip.vehicle.body === "bus";
    return lanes[keepsLeft ? 0 : this.#random.whole(lanes.length)];
  }
}
