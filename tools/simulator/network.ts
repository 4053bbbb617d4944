import { metresBetween, type Position } from "../../src/read/position.ts";
import type { EstateRow } from "./estate/estate-row.ts";
import { TOWNS } from "./estate/towns.ts";
import { SiteGrid } from "./site-grid.ts";

/** One place of an estate with the NRDs that stand there. */
export interface Site extends Position {
  readonly road: string;
  /** Positions in the estate of the NRDs here. */
  readonly nrds: readonly number[];
}

/**
 * The roads of an estate as a graph: sites are nodes; links are stored flat (site `s` owns the links
 * `first[s]` to `first[s + 1] - 1`, each with the site it leads to and its free-flow minutes).
 */
export interface Network {
  readonly estate: readonly EstateRow[];
  readonly sites: readonly Site[];
  readonly first: Int32Array;
  readonly to: Int32Array;
  readonly minutes: Float64Array;
  /** For each town of the gazetteer, the sites near it: where its trips begin and end. */
  readonly townSites: readonly Int32Array[];
}

const JUNCTION_KM = 16;
const JUNCTIONS_PER_SITE = 4;
const ALONG_KM = 70;
const TOWN_KM = 18;
const WINDING = { along: 1.1, junction: 1.3 } as const;

/** Fastest straight-line progress of anything on the network, in km per minute: the bound for route search. */
export const FASTEST_KM_PER_MINUTE = 105 / 60;

const speedKph = (road: string): number =>
  road.startsWith("M") ? 105 : road.length <= 3 ? 88 : road === "" ? 50 : 72;

/**
 * Builds the graph of any estate: NRDs at one spot become a site; sites of one road are joined along it
 * (shortest chain); sites of different roads within 16 km are joined as junctions; islands are bridged.
 */
export function buildNetwork(estate: readonly EstateRow[]): Network {
  const sites = sitesOf(estate);
  const grid = new SiteGrid(sites);
  const links = new LinkSet(sites);
  for (const road of byRoad(sites)) joinAlong(sites, road, links);
  sites.forEach((site, at) => {
    const near = grid
      .near(site, JUNCTION_KM)
      .filter((other) => other !== at && (sites[other] as Site).road !== site.road);
    for (const other of near.slice(0, JUNCTIONS_PER_SITE)) links.add(at, other, "junction");
  });
  bridgeIslands(sites, links);
  const townSites = TOWNS.map((town) => {
    const near = grid.near(town, TOWN_KM).slice(0, 60);
    return Int32Array.from(near.length >= 3 ? near : grid.nearest(town, 3));
  });
  return { estate, sites, ...links.flat(), townSites };
}

function sitesOf(estate: readonly EstateRow[]): Site[] {
  const found = new Map<string, { road: string; lat: number; lon: number; nrds: number[] }>();
  estate.forEach((row, at) => {
    const key = `${row.road}|${row.latitude}|${row.longitude}`;
    const site = found.get(key);
    if (site === undefined)
      found.set(key, { road: row.road, lat: row.latitude, lon: row.longitude, nrds: [at] });
    else site.nrds.push(at);
  });
  return [...found.values()];
}

function byRoad(sites: readonly Site[]): number[][] {
  const roads = new Map<string, number[]>();
  sites.forEach((site, at) => {
    if (site.road === "") return;
    const members = roads.get(site.road);
    if (members === undefined) roads.set(site.road, [at]);
    else members.push(at);
  });
  return [...roads.values()];
}

// Prim's shortest spanning tree of one road's sites: for points along a line that is the line itself.
function joinAlong(sites: readonly Site[], road: readonly number[], links: LinkSet): void {
  const outside = new Set(road.slice(1));
  const best = new Map<number, { from: number; metres: number }>();
  let joined = road[0] as number;
  while (outside.size > 0) {
    let next = -1;
    let shortest = Number.POSITIVE_INFINITY;
    for (const at of outside) {
      const metres = metresBetween(sites[joined] as Site, sites[at] as Site);
      const known = best.get(at);
      if (known === undefined || metres < known.metres) best.set(at, { from: joined, metres });
      const reach = best.get(at)?.metres ?? metres;
      if (reach < shortest) {
        shortest = reach;
        next = at;
      }
    }
    if (shortest <= ALONG_KM * 1000) links.add(best.get(next)?.from ?? joined, next, "along");
    outside.delete(next);
    joined = next;
  }
}

// Islands of the graph are joined to the largest one over their shortest gap (a bridge, a ferry, empty country).
function bridgeIslands(sites: readonly Site[], links: LinkSet): void {
  const islands = links.islands().sort((a, b) => b.length - a.length);
  const main = islands[0] ?? [];
  for (const island of islands.slice(1)) {
    let best = { from: -1, to: -1, metres: Number.POSITIVE_INFINITY };
    for (const from of island)
      for (const to of main) {
        const metres = metresBetween(sites[from] as Site, sites[to] as Site);
        if (metres < best.metres) best = { from, to, metres };
      }
    links.add(best.from, best.to, "junction");
    main.push(...island);
  }
}

class LinkSet {
  readonly #sites: readonly Site[];
  readonly #links: Map<number, number>[];

  constructor(sites: readonly Site[]) {
    this.#sites = sites;
    this.#links = sites.map(() => new Map());
  }

  add(a: number, b: number, kind: keyof typeof WINDING): void {
    const from = this.#sites[a] as Site;
    const to = this.#sites[b] as Site;
    const kph = kind === "along" ? speedKph(from.road) : 55;
    const minutes =
      ((metresBetween(from, to) / 1000) * WINDING[kind]) / (kph / 60) + (kind === "along" ? 0.05 : 1);
    if (minutes >= (this.#links[a]?.get(b) ?? Number.POSITIVE_INFINITY)) return;
    this.#links[a]?.set(b, minutes);
    this.#links[b]?.set(a, minutes);
  }

  islands(): number[][] {
    const seen = new Uint8Array(this.#sites.length);
    const islands: number[][] = [];
    for (let start = 0; start < seen.length; start++) {
      if (seen[start] === 1) continue;
      seen[start] = 1;
      const island = [start];
      for (let i = 0; i < island.length; i++)
        for (const next of this.#links[island[i] as number]?.keys() ?? [])
          if (seen[next] === 0) {
            seen[next] = 1;
            island.push(next);
          }
      islands.push(island);
    }
    return islands;
  }

  flat(): Pick<Network, "first" | "to" | "minutes"> {
    const count = this.#links.reduce((sum, links) => sum + links.size, 0);
    const first = new Int32Array(this.#sites.length + 1);
    const to = new Int32Array(count);
    const minutes = new Float64Array(count);
    let at = 0;
    this.#links.forEach((links, site) => {
      first[site] = at;
      for (const [next, cost] of links) {
        to[at] = next;
        minutes[at++] = cost;
      }
    });
    first[this.#sites.length] = at;
    return { first, to, minutes };
  }
}
