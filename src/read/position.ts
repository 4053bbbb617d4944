/** A WGS84 position in decimal degrees. */
export interface Position {
  readonly lat: number;
  readonly lon: number;
}

const EARTH_RADIUS_METRES = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** True for a finite WGS84 position that is not (0, 0), which senders use for "not set" (PROTOCOLS 1.6). */
export function isPosition(lat: number, lon: number): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && !(lat === 0 && lon === 0);
}

/** Great-circle distance in metres. */
export function metresBetween(a: Position, b: Position): number {
  const dLat = radians(b.lat - a.lat);
  const dLon = radians(b.lon - a.lon);
  const h =
    Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** A piece of ground: a circle with its radius in metres, or one polygon ring (closed or open, at least 3 corners). */
export type Area =
  | { readonly kind: "circle"; readonly centre: Position; readonly radiusMetres: number }
  | { readonly kind: "polygon"; readonly ring: readonly Position[] };

/** Whether a position lies in an area; a point on a polygon's edge may count either way. */
export function isWithin(area: Area, at: Position): boolean {
  if (area.kind === "circle") return metresBetween(area.centre, at) <= area.radiusMetres;
  let inside = false;
  const ring = area.ring;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i] as Position;
    const b = ring[j] as Position;
    const crosses = a.lat > at.lat !== b.lat > at.lat;
    if (crosses && at.lon < ((b.lon - a.lon) * (at.lat - a.lat)) / (b.lat - a.lat) + a.lon) inside = !inside;
  }
  return inside;
}
