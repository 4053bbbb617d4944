import { metresBetween } from "../../src/read/position.ts";
import { fraction } from "./random.ts";
import { FASTEST_KM_PER_MINUTE, type Network, type Site } from "./network.ts";

/** The sites of one journey in order, and the free-flow minutes from its start at each. */
export interface Route {
  readonly sites: Int32Array;
  readonly minutes: Float32Array;
}

/** Drivers are of so many habits; each sees every link a little dearer or cheaper and so has roads of its own. */
export const HABITS = 4;
const HABIT_SPREAD = 0.1;
const CACHED_ROUTES = 40_000;

/** Least-time routes over a network by A*, with the most recent ones kept. Holds only arrays of the network's size. */
export class RouteFinder {
  readonly #network: Network;
  readonly #cost: Float64Array;
  readonly #from: Int32Array;
  readonly #stamp: Int32Array;
  readonly #done: Int32Array;
  #round = 0;
  #cache = new Map<number, Route>();
  #older = new Map<number, Route>();
  readonly #heapSites: number[] = [];
  readonly #heapCosts: number[] = [];

  constructor(network: Network) {
    this.#network = network;
    const size = network.sites.length;
    this.#cost = new Float64Array(size);
    this.#from = new Int32Array(size);
    this.#stamp = new Int32Array(size);
    this.#done = new Int32Array(size);
  }

  /** The route between two sites for a driver of one habit (0 to HABITS - 1); one site long where they are the same. */
  route(from: number, to: number, habit: number): Route {
    const size = this.#network.sites.length;
    const key = (from * size + to) * HABITS + habit;
    const kept = this.#cache.get(key) ?? this.#older.get(key);
    if (kept !== undefined) return kept;
    const found = this.#search(from, to, habit);
    if (this.#cache.size >= CACHED_ROUTES / 2) {
      this.#older = this.#cache;
      this.#cache = new Map();
    }
    this.#cache.set(key, found);
    return found;
  }

  #search(from: number, to: number, habit: number): Route {
    const { first, to: ends, minutes, sites } = this.#network;
    const round = ++this.#round;
    const goal = sites[to] as Site;
    this.#heapSites.length = 0;
    this.#heapCosts.length = 0;
    this.#cost[from] = 0;
    this.#from[from] = -1;
    this.#stamp[from] = round;
    this.#push(from, 0);
    for (;;) {
      const site = this.#pop();
      if (site === undefined || site === to) break;
      if (this.#done[site] === round) continue;
      this.#done[site] = round;
      const so = this.#cost[site] as number;
      for (let link = first[site] as number; link < (first[site + 1] as number); link++) {
        const next = ends[link] as number;
        const felt = 1 + HABIT_SPREAD * fraction(link, habit);
        const cost = so + (minutes[link] as number) * felt;
        if (this.#stamp[next] === round && (this.#cost[next] as number) <= cost) continue;
        this.#stamp[next] = round;
        this.#cost[next] = cost;
        this.#from[next] = site;
        this.#push(next, cost + metresBetween(sites[next] as Site, goal) / 1000 / FASTEST_KM_PER_MINUTE);
      }
    }
    return this.#traced(from, this.#stamp[to] === round ? to : from);
  }

  #traced(from: number, to: number): Route {
    const sites: number[] = [];
    const minutes: number[] = [];
    for (let at = to; at !== -1; at = this.#from[at] as number) {
      sites.push(at);
      minutes.push(this.#cost[at] as number);
      if (at === from) break;
    }
    return { sites: Int32Array.from(sites.reverse()), minutes: Float32Array.from(minutes.reverse()) };
  }

  #push(site: number, cost: number): void {
    const sites = this.#heapSites;
    const costs = this.#heapCosts;
    let at = sites.length;
    sites.push(site);
    costs.push(cost);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if ((costs[up] as number) <= cost) break;
      sites[at] = sites[up] as number;
      costs[at] = costs[up] as number;
      at = up;
    }
    sites[at] = site;
    costs[at] = cost;
  }

  #pop(): number | undefined {
    const sites = this.#heapSites;
    const costs = this.#heapCosts;
    const top = sites[0];
    const site = sites.pop();
    const cost = costs.pop();
    if (site === undefined || cost === undefined || sites.length === 0) return top;
    let at = 0;
    for (;;) {
      let down = at * 2 + 1;
      if (down >= sites.length) break;
      if (down + 1 < sites.length && (costs[down + 1] as number) < (costs[down] as number)) down++;
      if ((costs[down] as number) >= cost) break;
      sites[at] = sites[down] as number;
      costs[at] = costs[down] as number;
      at = down;
    }
    sites[at] = site;
    costs[at] = cost;
    return top;
  }
}
