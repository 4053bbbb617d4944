import sharp from "sharp";

/** A small file can claim a huge picture; such a one is never unfolded in memory. */
const LARGEST_PICTURE = 50_000_000;
const LONGEST_SECONDS = 5;

/** Quality and share of the width. */
type Step = readonly [quality: number, scale: number];

/** Tried in this order until the result is small enough. */
const SMALLER: readonly Step[] = [
  [75, 1],
  [55, 1],
  [60, 0.7],
  [45, 0.7],
  [50, 0.5],
  [40, 0.35],
  [40, 0.25],
  [30, 0.15],
];
/** For what was no JPEG, nothing is lost where it need not be. */
const CONVERTED: readonly Step[] = [[92, 1], ...SMALLER];

// What cameras send, and nothing that can name other files or run for long: no SVG, no PDF, no raw pixels.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadJpeg",
    "VipsForeignLoadPng",
    "VipsForeignLoadWebp",
    "VipsForeignLoadTiff",
    "VipsForeignLoadNsgif",
    "VipsForeignLoadHeif",
  ],
});

/** True for bytes that begin like a JPEG (FF D8 FF); nothing more is looked at on the way in. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length > 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** A JPEG of at most `mostBytes` with the same picture, without metadata; null when it cannot be decoded or made to fit. */
export const smallerJpeg = (jpeg: Buffer, mostBytes: number): Promise<Buffer | null> =>
  encode(jpeg, mostBytes, SMALLER);

/** The same of a PNG, WebP, GIF, TIFF or AVIF; of several pictures in one file the first. */
export const convertedJpeg = (picture: Buffer, mostBytes: number): Promise<Buffer | null> =>
  encode(picture, mostBytes, CONVERTED);

async function encode(picture: Buffer, mostBytes: number, steps: readonly Step[]): Promise<Buffer | null> {
  try {
    const { width } = await sharp(picture, { limitInputPixels: LARGEST_PICTURE }).metadata();
    for (const [quality, scale] of steps) {
      const jpeg = await sharp(picture, { limitInputPixels: LARGEST_PICTURE })
        .timeout({ seconds: LONGEST_SECONDS })
        .autoOrient()
        .resize({ width: Math.max(1, Math.round(width * scale)), withoutEnlargement: true })
        .flatten({ background: "white" })
        .jpeg({ quality, mozjpeg: false })
        .toBuffer();
      if (jpeg.length <= mostBytes) return jpeg;
    }
  } catch {
    // Not a picture that this decoder understands; the caller knows what becomes of its bytes.
  }
  return null;
}
