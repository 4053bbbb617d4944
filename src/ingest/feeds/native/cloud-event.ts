import { decodeBase64 } from "../base64.ts";
import type { Json } from "./optional-members.ts";

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The read in a CloudEvent 1.0 of structured or batched mode (PROTOCOLS 11): its `data`, or `data_base64` with JSON in it. The
 * event's `time` is the capture time where the data has none.
 * @returns null when there is no object in it
 */
export function readOfEvent(event: Json): Json | null {
  const data = event["data"] ?? decoded(event["data_base64"]);
  if (!isObject(data)) return null;
  const { time } = event;
  return data["captured"] === undefined && time !== undefined ? { ...data, captured: time } : data;
}

function decoded(text: unknown): unknown {
  const bytes = typeof text === "string" ? decodeBase64(text) : null;
  try {
    return bytes && JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}
