import type { Fleet } from "./fleet.ts";
import { EventHeap } from "./event-heap.ts";
import type { Random } from "./random.ts";
import { movedTrip, type Trip, type TripPlanner } from "./trips.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

interface Watched {
  readonly index: number;
  site: number;
  freeAt: number;
}

/**
 * The vehicles that must keep appearing, in lively trips one after another. Without `gap` each rests a few
 * minutes and sets out again. With `gap` (seconds between two passages, least and most) they take turns, the
 * longest rested first, so that a watched vehicle passes some NRD about that often: a board stays busy
 * but not mad. No vehicle is ever moved faster than a road allows: with few marks the gaps are longer.
 */
export class WatchedVehicles {
  readonly #fleet: Fleet;
  readonly #planner: TripPlanner;
  readonly #random: Random;
  readonly #gap: readonly [number, number] | undefined;
  readonly #vehicles: Watched[];
  readonly #coming = new EventHeap<number>();
  #last: number;

  constructor(
    fleet: Fleet,
    planner: TripPlanner,
    random: Random,
    options: {
      readonly vrms: readonly string[];
      readonly gap: readonly [number, number] | undefined;
      readonly start: number;
    },
  ) {
    this.#fleet = fleet;
    this.#planner = planner;
    this.#random = random;
    this.#gap = options.gap;
    this.#last = options.start - 3 * SECOND;
    this.#vehicles = options.vrms.map((vrm) => {
      const index = fleet.addGuest(vrm);
      const home = planner.livelyHome(fleet.vehicle(index));
      return { index, site: home, freeAt: options.start - 12 * 60 * MINUTE };
    });
  }

  /** The trips to begin so that the span up to `to` has its passages. */
  *trips(from: number, to: number): Generator<Trip> {
    if (this.#gap === undefined) {
      for (const watched of this.#vehicles) {
        const departs = Math.max(watched.freeAt + this.#random.between(2, 20) * MINUTE, from);
        if (departs < to) yield this.#send(watched, departs);
      }
      return;
    }
    for (;;) {
      const due = this.#last + this.#random.between(this.#gap[0], this.#gap[1]) * SECOND;
      if (this.#coming.nextTime <= Math.max(due, this.#last + this.#gap[1] * SECOND)) {
        if (this.#coming.nextTime > to) return;
        this.#last = Math.max(this.#last, this.#coming.nextTime);
        this.#coming.pop();
        continue;
      }
      if (due >= to) return;
      const trip = this.#start(Math.max(due, from));
      if (trip === undefined) {
        this.#last = to;
        return;
      }
      this.#last = trip.at[0] as number;
      yield trip;
    }
  }

  /** A trip whose first passage is at `due`, by the longest rested vehicle that can be there by then. */
  #start(due: number): Trip | undefined {
    for (const watched of [...this.#vehicles].sort((a, b) => a.freeAt - b.freeAt).slice(0, 8)) {
      const plan = this.#planner.lively(this.#fleet.vehicle(watched.index), watched.site, due);
      if (plan.sites.length === 0) continue;
      const shift = due - (plan.at[0] as number);
      if (plan.departs + shift < watched.freeAt) continue;
      const trip = movedTrip(plan, shift);
      this.#arrange(watched, trip);
      for (const time of trip.at.subarray(1)) this.#coming.push(time, time);
      return trip;
    }
    return undefined;
  }

  #send(watched: Watched, departs: number): Trip {
    const trip = this.#planner.lively(this.#fleet.vehicle(watched.index), watched.site, departs);
    this.#arrange(watched, trip);
    return trip;
  }

  #arrange(watched: Watched, trip: Trip): void {
    watched.site = trip.to;
    watched.freeAt = trip.arrives;
  }
}
