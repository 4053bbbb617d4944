import type { Decoded, Refusal, RefusalCode } from "../../../read/capture.ts";
import type { NrdReference } from "../../../read/nrd.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import type { FeedLimits } from "../protocol.ts";
import { instantOf, readTime } from "../timestamp.ts";
import { readOfEvent } from "./cloud-event.ts";
import type { NativeOptions } from "./native-options.ts";
import { readMember, type Json, type Reading } from "./optional-members.ts";

/** Five digits, as the identity triple of BOF2 has them. */
export const LARGEST_IDENTIFIER = 99_999;
const REGISTER_ID = /^[1-9]\d{0,9}$/;

const refuse = (code: RefusalCode, path: string, message: string): Refusal => ({ code, path, message });
const isRefusal = (value: object): value is Refusal => "code" in value;

/**
 * Checks one read of the native JSON form by hand, because this runs 50,000 times a second. What a read can do without never
 * costs it: what makes no sense is left out and noted (READ-3).
 * @param element one parsed JSON value: a read, or a CloudEvent whose data is one.
 * @returns the capture, or why there is none: the first thing wrong, with its path.
 */
export function decodeNative(element: unknown, source: FeedSource, options: NativeOptions): Decoded {
  if (typeof element !== "object" || element === null || Array.isArray(element)) {
    return { refusal: refuse("JSON_INVALID", "", "A read is a JSON object.") };
  }
  const read =
    (element as Json)["specversion"] === undefined ? (element as Json) : readOfEvent(element as Json);
  if (read === null)
    return { refusal: refuse("JSON_INVALID", "data", "The data of the CloudEvent is not a read.") };
  const nrd = readNrd(read["nrd"], source);
  if (isRefusal(nrd)) return { refusal: nrd };
  const vrm = readVrm(read["vrm"], options.limits);
  if (typeof vrm !== "string") return { refusal: vrm, nrd };
  const written = read["captured"];
  const time = typeof written === "string" ? readTime(written) : null;
  if (time === null || time.offsetMinutes === null) return { refusal: refuseTime(time !== null), nrd };
  const capture = { nrd, vrm, captured: instantOf(time), timeQuality: time.utc ? "utc" : "offset" } as const;
  const reading: Reading = { draft: capture, notes: null, options };
  for (const member in read) {
    const value = read[member];
    if (value === null) continue;
    const refusal = readMember(reading, member, value);
    if (refusal) return { refusal, nrd };
  }
  return reading.notes === null ? { capture } : { capture, notes: reading.notes };
}

const isIdentifier = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= LARGEST_IDENTIFIER && Number.isInteger(value);

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
