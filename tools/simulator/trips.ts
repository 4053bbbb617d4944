import type { Network } from "./network.ts";
import { Geography, type Reach } from "./geography.ts";
import type { Activity, Fleet, Vehicle } from "./fleet.ts";
import { PlaceMemory } from "./place-memory.ts";
import { fallsIn, fraction, hash, runningTotals, type Random } from "./random.ts";
import { HABITS, RouteFinder } from "./route.ts";
import { britishClock, congestion, hourShare } from "./shape.ts";
import { commutersLeaving } from "./commuting.ts";

/** A journey: the sites that see it, in order, and when (epoch milliseconds). `sites` may be empty. */
export interface Trip {
  readonly vehicle: Vehicle;
  readonly sites: Int32Array;
  readonly at: Float64Array;
  readonly departs: number;
  readonly arrives: number;
  readonly from: number;
  readonly to: number;
}

// Trips a day of each use beyond commuting, and how far they reach.
const OTHER_TRIPS: Readonly<Record<Activity, { readonly daily: number; readonly reach: Reach }>> = {
  idle: { daily: 0, reach: "usual" },
  occasional: { daily: 0.5, reach: "usual" },
  commuter: { daily: 0.4, reach: "usual" },
  "high-mileage": { daily: 2, reach: "far" },
  van: { daily: 3, reach: "usual" },
  lorry: { daily: 2, reach: "freight" },
  taxi: { daily: 10, reach: "local" },
  bus: { daily: 16, reach: "local" },
};
const USES = ["occasional", "commuter", "high-mileage", "van", "lorry", "taxi", "bus"] as const;
const SHARE: Readonly<Record<(typeof USES)[number], number>> = {
  occasional: 38,
  commuter: 32,
  "high-mileage": 8,
  van: 8,
  lorry: 1.3,
  taxi: 0.6,
  bus: 0.1,
};
const ATTEMPTS = 12;
const LIVELY_CHOICES = 10;
const MINUTE = 60_000;

/** The same trip so many milliseconds later. */
export function movedTrip(trip: Trip, shift: number): Trip {
  return {
    ...trip,
    at: trip.at.map((time) => Math.round(time + shift)),
    departs: trip.departs + shift,
    arrives: trip.arrives + shift,
  };
}

/** Draws the trips of a fleet over a network: whose, from where, to where, when past which site. */
export class TripPlanner {
  readonly #network: Network;
  readonly #fleet: Fleet;
  readonly #random: Random;
  readonly geography: Geography;
  readonly #routes: RouteFinder;
  readonly places = new PlaceMemory();

  constructor(network: Network, fleet: Fleet, random: Random) {
    this.#network = network;
    this.#fleet = fleet;
    this.#random = random;
    this.geography = new Geography(network);
    this.#routes = new RouteFinder(network);
  }

  /** The site nearest a vehicle's home: fixed for life. */
  homeOf(vehicle: Vehicle): number {
    const { seed } = this.#fleet;
    const town = this.geography.homeTown(
      vehicle.mark.region,
      fraction(seed, vehicle.index, 21),
      fraction(seed, vehicle.index, 22),
    );
    return this.geography.fixedSite(town, seed, vehicle.index, 23);
  }

  #workOf(vehicle: Vehicle, home: number): number {
    const { seed } = this.#fleet;
    const town = this.geography.destination(
      this.geography.townOf(home),
      "usual",
      fraction(seed, vehicle.index, 24),
    );
    return this.geography.fixedSite(town, seed, vehicle.index, 25);
  }

  /** The commuters' trips that begin in a span of time, thinned to at most `share` of those due. */
  *commutes(from: number, to: number, share: number): Generator<Trip> {
    for (const { index, outward, departs } of commutersLeaving(this.#fleet, from, to)) {
      if (share < 1 && this.#random.next() >= share) continue;
      const vehicle = this.#fleet.vehicle(index);
      const home = this.homeOf(vehicle);
      const work = this.#workOf(vehicle, home);
      const start = outward ? home : work;
      const last = this.places.find(index, departs);
      if (last !== undefined && (last.freeAt > departs || last.site !== start)) continue;
      const trip = this.journey(vehicle, start, outward ? work : home, departs);
      this.places.remember(index, trip.to, trip.arrives, departs);
      yield trip;
    }
  }

  /** One trip of another kind that begins at a time, or undefined when everyone drawn was busy. */
  other(departs: number): Trip | undefined {
    return this.#draw(departs, false);
  }

  /** A trip met half-way: one of its passages is at `time`. Only of a vehicle not seen before. */
  underway(time: number): Trip | undefined {
    const trip = this.#draw(time, true);
    if (trip === undefined || trip.at.length === 0) return undefined;
    const shift = time - (trip.at[this.#random.whole(trip.at.length)] as number);
    const moved = movedTrip(trip, shift);
    this.places.remember(trip.vehicle.index, trip.to, moved.arrives, time);
    return moved;
  }

  #draw(departs: number, unseen: boolean): Trip | undefined {
    const use = this.#useAt(departs);
    const { start, count } = this.#fleet.block(use);
    if (count === 0) return undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The power makes some vehicles of a use far busier than others.
      const index = start + Math.floor(count * this.#random.next() ** 1.5);
      const last = this.places.find(index, departs);
      if (last !== undefined && (unseen || last.freeAt > departs)) continue;
      const vehicle = this.#fleet.vehicle(index);
      const home = this.homeOf(vehicle);
      const from = last?.site ?? home;
      const back = from !== home && this.#random.next() < 0.65;
      const to = back ? home : this.#destination(from, OTHER_TRIPS[use].reach);
      const trip = this.journey(vehicle, from, to, departs);
      this.places.remember(index, trip.to, trip.arrives, departs);
      return trip;
    }
    return undefined;
  }

  #destination(from: number, reach: Reach): number {
    const town = this.geography.destination(this.geography.townOf(from), reach, this.#random.next());
    const site = this.geography.siteIn(town, this.#random.next());
    return site === from ? this.geography.siteIn(town, this.#random.next()) : site;
  }

  /** A home for a vehicle that must be seen often: of a few by its number, the one where sites are closest together. */
  livelyHome(vehicle: Vehicle): number {
    const sites = Array.from({ length: LIVELY_CHOICES }, (_, at) => {
      const town = this.geography.homeTown(undefined, 1, fraction(this.#fleet.seed, vehicle.index, 60 + at));
      return this.geography.fixedSite(town, this.#fleet.seed, vehicle.index, 80 + at);
    });
    return sites.reduce((best, site) => (this.#sparseness(site) < this.#sparseness(best) ? site : best));
  }

  #sparseness(site: number): number {
    const { first, minutes } = this.#network;
    const links = minutes.subarray(first[site], first[site + 1]);
    return links.length === 0
      ? Number.POSITIVE_INFINITY
      : links.reduce((sum, cost) => sum + cost, 0) / links.length;
  }

  /** A trip for a vehicle that must be seen often: of a few, the one with most passages an hour. */
  lively(vehicle: Vehicle, from: number, departs: number): Trip {
    const trips = Array.from({ length: LIVELY_CHOICES }, () => {
      const reach = this.#random.next() < 0.7 ? "local" : "usual";
      return this.journey(vehicle, from, this.#destination(from, reach), departs);
    });
    const pace = (trip: Trip): number =>
      trip.sites.length < 3 || trip.sites.length > 14 ? 0 : trip.sites.length / (trip.arrives - trip.departs);
    return trips.reduce((best, trip) => (pace(trip) > pace(best) ? trip : best));
  }

  /** A vehicle's drive between two sites: least-time route of its driver's habit, at the speed of the hour. */
  journey(vehicle: Vehicle, from: number, to: number, departs: number): Trip {
    const { seed } = this.#fleet;
    const route = this.#routes.route(from, to, hash(seed, vehicle.index, 26) % HABITS);
    const manner = Math.min(1.25, Math.max(0.85, this.#random.normal(1, 0.08)));
    const pace = manner * congestion(departs) * (vehicle.body === "lorry" ? 1.15 : 1) * MINUTE;
    // Home and work lie before or behind their site: a trip is seen there or not, and always alike.
    const skipFirst = route.sites.length > 1 && fraction(seed, vehicle.index, from) < 0.4 ? 1 : 0;
    const skipLast = route.sites.length > 2 && fraction(seed, vehicle.index, to) < 0.4 ? 1 : 0;
    const lead = (vehicle.isGuest ? 0.3 : 1 + 6 * fraction(seed, vehicle.index, 27)) * MINUTE;
    const sites = route.sites.subarray(skipFirst, route.sites.length - skipLast);
    const at = new Float64Array(sites.length);
    for (let i = 0; i < at.length; i++)
      at[i] = Math.round(departs + lead + (route.minutes[i + skipFirst] as number) * pace);
    const drive = route.minutes[route.minutes.length - 1] as number;
    return { vehicle, sites, at, departs, arrives: departs + lead + drive * pace + lead, from, to };
  }

  #useAt(time: number): (typeof USES)[number] {
    const { hour } = britishClock(time);
    const share = Math.max(hourShare(time), 0.002);
    const working = hour >= 6.5 && hour < 18.5;
    const factor: Readonly<Record<(typeof USES)[number], number>> = {
      occasional: 1,
      commuter: 1,
      "high-mileage": 1,
      van: working ? 1.3 : 0.3,
      // Freight keeps to the clock less than others: much of it is the same at any hour.
      lorry: Math.min(3, 0.4 + 0.025 / share),
      taxi: hour >= 21 || hour < 4 ? 3 : 1,
      bus: hour >= 5.5 && hour < 23.5 ? 1 : 0,
    };
    const totals = runningTotals(USES.map((use) => SHARE[use] * OTHER_TRIPS[use].daily * factor[use]));
    return USES[fallsIn(totals, this.#random.next())] as (typeof USES)[number];
  }
}
