import type { Position } from "../../read/position.ts";

type Point = readonly [lon: number, lat: number];
/** Rings of [longitude, latitude], as the asset build cuts them. */
export interface Outline {
  readonly land: readonly (readonly Point[])[];
  readonly neighbours: readonly (readonly Point[])[];
}

/** A piece of the plate carrée map, and the pixels it is drawn into. */
export interface Frame {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
  readonly width: number;
  readonly height: number;
}

const KM_PER_DEGREE = 111.32;

/** A frame of a given width in kilometres around a centre. */
export function frameAround(centre: Position, widthKm: number, width: number, height: number): Frame {
  const lonHalf = widthKm / 2 / (KM_PER_DEGREE * Math.max(0.1, Math.cos((centre.lat * Math.PI) / 180)));
  const latHalf = (widthKm / 2 / KM_PER_DEGREE) * (height / width);
  return {
    west: centre.lon - lonHalf,
    east: centre.lon + lonHalf,
    south: centre.lat - latHalf,
    north: centre.lat + latHalf,
    width,
    height,
  };
}

/** Where a position lies in a frame, in pixels with one decimal. */
export function pixelOf(frame: Frame, lon: number, lat: number): { x: number; y: number } {
  const x = ((lon - frame.west) / (frame.east - frame.west)) * frame.width;
  const y = ((frame.north - lat) / (frame.north - frame.south)) * frame.height;
  return { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 };
}

/** Cuts a ring at one side: `inside` keeps a point, `at` finds the side between two. */
function cut(
  ring: readonly Point[],
  inside: (point: Point) => boolean,
  at: (a: Point, b: Point) => Point,
): Point[] {
  const kept: Point[] = [];
  ring.forEach((point, index) => {
    const before = ring[(index + ring.length - 1) % ring.length] as Point;
    if (inside(point) !== inside(before)) kept.push(at(before, point));
    if (inside(point)) kept.push(point);
  });
  return kept;
}

const atLon =
  (lon: number) =>
  (a: Point, b: Point): Point => [lon, a[1] + ((lon - a[0]) / (b[0] - a[0])) * (b[1] - a[1])];
const atLat =
  (lat: number) =>
  (a: Point, b: Point): Point => [a[0] + ((lat - a[1]) / (b[1] - a[1])) * (b[0] - a[0]), lat];

/** A ring cut to a frame with a little to spare, so that the cut edges stay out of sight (Sutherland and Hodgman). */
function clip(ring: readonly Point[], { west, east, south, north }: Frame): readonly Point[] {
  const spare = (east - west) * 0.05;
  const [w, e, s, n] = [west - spare, east + spare, south - spare, north + spare];
  let left = cut(ring, ([lon]) => lon >= w, atLon(w));
  left = cut(left, ([lon]) => lon <= e, atLon(e));
  left = cut(left, ([, lat]) => lat >= s, atLat(s));
  return cut(left, ([, lat]) => lat <= n, atLat(n));
}

/** An SVG path of rings in a frame; points closer than a pixel to the last one drawn are left out. */
export function pathOf(rings: readonly (readonly Point[])[], frame: Frame): string {
  return rings
    .map((ring) => {
      const points: { x: number; y: number }[] = [];
      for (const [lon, lat] of clip(ring, frame)) {
        const point = pixelOf(frame, lon, lat);
        const last = points.at(-1);
        if (last === undefined || Math.abs(last.x - point.x) + Math.abs(last.y - point.y) >= 1)
          points.push(point);
      }
      return points.length < 3 ? "" : `M${points.map(({ x, y }) => `${x} ${y}`).join("L")}Z`;
    })
    .join("");
}
