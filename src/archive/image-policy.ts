import { Turns } from "../flow/turns.ts";
import type { ImageTreatment } from "./image-index.ts";
import type { ReadImage } from "./image-vault.ts";
import { smallerJpeg } from "./jpeg.ts";

/** An image as it will be kept. */
export interface FittedImage extends ReadImage {
  readonly treatment: ImageTreatment;
}

/** Largest bytes of each kind, from the policy pack. */
export interface ImageLimits {
  readonly patchBytes: number;
  readonly overviewBytes: number;
}

/**
 * Makes images fit the policy's size before they are kept: smaller steps of quality and width, metadata gone. What fits is
 * not touched; what cannot be decoded or made to fit is kept as sent and marked, because a read's image is never lost.
 * @param atOnce images re-encoded side by side
 */
export function fitImages(
  limits: ImageLimits,
  atOnce = 2,
): (images: readonly ReadImage[]) => Promise<FittedImage[]> {
  const caps = { patch: limits.patchBytes, overview: limits.overviewBytes };
  const turns = new Turns(atOnce);
  return (images) =>
    Promise.all(
      images.map(async (image) => {
        const cap = caps[image.kind];
        if (image.jpeg.length <= cap) return { ...image, treatment: "as-sent" as const };
        return turns.take(() => shrink(image, cap));
      }),
    );
}

async function shrink(image: ReadImage, cap: number): Promise<FittedImage> {
  const jpeg = await smallerJpeg(image.jpeg, cap);
  // Not a picture this decoder understands: the bytes as sent are still evidence.
  if (jpeg === null) return { ...image, treatment: "oversize" };
  return { ...image, jpeg, treatment: "reencoded" };
}
