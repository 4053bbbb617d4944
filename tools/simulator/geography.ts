import { metresBetween } from "../../src/read/position.ts";
import { TOWNS, type Town } from "./estate/towns.ts";
import type { Network } from "./network.ts";
import { fallsIn, fraction, runningTotals, type Random } from "./random.ts";

/** How fast the wish to go somewhere falls with its distance: the power of kilometres. */
export type Reach = "local" | "usual" | "far" | "freight";
const POWER: Readonly<Record<Reach, number>> = { local: 3, usual: 1.8, far: 1.2, freight: 0.6 };
const WITHIN_TOWN_KM = 5;

// Where marks of each first letter are mostly kept: the force areas of the issuing region.
const REGION_FORCES: Readonly<Record<string, readonly string[]>> = {
  A: ["Norfolk", "Suffolk", "Cambridgeshire"],
  B: ["West Midlands"],
  C: ["South Wales", "North Wales", "Dyfed-Powys", "Gwent"],
  D: ["West Mercia", "Cheshire", "North Wales"],
  E: ["Essex"],
  F: ["Nottinghamshire", "Lincolnshire", "Derbyshire"],
  G: ["Kent", "Sussex", "Surrey"],
  H: ["Hampshire", "Dorset"],
  K: ["Bedfordshire", "Northamptonshire", "Hertfordshire"],
  L: ["Metropolitan Police"],
  M: ["Greater Manchester", "Merseyside"],
  N: ["Northumbria", "Durham", "Cleveland"],
  O: ["Thames Valley"],
  P: ["Lancashire", "Cumbria"],
  R: ["Thames Valley", "Hampshire"],
  S: ["Police Scotland"],
  V: ["West Mercia", "Gloucestershire"],
  W: ["Devon and Cornwall", "Avon and Somerset", "Wiltshire"],
  Y: ["West Yorkshire", "South Yorkshire", "North Yorkshire", "Humberside"],
};
const KEPT_IN_REGION = 0.55;

/** Where people live and want to go: towns by their people, and near sites as the ends of trips. */
export class Geography {
  readonly #network: Network;
  readonly #people = runningTotals(TOWNS.map((town) => town.thousands));
  readonly #pull = new Map<string, Float64Array>();
  readonly #regions = new Map<string, { readonly towns: readonly number[]; readonly totals: Float64Array }>();
  readonly #townOfSite: Int16Array;

  constructor(network: Network) {
    this.#network = network;
    this.#townOfSite = Int16Array.from(network.sites, (site) => {
      let best = 0;
      let nearest = Number.POSITIVE_INFINITY;
      TOWNS.forEach((town, at) => {
        const apart = (town.lat - site.lat) ** 2 + ((town.lon - site.lon) * 0.6) ** 2;
        if (apart < nearest) {
          nearest = apart;
          best = at;
        }
      });
      return best;
    });
    for (const [letter, forces] of Object.entries(REGION_FORCES)) {
      const towns = TOWNS.map((_, at) => at).filter((at) => forces.includes((TOWNS[at] as Town).force));
      this.#regions.set(letter, {
        towns,
        totals: runningTotals(towns.map((at) => (TOWNS[at] as Town).thousands)),
      });
    }
  }

  /** The town where something is kept, from two chances in [0, 1); marks of a region mostly stay in it. */
  homeTown(region: string | undefined, stays: number, at: number): number {
    const kept = region === undefined ? undefined : this.#regions.get(region);
    if (kept !== undefined && stays < KEPT_IN_REGION) return kept.towns[fallsIn(kept.totals, at)] as number;
    return fallsIn(this.#people, at);
  }

  /** A town to go to: people there, divided by a power of the distance. */
  destination(fromTown: number, reach: Reach, at: number): number {
    const key = `${reach} ${fromTown}`;
    let pull = this.#pull.get(key);
    if (pull === undefined) {
      const from = TOWNS[fromTown] as Town;
      pull = runningTotals(
        TOWNS.map(
          (town) =>
            town.thousands / Math.max(WITHIN_TOWN_KM, metresBetween(from, town) / 1000) ** POWER[reach],
        ),
      );
      this.#pull.set(key, pull);
    }
    return fallsIn(pull, at);
  }

  /** A town so many kilometres away (at least and at most), or the farthest one looked at. */
  townAway(fromTown: number, kilometres: readonly [number, number], random: Random): number {
    const from = TOWNS[fromTown] as Town;
    let far = fromTown;
    for (let attempt = 0; attempt < 60; attempt++) {
      const town = random.whole(TOWNS.length);
      const apart = metresBetween(from, TOWNS[town] as Town) / 1000;
      if (apart >= kilometres[0] && apart <= kilometres[1]) return town;
      if (apart > metresBetween(from, TOWNS[far] as Town) / 1000) far = town;
    }
    return far;
  }

  /** One of the sites near a town. */
  siteIn(town: number, chance: number): number {
    const sites = this.#network.townSites[town] as Int32Array;
    return sites[Math.floor(chance * sites.length)] as number;
  }

  townOf(site: number): number {
    return this.#townOfSite[site] as number;
  }

  /** A fixed site of a town for something with a number. */
  fixedSite(town: number, seed: number, index: number, salt: number): number {
    return this.siteIn(town, fraction(seed, index, salt));
  }
}
