import type { Position } from "../../read/position.ts";
import { frameAround, pathOf, pixelOf, type Frame, type Outline } from "./outline.ts";
import { TOWNS } from "./towns.ts";

const WIDTH = 480;
const HEIGHT = 400;
const INSET = { width: 92, height: 128 };
const COUNTRY: Frame = { west: -10.9, east: 2.2, south: 49.7, north: 61, ...INSET };
const LEAST_WIDTH_KM = 120;
const SCALE_STEPS_KM = [1, 2, 5, 10, 20, 50, 100, 200];

/** Something on the map. `weight` is how many reads, for the size of its dot. */
export interface Marked extends Position {
  readonly name: string;
  readonly weight: number;
}

/** What `layout/site-map.njk` draws; all numbers are pixels of its view box. */
export interface SiteMap {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly land: string;
  readonly neighbours: string;
  /** `left` puts the name before its dot, where it would leave the map. */
  readonly towns: readonly {
    readonly x: number;
    readonly y: number;
    readonly name: string;
    readonly left: boolean;
  }[];
  readonly marks: readonly {
    readonly x: number;
    readonly y: number;
    readonly r: number;
    readonly name: string;
  }[];
  readonly scale: { readonly pixels: number; readonly words: string };
  readonly inset: {
    readonly width: number;
    readonly height: number;
    readonly land: string;
    readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  };
}

function frameFor(marks: readonly Marked[]): { frame: Frame; widthKm: number } {
  const lats = marks.map(({ lat }) => lat);
  const lons = marks.map(({ lon }) => lon);
  const centre = {
    lat: (Math.min(...lats) + Math.max(...lats)) / 2,
    lon: (Math.min(...lons) + Math.max(...lons)) / 2,
  };
  const spanKm = Math.max(
    (Math.max(...lons) - Math.min(...lons)) * 111.32 * Math.cos((centre.lat * Math.PI) / 180),
    (Math.max(...lats) - Math.min(...lats)) * 111.32 * (WIDTH / HEIGHT),
  );
  const widthKm = Math.max(LEAST_WIDTH_KM, spanKm * 1.25);
  return { frame: frameAround(centre, widthKm, WIDTH, HEIGHT), widthKm };
}

const insetLands = new WeakMap<Outline, string>();
function insetLand(outline: Outline): string {
  const known = insetLands.get(outline) ?? pathOf(outline.land, COUNTRY);
  insetLands.set(outline, known);
  return known;
}

function insetBox(frame: Frame): SiteMap["inset"]["box"] {
  const { x, y } = pixelOf(COUNTRY, frame.west, frame.north);
  const end = pixelOf(COUNTRY, frame.east, frame.south);
  const left = Math.min(Math.max(1, x), INSET.width - 7);
  const top = Math.min(Math.max(1, y), INSET.height - 7);
  const [right, bottom] = [Math.min(end.x, INSET.width - 1), Math.min(end.y, INSET.height - 1)];
  return { x: left, y: top, width: Math.max(6, right - left), height: Math.max(6, bottom - top) };
}

/** Where a town and its name can be read: not at the edge, behind the inset, or on the scale. */
const legible = ({ x, y }: { x: number; y: number }): boolean =>
  x >= 6 &&
  x <= WIDTH - 6 &&
  y >= 10 &&
  y <= HEIGHT - 8 &&
  !(x > WIDTH - INSET.width - 80 && y < INSET.height + 14) &&
  !(x < 150 && y > HEIGHT - 40);

/**
 * A map around one site, or around all that were found; null where there is nothing to mark. Rough by intent: a coast line
 * and towns, to tell Dover from Dundee, not a street.
 */
export function siteMap(outline: Outline, marks: readonly Marked[], title: string): SiteMap | null {
  if (marks.length === 0) return null;
  const { frame, widthKm } = frameFor(marks);
  const heaviest = Math.max(...marks.map(({ weight }) => weight));
  const steps = SCALE_STEPS_KM.filter((km) => km <= widthKm / 4);
  const scaleKm = steps.at(-1) ?? 1;
  const towns = TOWNS.map(([name, lat, lon]) => ({ name, ...pixelOf(frame, lon, lat) }))
    .filter(legible)
    .map((town) => ({ ...town, left: town.x + 12 + town.name.length * 7 > WIDTH }));
  return {
    title,
    description: `${marks.length === 1 ? "The site is" : `${marks.length} sites are`} marked on an outline of the coast, with towns for orientation.`,
    width: WIDTH,
    height: HEIGHT,
    land: pathOf(outline.land, frame),
    neighbours: pathOf(outline.neighbours, frame),
    towns: widthKm > 400 ? towns.slice(0, 12) : towns,
    marks: [...marks]
      .sort((a, b) => b.weight - a.weight)
      .map((mark) => ({
        ...pixelOf(frame, mark.lon, mark.lat),
        name: mark.name,
        r: marks.length === 1 ? 8 : Math.round((4 + 8 * Math.sqrt(mark.weight / heaviest)) * 10) / 10,
      })),
    scale: { pixels: Math.round((scaleKm / widthKm) * WIDTH), words: `${scaleKm} km` },
    inset: { ...INSET, land: insetLand(outline), box: insetBox(frame) },
  };
}
