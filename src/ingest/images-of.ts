import type { ReadKey } from "../archive/read.ts";
import type { Capture, Decoded, Note } from "../read/capture.ts";
import type { NewImage } from "./intake-stores.ts";

/** The images of a capture, as those of a read of the archive. */
export function imagesOf({ nrd, captured, n }: ReadKey, { patch, overview }: Capture): NewImage[] {
  const images: NewImage[] = [];
  if (patch) images.push({ nrd, captured, n, kind: "patch", jpeg: patch });
  if (overview) images.push({ nrd, captured, n, kind: "overview", jpeg: overview });
  return images;
}

/** Whether an element's outcome may need notes: it has some, or images that a repeat may add. */
export const hasMoreToSay = (element: Decoded): boolean =>
  "capture" in element &&
  (element.notes !== undefined ||
    element.capture.patch !== undefined ||
    element.capture.overview !== undefined);

/** What is said of an image that a repeat gave to its read. */
export const imageAdded = ({ kind }: NewImage): Note => ({
  code: "IMAGE_ADDED",
  path: kind,
  message: "The read had no such image; this one was added to it.",
});

/** The kinds of image that a capture has. */
export function imageKinds({ patch, overview }: Capture): readonly ("patch" | "overview")[] {
  return [...(patch ? (["patch"] as const) : []), ...(overview ? (["overview"] as const) : [])];
}

/** How many bytes of images an element holds. */
export const imageBytesOf = (element: Decoded): number =>
  "capture" in element ? (element.capture.patch?.length ?? 0) + (element.capture.overview?.length ?? 0) : 0;
