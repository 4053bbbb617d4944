import { isPosition, type Position } from "../../../read/position.ts";
import { childOf, textOf, type XmlElement } from "../xml.ts";

const MOST_DEGREES = { Latitude: 90, Longitude: 180 } as const;

function angle(gps: XmlElement, axis: keyof typeof MOST_DEGREES, type: string, negative: string): number {
  const block = childOf(gps, axis);
  const degree = Number(textOf(block, "degree"));
  const minute = Number(textOf(block, "minute"));
  const second = Number(textOf(block, "sec"));
  const inRange =
    degree >= 0 && degree <= MOST_DEGREES[axis] && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (!block || !inRange) return Number.NaN;
  const size = degree + minute / 60 + second / 3600;
  return textOf(gps, type).toUpperCase() === negative ? -size : size;
}

/** The GPS block in degrees, minutes and seconds; undefined when absent, zero (unset) or nonsense. */
export function positionOf(gps: XmlElement | undefined): Position | undefined {
  if (!gps) return undefined;
  const lat = angle(gps, "Latitude", "latitudeType", "S");
  const lon = angle(gps, "Longitude", "longitudeType", "W");
  return isPosition(lat, lon) ? { lat, lon } : undefined;
}
