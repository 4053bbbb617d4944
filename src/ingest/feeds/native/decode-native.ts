import {
  DIRECTIONS,
  type Capture,
  type Decoded,
  type Direction,
  type Refusal,
  type RefusalCode,
} from "../../../read/capture.ts";
import type { NrdReference } from "../../../read/nrd.ts";
import { isPosition, type Position } from "../../../read/position.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { foldCountry } from "../country.ts";
import { decodeJpeg } from "../jpeg.ts";
import type { FeedLimits } from "../protocol.ts";
import { instantOf, readTime } from "../timestamp.ts";

type Draft = { -readonly [Field in keyof Capture]: Capture[Field] };
type Json = Readonly<Record<string, unknown>>;

/** Five digits, as the identity triple of BOF2 has them. */
export const LARGEST_IDENTIFIER = 99_999;
const REGISTER_ID = /^[1-9]\d{0,9}$/;
const LARGEST_LANE = 20;

/** What decoding one element may report beside its result. */
export interface NativeOptions {
  readonly limits: FeedLimits;
  /** Called for each element that carries a speed, which is never kept (READ-10). */
  readonly onSpeed: () => void;
}

const refuse = (code: RefusalCode, path: string, message: string): Refusal => ({ code, path, message });
const isRefusal = (value: object): value is Refusal => "code" in value;

/**
 * Checks one read of the native JSON form by hand, because this runs 50,000 times a second.
 * @param element one parsed JSON value.
 * @returns the capture, or why there is none: the first thing wrong, with its path.
 */
export function decodeNative(element: unknown, source: FeedSource, options: NativeOptions): Decoded {
  if (typeof element !== "object" || element === null || Array.isArray(element)) {
    return { refusal: refuse("JSON_INVALID", "", "A read is a JSON object.") };
  }
  const read = element as Json;
  const nrd = readNrd(read["nrd"], source);
  if (isRefusal(nrd)) return { refusal: nrd };
  const vrm = readVrm(read["vrm"], options.limits);
  if (typeof vrm !== "string") return { refusal: vrm };
  const written = read["captured"];
  const time = typeof written === "string" ? readTime(written) : null;
  if (time === null || time.offsetMinutes === null) return { refusal: refuseTime(time !== null) };
  const draft: Draft = { nrd, vrm, captured: instantOf(time), timeQuality: time.utc ? "utc" : "offset" };
  for (const member in read) {
    const value = read[member];
    if (value === null) continue;
    const refusal = readMember(draft, member, value, options);
    if (refusal) return { refusal };
  }
  return { capture: draft };
}

/** One member beyond the three required ones; unknown members are ignored, unless they nest beyond reason. */
function readMember(
  draft: Draft,
  member: string,
  value: unknown,
  options: NativeOptions,
): Refusal | undefined {
  switch (member) {
    case "nrd":
    case "vrm":
    case "captured":
      return undefined;
    case "confidence":
      if (!isNumber(value, 0, 100))
        return refuse("CONFIDENCE_INVALID", member, "Send a number from 0 to 100.");
      draft.confidence = value;
      return undefined;
    case "direction":
      if (!DIRECTIONS.includes(value as Direction)) {
        return refuse("DIRECTION_INVALID", member, `Send one of ${DIRECTIONS.join(", ")}.`);
      }
      draft.direction = value as Direction;
      return undefined;
    case "lane":
      if (!isNumber(value, 1, LARGEST_LANE) || !Number.isInteger(value)) {
        return refuse("LANE_INVALID", member, `Send a whole number from 1 to ${LARGEST_LANE}.`);
      }
      draft.lane = value;
      return undefined;
    case "country":
      return readCountry(draft, value);
    case "position":
      return readPosition(draft, value);
    case "make":
    case "model":
    case "colour":
      return readText(draft, member, value, options.limits.textCharacters);
    case "patch":
    case "overview":
      return readImage(draft, member, value, options.limits.imageBytes);
    case "speed":
      options.onSpeed();
      return undefined;
    default:
      if (typeof value !== "object" || !nestsDeeper(value, options.limits.jsonDepth)) return undefined;
      return refuse(
        "JSON_INVALID",
        "",
        `A member is nested more than ${options.limits.jsonDepth} levels deep.`,
      );
  }
}

const isNumber = (value: unknown, least: number, most: number): value is number =>
  typeof value === "number" && value >= least && value <= most;

const isIdentifier = (value: unknown): value is number =>
  isNumber(value, 0, LARGEST_IDENTIFIER) && Number.isInteger(value);

function readNrd(value: unknown, source: FeedSource): NrdReference | Refusal {
  if (typeof value === "string") {
    if (REGISTER_ID.test(value)) return { kind: "id", id: Number(value) };
    return refuse(
      "NRD_MISSING",
      "nrd",
      "If nrd is a string, it must be the register's id in decimal digits.",
    );
  }
  if (typeof value === "object" && value !== null) {
    const { feed, source: device, camera } = value as Json;
    if (isIdentifier(feed) && isIdentifier(device) && isIdentifier(camera)) {
      return { kind: "identity", feed, source: device, camera };
    }
    const path = isIdentifier(feed) ? (isIdentifier(device) ? "nrd.camera" : "nrd.source") : "nrd.feed";
    return refuse(
      "NRD_MISSING",
      path,
      `Send feed, source and camera as whole numbers from 0 to ${LARGEST_IDENTIFIER}.`,
    );
  }
  if ((value === undefined || value === null) && source.nrd !== null) return { kind: "id", id: source.nrd };
  return refuse(
    "NRD_MISSING",
    "nrd",
    "Say which NRD made the read: {feed, source, camera}, or the register's id as a string.",
  );
}

function readVrm(value: unknown, limits: FeedLimits): string | Refusal {
  if (value === null) return "";
  if (typeof value !== "string") {
    return refuse(
      "VRM_INVALID",
      "vrm",
      "Send the VRM as a string; an empty string or null means a passage without a VRM.",
    );
  }
  if (value.length <= limits.vrmCharacters) return value;
  return refuse(
    "VRM_INVALID",
    "vrm",
    `The VRM has ${value.length} characters; the most accepted is ${limits.vrmCharacters}.`,
  );
}

function refuseTime(lacksZone: boolean): Refusal {
  const message = lacksZone
    ? "The time has no zone. End it with Z or its offset, as in 2026-11-22T08:15:30.123Z."
    : "Send the capture time as RFC 3339 with milliseconds, as in 2026-11-22T08:15:30.123Z.";
  return refuse("CAPTURED_INVALID", "captured", message);
}

function readCountry(draft: Draft, value: unknown): Refusal | undefined {
  const country = typeof value === "string" && value.length <= 40 ? foldCountry(value) : null;
  if (country === null)
    return refuse("COUNTRY_INVALID", "country", "Send an ISO 3166-1 alpha-2 code, as in GB.");
  draft.country = country;
  return undefined;
}

function readPosition(draft: Draft, value: unknown): Refusal | undefined {
  const { lat, lon } = value as Partial<Position>;
  if (typeof lat !== "number" || typeof lon !== "number" || Math.abs(lat) > 90 || Math.abs(lon) > 180) {
    return refuse(
      "POSITION_INVALID",
      "position",
      "Send lat (-90 to 90) and lon (-180 to 180) in decimal degrees, WGS84.",
    );
  }
  if (isPosition(lat, lon)) draft.position = { lat, lon };
  return undefined;
}

function readText(
  draft: Draft,
  member: "make" | "model" | "colour",
  value: unknown,
  most: number,
): Refusal | undefined {
  if (typeof value !== "string" || value.length > most) {
    return refuse("TEXT_INVALID", member, `Send text of at most ${most} characters.`);
  }
  if (value !== "") draft[member] = value;
  return undefined;
}

function readImage(
  draft: Draft,
  member: "patch" | "overview",
  value: unknown,
  maxBytes: number,
): Refusal | undefined {
  if (typeof value !== "string") return refuse("IMAGE_INVALID", member, "Send the JPEG as a base64 string.");
  if (value === "") return undefined;
  const image = decodeJpeg(value, member, maxBytes);
  if (isRefusal(image)) return image;
  draft[member] = image;
  return undefined;
}

/** Whether a parsed value nests deeper than `levels`; stops as soon as that is known. */
function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (nestsDeeper(inner, levels - 1)) return true;
  return false;
}
