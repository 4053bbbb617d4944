import { convertedJpeg, isJpeg, smallerJpeg } from "../archive/jpeg.ts";
import { Turns } from "../flow/turns.ts";
import type { Decoded, Note, NoteCode } from "../read/capture.ts";

/** Pictures are decoded so many at a time, so that they never take all processors from the reads. */
const turns = new Turns(2);

/** What became of the bytes of one image: the JPEG to keep, or why there is none. */
export type KeptImage =
  | { readonly jpeg: Buffer; readonly note: Note | null }
  | { readonly jpeg: null; readonly note: Note };

const noteOf = (code: NoteCode, path: string, message: string): Note => ({ code, path, message });

/**
 * A JPEG of at most `mostBytes`: as sent where it is one; otherwise converted or made smaller; null where it cannot be read.
 * @param path the field it came in, for the note
 */
export async function keepImage(bytes: Buffer, path: string, mostBytes: number): Promise<KeptImage> {
  const jpeg = isJpeg(bytes);
  if (jpeg && bytes.length <= mostBytes) return { jpeg: bytes, note: null };
  const made = await turns.take(() => (jpeg ? smallerJpeg : convertedJpeg)(bytes, mostBytes));
  if (made !== null) {
    const was = jpeg ? `had ${bytes.length} bytes and was made smaller` : "was no JPEG and was converted";
    return { jpeg: made, note: noteOf("IMAGE_CONVERTED", path, `The image ${was}.`) };
  }
  const note =
    bytes.length > mostBytes
      ? noteOf("IMAGE_TOO_LARGE", path, `The image has ${bytes.length} bytes; send at most ${mostBytes}.`)
      : noteOf(
          "IMAGE_INVALID",
          path,
          "The image was left out: it is no picture that can be read. Send JPEG.",
        );
  return { jpeg: null, note };
}

const needsWork = (image: Buffer | undefined, mostBytes: number): boolean =>
  image !== undefined && !(isJpeg(image) && image.length <= mostBytes);

/**
 * The same elements with images that can be kept: a bad image never costs its read, and the element says what was done
 * (READ-2, READ-3). Elements whose images are JPEG of that size, or that have none, are passed on as they are.
 */
export async function keepImages(
  elements: readonly Decoded[],
  mostBytes: number,
): Promise<readonly Decoded[]> {
  return elements.every((element) => isFine(element, mostBytes))
    ? elements
    : Promise.all(elements.map((element) => keepOf(element, mostBytes)));
}

const isFine = (element: Decoded, mostBytes: number): boolean =>
  "refusal" in element ||
  !(needsWork(element.capture.patch, mostBytes) || needsWork(element.capture.overview, mostBytes));

async function keepOf(element: Decoded, mostBytes: number): Promise<Decoded> {
  if (isFine(element, mostBytes) || "refusal" in element) return element;
  const { capture, notes = [] } = element;
  const { patch, overview, ...rest } = capture;
  const kept: { -readonly [Kind in "patch" | "overview"]?: Buffer } = {};
  const said: Note[] = [...notes];
  for (const [kind, bytes] of [["patch", patch] as const, ["overview", overview] as const]) {
    if (bytes === undefined) continue;
    const { jpeg, note } = await keepImage(bytes, kind, mostBytes);
    if (jpeg) kept[kind] = jpeg;
    if (note) said.push(note);
  }
  return { capture: { ...rest, ...kept }, notes: said };
}
