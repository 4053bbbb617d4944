import type { Direction, Refusal } from "../../../read/capture.ts";
import type { NrdReference } from "../../../read/nrd.ts";
import { isPosition, type Position } from "../../../read/position.ts";
import type { FeedSource } from "../../../source/feed-source.ts";

const IDENTIFIER = /^\d{1,5}$/;
const MINUTES_PER_DEGREE = 60;

/** Who made the read, from the three identifiers; a source with one NRD behind it may leave all three out. */
export function readIdentity(
  feed: string | undefined,
  device: string | undefined,
  camera: string | undefined,
  source: FeedSource,
): NrdReference | Refusal {
  if (!feed && !device && !camera && source.nrd !== null) return { kind: "id", id: source.nrd };
  const parts = { feedIdentifier: feed, sourceIdentifier: device, cameraIdentifier: camera };
  for (const [path, text] of Object.entries(parts)) {
    if (text === undefined || !IDENTIFIER.test(text)) {
      return { code: "NRD_MISSING", path, message: "give a whole number of at most five digits" };
    }
  }
  return { kind: "identity", feed: Number(feed), source: Number(device), camera: Number(camera) };
}

/** 1 to 100; 0, missing or nonsense is unknown (PROTOCOLS 1.11). */
export function readConfidence(text: string | undefined): number | undefined {
  const value = text ? Number(text) : 0;
  return value > 0 && value <= 100 ? value : undefined;
}

/** `true` in any case, or `1`, is towards; missing is unknown, although the guide's default is true. */
export function readMotion(text: string | undefined): Direction {
  const motion = text?.toLowerCase();
  if (motion === "true" || motion === "1") return "towards";
  return motion === "false" || motion === "0" ? "away" : "unknown";
}

/**
 * The position in degrees, by the unit that the source is registered with and never by the value (PROTOCOLS 1.6).
 * (0, 0), missing values and what lies off the globe are no position: a wrong unit must not cost the read.
 */
export function readPosition(
  lat: string | undefined,
  lon: string | undefined,
  unit: FeedSource["positionUnit"],
): Position | undefined {
  if (!lat || !lon) return undefined;
  const perDegree = unit === "arc-minutes" ? MINUTES_PER_DEGREE : 1;
  const position = { lat: Number(lat) / perDegree, lon: Number(lon) / perDegree };
  return isPosition(position.lat, position.lon) ? position : undefined;
}

export function refuseVrm(vrm: string, most: number): Refusal | null {
  if (vrm.length <= most) return null;
  return {
    code: "VRM_INVALID",
    path: "vrm",
    message: `the VRM has ${vrm.length} characters; at most ${most} are read`,
  };
}
