import { Problem } from "../../../errors.ts";
import type { Decoded, Note } from "../../../read/capture.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { splitMultipart, type Part } from "../multipart.ts";
import { decodeJson } from "./decode-json.ts";
import type { NativeOptions } from "./native-options.ts";

type Kind = "patch" | "overview";

/** What senders call the two images, in lower case without punctuation. */
const NAMES: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    patch: "patch",
    plate: "patch",
    platepatch: "patch",
    plateimage: "patch",
    platejpegimage: "patch",
    licenseplatepicture: "patch",
    overview: "overview",
    overviewimage: "overview",
    overviewjpegimage: "overview",
    detectionpicture: "overview",
    vehicleimage: "overview",
  } as const),
);

/** A `read` part and the parts that belong to it: those up to the next `read`, and for the first also those before it. */
interface Group {
  readonly read: Part;
  readonly others: Part[];
}

/**
 * Decodes a multipart body: `read` parts with JSON, and image parts `patch` and `overview` that belong to the read before them.
 * @returns one element for each read; a part that could not be used is noted
 * @throws Problem INPUT_INVALID when the body cannot be taken apart or has too many parts; JSON_INVALID when a `read` is no JSON
 */
export function decodeMultipart(
  body: Buffer,
  boundary: string | null,
  source: FeedSource,
  options: NativeOptions,
): readonly Decoded[] {
  const most = options.limits.parts;
  const split = splitMultipart(body, boundary, most);
  const groups = groupsOf(split?.parts ?? []);
  if (split === null || split.more || groups.length === 0) {
    throw new Problem(
      "INPUT_INVALID",
      `Send a part named read, and JPEG parts patch and overview; at most ${most} parts.`,
    );
  }
  return groups.flatMap(({ read, others }) => {
    const [first, ...rest] = decodeJson(read.body, source, options);
    return first === undefined ? [] : [withParts(first, others, rest.length > 0), ...rest];
  });
}

function groupsOf(parts: readonly Part[]): readonly Group[] {
  const groups: Group[] = [];
  const before: Part[] = [];
  for (const part of parts) {
    if (part.name === "read") groups.push({ read: part, others: groups.length === 0 ? before : [] });
    else (groups.at(-1)?.others ?? before).push(part);
  }
  return groups;
}

function kindOf({ name, fileName }: Part): Kind | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/\.\w+$|[^a-z]/g, "");
  return NAMES.get(plain(name)) ?? NAMES.get(plain(fileName));
}

/** The read with its images; of a `read` part with several reads nobody knows which one an image shows. */
function withParts(decoded: Decoded, parts: readonly Part[], isOneOfSeveral: boolean): Decoded {
  if ("refusal" in decoded) return decoded;
  const images: { patch?: Buffer; overview?: Buffer } = {};
  const notes: Note[] = [...(decoded.notes ?? [])];
  for (const part of parts) {
    if (part.body.length === 0) continue;
    const kind = isOneOfSeveral ? undefined : kindOf(part);
    if (kind !== undefined && images[kind] === undefined) images[kind] = part.body;
    else notes.push(unused(part));
  }
  const capture = { ...decoded.capture, ...images };
  return notes.length === 0 ? { capture } : { capture, notes };
}

const unused = ({ name, fileName }: Part): Note => ({
  code: "IMAGE_INVALID",
  path: (name || fileName).slice(0, 40),
  message: "The part was left out: send one image of each kind, named patch or overview, behind its read.",
});
