import type { Capture, Decoded, Note, Refusal } from "../../../read/capture.ts";
import { keepImage } from "../../keep-images.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { readCaptureTime } from "../local-time.ts";
import { decodePicture } from "../picture.ts";
import type { FeedLimits, LateImage } from "../protocol.ts";
import type { Operation } from "./envelope.ts";
import { readConfidence, readIdentity, readMotion, readPosition, refuseVrm } from "./values.ts";

/** What decoding needs beside the message: who sends, how much is allowed, and the receive time in epoch ms. */
export interface Reception {
  readonly source: FeedSource;
  readonly limits: FeedLimits;
  readonly received: number;
}

type Draft = { -readonly [Field in keyof Capture]: Capture[Field] };

const isRefusal = (value: object): value is Refusal => "code" in value && "path" in value;

const TIME_MESSAGE = "give a dateTime, as in 2026-11-22T08:15:30.123Z";

/** What `sendCapture` and `addBinaryCaptureData` have in common: who, which VRM, when. */
function decodeKey(call: Operation, { source, limits, received }: Reception) {
  const nrd = readIdentity(
    call.parameter("feedidentifier", "feedid"),
    call.parameter("sourceidentifier", "sourceid"),
    call.parameter("cameraidentifier", "cameraid"),
    source,
  );
  if (isRefusal(nrd)) return nrd;
  const vrm = call.parameter("vrm") ?? "";
  const refusal = refuseVrm(vrm, limits.vrmCharacters);
  if (refusal) return refusal;
  const written = call.parameter("capturetime", "capturedate");
  const time = written ? readCaptureTime(written, source.timeZone, received) : null;
  if (!time)
    return { code: "CAPTURED_INVALID", path: "captureTime", message: TIME_MESSAGE } satisfies Refusal;
  return { nrd, vrm, ...time };
}

/**
 * Decodes `sendCapture` of 2.2 and 2.3. Preset, pan, tilt and zoom have no use here; an image that is no base64 is left out and
 * noted, because a sender that is told 0010 would throw the read away with it (READ-3).
 */
export function decodeCapture(call: Operation, reception: Reception): Decoded {
  const key = decodeKey(call, reception);
  if (isRefusal(key)) return { refusal: key };
  const { nrd, vrm, captured, timeQuality } = key;
  const direction = readMotion(call.parameter("motiontowardcamera"));
  const draft: Draft = { nrd, vrm, captured, timeQuality, direction };
  const confidence = readConfidence(call.parameter("confidencepercentage"));
  if (confidence !== undefined) draft.confidence = confidence;
  const { positionUnit } = reception.source;
  const position = readPosition(call.parameter("latitude"), call.parameter("longitude"), positionUnit);
  if (position) draft.position = position;
  const images = {
    patch: ["platejpegimage", "plateimage"],
    overview: ["overviewjpegimage", "overviewimage"],
  } as const;
  const notes: Note[] = [];
  for (const kind of ["patch", "overview"] as const) {
    const text = call.parameter(...images[kind]);
    if (!text) continue;
    const image = decodePicture(text, kind);
    if (Buffer.isBuffer(image)) draft[kind] = image;
    else notes.push(image);
  }
  return notes.length === 0 ? { capture: draft } : { capture: draft, notes };
}

/** Decodes `addBinaryCaptureData`: type `P` is the plate patch, `O` the overview. */
export async function decodeLateImage(
  call: Operation,
  reception: Reception,
): Promise<LateImage | Refusal | Note> {
  const key = decodeKey(call, reception);
  if (isRefusal(key)) return key;
  const type = call.parameter("binarydatatype")?.toUpperCase();
  if (type !== "P" && type !== "O") {
    return {
      code: "IMAGE_INVALID",
      path: "binaryDataType",
      message: "give P for the plate patch or O for the overview",
    };
  }
  const text = call.parameter("binaryimage");
  if (!text) return { code: "IMAGE_INVALID", path: "binaryImage", message: "there is no image" };
  const picture = decodePicture(text, "binaryImage");
  if (!Buffer.isBuffer(picture)) return picture;
  const { jpeg, note } = await keepImage(picture, "binaryImage", reception.limits.imageBytes);
  if (jpeg === null) return note;
  const { nrd, vrm, captured, resolutionMs } = key;
  return { nrd, vrm, captured, resolutionMs, kind: type === "P" ? "patch" : "overview", jpeg };
}
