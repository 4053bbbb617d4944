import type { Position } from "./position.ts";

/**
 * Why the corners of a polygon enclose no one piece of ground, with the place of the fault; null where they do. A ring may be
 * closed (its first corner again at the end) or open. Every store would answer such a ring with an error of its own.
 */
export function ringFault(ring: readonly Position[]): string | null {
  const corners = isClosed(ring) ? ring.slice(0, -1) : ring;
  if (corners.length < 3) return "Enter at least three different corners.";
  for (const [at, corner] of corners.entries()) {
    const next = corners[(at + 1) % corners.length] as Position;
    if (isSame(corner, next)) return `Two corners in a row are at ${say(corner)}. Leave one out.`;
  }
  if (corners.every((corner) => turn(corners[0] as Position, corners[1] as Position, corner) === 0))
    return `All corners lie on one line, through ${say(corners[0] as Position)}.`;
  return crossing(corners);
}

const isSame = (a: Position, b: Position): boolean => a.lat === b.lat && a.lon === b.lon;

const isClosed = (ring: readonly Position[]): boolean =>
  ring.length > 1 && isSame(ring[0] as Position, ring.at(-1) as Position);

const say = ({ lat, lon }: Position): string => `${lat}, ${lon}`;

/** Above zero where c lies left of the way from a to b, zero where the three lie on one line. */
const turn = (a: Position, b: Position, c: Position): number =>
  Math.sign((b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon));

function crossing(corners: readonly Position[]): string | null {
  const many = corners.length;
  const corner = (at: number): Position => corners[at % many] as Position;
  for (let one = 0; one < many; one++) {
    for (let other = one + 1; other < many; other++) {
      const neighbours = other === one + 1 || (one === 0 && other === many - 1);
      const [a, b, c, d] = [corner(one), corner(one + 1), corner(other), corner(other + 1)];
      if (neighbours ? folds(a, b, c, d) : meets(a, b, c, d))
        return `The side from ${say(a)} meets the one from ${say(c)}. Give the corners in the order of a walk around the area.`;
    }
  }
  return null;
}

/** Whether two sides that share a corner lie on each other. */
function folds(a: Position, b: Position, c: Position, d: Position): boolean {
  const [shared, before, after] = isSame(b, c) ? [b, a, d] : [a, b, c];
  return turn(before, shared, after) === 0 && !isBetween(shared, before, after);
}

function meets(a: Position, b: Position, c: Position, d: Position): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc !== abd && cda !== cdb && abc * abd <= 0 && cda * cdb <= 0) return true;
  return [
    abc === 0 && isBetween(c, a, b),
    abd === 0 && isBetween(d, a, b),
    cda === 0 && isBetween(a, c, d),
    cdb === 0 && isBetween(b, c, d),
  ].some(Boolean);
}

/** Whether a point on the line through two others lies between them. */
const isBetween = (point: Position, one: Position, other: Position): boolean =>
  Math.min(one.lat, other.lat) <= point.lat &&
  point.lat <= Math.max(one.lat, other.lat) &&
  Math.min(one.lon, other.lon) <= point.lon &&
  point.lon <= Math.max(one.lon, other.lon);
