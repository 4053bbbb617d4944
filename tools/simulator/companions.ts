import { metresBetween } from "../../src/read/position.ts";
import { TOWNS, type Town } from "./estate/towns.ts";
import type { Fleet, Vehicle } from "./fleet.ts";
import { COLOURS } from "./fleet.ts";
import { fraction, hash, type Random } from "./random.ts";
import type { Trip, TripPlanner } from "./trips.ts";

const CLONED_MARKS = 1 / 4_000;
const LEADERS = 1 / 2_000;
const FEWEST_CONVOY_SITES = 3;
const CLONE_HOME_KM = [50, 300] as const;
const MINUTE = 60_000;

/** What goes with a trip: the clone's own trip, or those who travel with the leader. */
export type Company =
  | { readonly kind: "clone"; readonly trips: readonly [Trip]; readonly kilometresApart: number }
  | { readonly kind: "convoy"; readonly trips: readonly Trip[] };

/** Plants clones and convoys beside ordinary trips. Which vehicles have a clone or lead a convoy is fixed by the seed. */
export class Companions {
  readonly #fleet: Fleet;
  readonly #planner: TripPlanner;
  readonly #random: Random;

  constructor(fleet: Fleet, planner: TripPlanner, random: Random) {
    this.#fleet = fleet;
    this.#planner = planner;
    this.#random = random;
  }

  of(trip: Trip): Company | undefined {
    const { seed } = this.#fleet;
    const { index } = trip.vehicle;
    if (fraction(seed, index, 41) < CLONED_MARKS) return this.#clone(trip);
    if (fraction(seed, index, 42) < LEADERS && trip.sites.length >= FEWEST_CONVOY_SITES)
      return this.#convoy(trip);
    return undefined;
  }

  // A second vehicle under the mark, at home elsewhere, on the road at the same time; four in five look the same.
  #clone(trip: Trip): Company | undefined {
    const { seed } = this.#fleet;
    const { vehicle } = trip;
    const key = -1 - vehicle.index;
    const known = this.#planner.places.find(key, trip.departs);
    if (known !== undefined && known.freeAt > trip.departs) return undefined;
    const { geography } = this.#planner;
    const home = geography.townOf(this.#planner.homeOf(vehicle));
    const town =
      known === undefined
        ? geography.townAway(home, CLONE_HOME_KM, this.#random)
        : geography.townOf(known.site);
    const from = known?.site ?? geography.siteIn(town, this.#random.next());
    const looksAlike = fraction(seed, vehicle.index, 43) < 0.8;
    const twin: Vehicle = looksAlike
      ? vehicle
      : { ...vehicle, colour: COLOURS[hash(seed, vehicle.index, 44) % COLOURS.length] ?? vehicle.colour };
    const departs = trip.departs + this.#random.between(0, 10) * MINUTE;
    const to = geography.siteIn(
      geography.destination(town, "usual", this.#random.next()),
      this.#random.next(),
    );
    const other = this.#planner.journey(twin, from, to, departs);
    this.#planner.places.remember(key, to, other.arrives, departs);
    const start = geography.townOf(trip.from);
    const apart = metresBetween(TOWNS[start] as Town, TOWNS[town] as Town) / 1000;
    return { kind: "clone", trips: [other], kilometresApart: Math.round(apart) };
  }

  // One to five followers, gaps of eight seconds in the middle and ninety at most; the same vehicles every time.
  #convoy(trip: Trip): Company {
    const { seed, size } = this.#fleet;
    const { index } = trip.vehicle;
    const followers = 1 + (hash(seed, index, 45) % 5);
    let behind = 0;
    const trips = Array.from({ length: followers }, (_, at): Trip => {
      behind += Math.min(90, Math.exp(this.#random.normal(Math.log(8), 0.7))) * 1000;
      const gap = behind;
      const times = trip.at.map((time) => Math.round(time + gap + this.#random.between(0, 1_500)));
      return {
        ...trip,
        vehicle: this.#fleet.vehicle(size + index * 8 + at),
        at: times,
        departs: trip.departs + gap,
        arrives: trip.arrives + gap,
      };
    });
    return { kind: "convoy", trips };
  }
}
