import type { NrdType } from "../../../src/read/nrd.ts";
import { metresBetween, type Position } from "../../../src/read/position.ts";
import { fraction, hashText } from "../random.ts";
import type { EstateRow } from "./estate-row.ts";
import { ROADS } from "./roads.ts";
import { FEEDS, TOWNS, type Town } from "./towns.ts";

const MOTORWAY_SPACING_KM = 14;
const ROAD_SPACING_KM = 17;
const MOBILE_PER_FORCE = 2;

/**
 * The demonstration's own register: about 2,000 NRDs along British motorways and A roads, invented from
 * town positions and road numbers. Always the same. No site is a real ANPR site, no feed number a real force code.
 */
export function demoEstate(): EstateRow[] {
  const rows: EstateRow[] = [];
  const sources = new Map<number, number>();
  const nextSource = (feed: number): number => {
    const source = (sources.get(feed) ?? 100) + 1;
    sources.set(feed, source);
    return source;
  };
  for (const site of sites()) {
    const feed = FEEDS.get(site.force) ?? 0;
    const source = nextSource(feed);
    let camera = 0;
    for (const direction of site.directions)
      for (let lane = 1; lane <= site.lanes; lane++)
        rows.push({
          feed,
          source,
          camera: ++camera,
          name: `${site.name}, ${DIRECTION_WORDS[direction]} lane ${lane}`,
          type: site.type,
          owner: site.force,
          road: site.road,
          direction,
          lane,
          latitude: site.lat,
          longitude: site.lon,
          dailyReads: Math.round(site.daily * (site.lanes === 1 ? 1 : (LANE_SHARES[lane - 1] ?? 0.5))),
        });
  }
  return [...rows, ...mobiles(nextSource)];
}

type Compass = "N" | "S" | "E" | "W";
const DIRECTION_WORDS: Readonly<Record<Compass, string>> = {
  N: "northbound",
  S: "southbound",
  E: "eastbound",
  W: "westbound",
};
const LANE_SHARES = [1.1, 1.2, 0.7] as const;

interface Site extends Position {
  readonly name: string;
  readonly road: string;
  readonly force: string;
  readonly type: NrdType;
  readonly lanes: number;
  readonly directions: readonly [Compass, Compass];
  readonly daily: number;
}

function* sites(): Generator<Site> {
  for (const road of ROADS) {
    const label = road.name.split(" ")[0] as string;
    const motorway = label.startsWith("M");
    let kilometres = 0;
    for (let leg = 1; leg < road.by.length; leg++) {
      const from = placed(road.by[leg - 1] as string);
      const to = placed(road.by[leg] as string);
      const length = metresBetween(from, to) / 1000;
      const count = Math.max(1, Math.round(length / (motorway ? MOTORWAY_SPACING_KM : ROAD_SPACING_KM)));
      for (let i = 0; i < count; i++) {
        const along = (i + 0.5) / count;
        const seed = hashText(`${road.name} ${leg} ${i}`);
        const at = between(from, to, along, seed);
        const town = nearestTown(at);
        const marker = Math.round(kilometres + along * length);
        yield {
          ...at,
          road: label,
          name: motorway
            ? `${label} km ${marker} near ${town.name}`
            : `${label} near ${town.name}, site ${marker}`,
          force: town.force,
          type: typeOf(fraction(seed, 1), motorway),
          lanes: motorway ? (fraction(seed, 2) < 0.2 ? 3 : 2) : fraction(seed, 2) < 0.06 ? 2 : 1,
          directions: directionsOf(from, to),
          daily: Math.round((motorway ? 9_000 : 4_500) * (0.5 + fraction(seed, 3))),
        };
      }
      kilometres += length;
    }
  }
}

function placed(name: string): Position {
  const town = TOWNS.find((known) => known.name === name);
  if (town !== undefined) return town;
  const [lat, lon] = name.split(",").map(Number);
  if (lat === undefined || lon === undefined || Number.isNaN(lat) || Number.isNaN(lon))
    throw new Error(`the demonstration's roads name an unknown town: ${name}`);
  return { lat, lon };
}

// A few hundred metres off the straight line, so that roads between the same towns do not share one spot.
function between(from: Position, to: Position, along: number, seed: number): Position {
  const lat = from.lat + (to.lat - from.lat) * along + (fraction(seed, 4) - 0.5) * 0.012;
  const lon = from.lon + (to.lon - from.lon) * along + (fraction(seed, 5) - 0.5) * 0.018;
  return { lat: Math.round(lat * 1e6) / 1e6, lon: Math.round(lon * 1e6) / 1e6 };
}

function nearestTown(at: Position): Town {
  return TOWNS.reduce((best, town) => (metresBetween(at, town) < metresBetween(at, best) ? town : best));
}

function directionsOf(from: Position, to: Position): readonly [Compass, Compass] {
  const north = to.lat - from.lat;
  const east = (to.lon - from.lon) * Math.cos((from.lat * Math.PI) / 180);
  return Math.abs(north) >= Math.abs(east) ? ["N", "S"] : ["E", "W"];
}

function typeOf(chance: number, motorway: boolean): NrdType {
  if (chance < (motorway ? 0.45 : 0.1)) return "multi-lane";
  if (chance < (motorway ? 0.5 : 0.2)) return "cctv-integrated";
  if (chance > 0.985) return "covert";
  if (chance > 0.95) return "moveable";
  return "static";
}

function mobiles(nextSource: (feed: number) => number): EstateRow[] {
  return [...FEEDS].flatMap(([force, feed]) => {
    const towns = TOWNS.filter((town) => town.force === force);
    return Array.from({ length: Math.min(MOBILE_PER_FORCE, towns.length) }, (_, at): EstateRow => {
      const town = towns[at] as Town;
      const source = nextSource(feed);
      return {
        feed,
        source,
        camera: 1,
        name: `${force} mobile ${source}`,
        type: "mobile",
        owner: force,
        road: "",
        direction: "",
        lane: 1,
        latitude: Math.round((town.lat + (fraction(feed, at, 1) - 0.5) * 0.06) * 1e6) / 1e6,
        longitude: Math.round((town.lon + (fraction(feed, at, 2) - 0.5) * 0.09) * 1e6) / 1e6,
        dailyReads: 1_500,
      };
    });
  });
}
