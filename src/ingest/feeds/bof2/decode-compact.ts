import type { Capture, Decoded } from "../../../read/capture.ts";
import type { Reception } from "./decode-capture.ts";
import { readConfidence, readIdentity, readMotion, readPosition, refuseVrm } from "./values.ts";

const FIELDS = 15;
/** Through the capture date; senders lose empty fields at the end. */
const LEAST_FIELDS = 7;
const LONGEST = 1_000;
const EPOCH_MS = /^\d{1,15}$/;

type Draft = { -readonly [Field in keyof Capture]: Capture[Field] };

/**
 * Decodes a compact string: fifteen fields joined by pipe and space, empty ones still delimited (PROTOCOLS 1.2). Split on the
 * pipe and trimmed, because the blank is lost on the way by some.
 */
export function decodeCompact(text: string, { source, limits }: Reception): Decoded {
  const fields = text.length <= LONGEST ? text.split("|").map((field) => field.trim()) : [];
  if (fields.length < LEAST_FIELDS || fields.length > FIELDS) {
    const message = `a compact capture has ${FIELDS} fields joined by "| " and at most ${LONGEST} characters`;
    return { refusal: { code: "CAPTURED_INVALID", path: "capture", message } };
  }
  const [, , vrm = "", feed, device, camera, date = "", lat, lon, , , , , confidenceText, motion] = fields;
  const nrd = readIdentity(feed, device, camera, source);
  if ("code" in nrd) return { refusal: nrd };
  const refusal = refuseVrm(vrm, limits.vrmCharacters);
  if (refusal) return { refusal };
  if (!EPOCH_MS.test(date)) {
    return {
      refusal: {
        code: "CAPTURED_INVALID",
        path: "captureDate",
        message: "give epoch milliseconds, digits only",
      },
    };
  }
  const draft: Draft = {
    nrd,
    vrm,
    captured: Number(date),
    timeQuality: "utc",
    direction: readMotion(motion),
  };
  const confidence = readConfidence(confidenceText);
  if (confidence !== undefined) draft.confidence = confidence;
  const position = readPosition(lat, lon, source.positionUnit);
  if (position) draft.position = position;
  return { capture: draft };
}
