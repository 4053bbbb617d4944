import type { Capture, Decoded, Direction } from "../../../read/capture.ts";
import type { NrdReference } from "../../../read/nrd.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { readCaptureTime, type CaptureTime } from "../local-time.ts";
import type { ProtocolContext } from "../protocol.ts";
import { shortText } from "../short-text.ts";
import { countryOf } from "./country.ts";
import type { HikvisionEvent } from "./event.ts";
import { positionOf } from "./gps.ts";
import type { Pictures } from "./pair-pictures.ts";

const LARGEST_LANE = 20;
const LONGEST_KEY = 100;
const DIRECTIONS: Readonly<Record<string, Direction>> = { forward: "towards", reverse: "away" };
const ABSOLUTE = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})?$/;

type Draft = { -readonly [Field in keyof Capture]: Capture[Field] };

/**
 * The device key `hikvision:<mac>/<channel>`, the MAC address in lower case without separators; without one, the device's
 * UUID, then its address. Null when the event names no device at all. A source with one NRD behind it needs no name.
 */
function referenceOf(event: HikvisionEvent, source: FeedSource): NrdReference | null {
  if (source.nrd !== null) return { kind: "id", id: source.nrd };
  const mac = event.mac.toLowerCase().replace(/[^0-9a-f]/g, "");
  const device = mac.length === 12 ? mac : event.deviceUuid || event.ipAddress;
  if (device === "") return null;
  return { kind: "device", key: `hikvision:${device}/${event.channel || "1"}`.slice(0, LONGEST_KEY) };
}

/**
 * `dateTime`; else `absTime`, which is local; else the receive time. So it is for a clock that cannot be right, as of a camera
 * that lost its battery: it has been acknowledged, and a read with a marked guess is more than none (PROTOCOLS 2, READ-3).
 */
function timeOf(event: HikvisionEvent, { source, received, believes }: Reception): CaptureTime {
  const time = readCaptureTime(event.dateTime, source.timeZone, received);
  if (time && believes(time.captured, received)) return time;
  const [, year, month, day, hour, minute, second, fraction] = ABSOLUTE.exec(event.absTime) ?? [];
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction ?? "000"}`;
  const local = year === undefined ? null : readCaptureTime(written, source.timeZone, received);
  if (local && believes(local.captured, received)) return local;
  return { captured: received, timeQuality: "receive-fallback", resolutionMs: 1 };
}

/** What decoding needs beside the event. */
export interface Reception extends Pick<ProtocolContext, "limits" | "believes"> {
  readonly source: FeedSource;
  /** Epoch ms. */
  readonly received: number;
}

/**
 * Decodes a number plate event. What is optional and makes no sense is left out rather than refused, because a camera cannot
 * be told; the plate text stays as sent, `unknown` and colour characters included.
 */
export function decodeEvent(event: HikvisionEvent, pictures: Pictures, reception: Reception): Decoded {
  const { source, limits } = reception;
  const nrd = referenceOf(event, source);
  if (!nrd) {
    const message =
      "The event has no macAddress, deviceUUID or ipAddress; give this camera a secret path of its own.";
    return { refusal: { code: "NRD_MISSING", path: "macAddress", message } };
  }
  if (event.vrm.length > limits.vrmCharacters) {
    const message = `The plate has ${event.vrm.length} characters; at most ${limits.vrmCharacters} are read.`;
    return { refusal: { code: "VRM_INVALID", path: "ANPR.licensePlate", message }, nrd };
  }
  const { captured, timeQuality } = timeOf(event, reception);
  const draft: Draft = { nrd, vrm: event.vrm, captured, timeQuality, ...pictures };
  draft.direction = DIRECTIONS[event.direction.toLowerCase()] ?? "unknown";
  const lane = Number(event.lane);
  if (Number.isInteger(lane) && lane >= 1 && lane <= LARGEST_LANE) draft.lane = lane;
  const confidence = Number(event.confidence);
  if (event.confidence !== "" && confidence >= 0 && confidence <= 100) draft.confidence = confidence;
  const country = countryOf(event.country);
  if (country !== undefined) draft.country = country;
  const position = positionOf(event.gps);
  if (position) draft.position = position;
  const { text: colour, note } = shortText(event.colour, "colour", limits.textCharacters);
  if (colour !== "" && colour !== "unknown") draft.colour = colour;
  return note === null ? { capture: draft } : { capture: draft, notes: [note] };
}
