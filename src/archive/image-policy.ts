import sharp from "sharp";
import type { ImageTreatment } from "./image-index.ts";
import type { ReadImage } from "./image-vault.ts";

/** An image as it will be kept. */
export interface FittedImage extends ReadImage {
  readonly treatment: ImageTreatment;
}

/** Largest bytes of each kind, from the policy pack. */
export interface ImageLimits {
  readonly patchBytes: number;
  readonly overviewBytes: number;
}

/** Quality and share of the width, tried in this order until the result is small enough. */
const STEPS: readonly (readonly [quality: number, scale: number])[] = [
  [75, 1],
  [55, 1],
  [60, 0.7],
  [45, 0.7],
  [50, 0.5],
  [40, 0.35],
  [40, 0.25],
  [30, 0.15],
];
/** A small JPEG can claim a huge picture; such a one is kept as sent rather than unfolded in memory. */
const LARGEST_PICTURE = 50_000_000;

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
  try {
    const { width } = await sharp(image.jpeg, { limitInputPixels: LARGEST_PICTURE }).metadata();
    for (const [quality, scale] of STEPS) {
      const jpeg = await sharp(image.jpeg, { limitInputPixels: LARGEST_PICTURE })
        .autoOrient()
        .resize({ width: Math.max(1, Math.round(width * scale)), withoutEnlargement: true })
        .jpeg({ quality, mozjpeg: false })
        .toBuffer();
      if (jpeg.length <= cap) return { ...image, jpeg, treatment: "reencoded" };
    }
  } catch {
    // Not a picture this decoder understands: the bytes as sent are still evidence.
  }
  return { ...image, treatment: "oversize" };
}

/** So many pieces of work at a time; the others wait in order. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
