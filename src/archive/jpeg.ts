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

/** True for bytes that begin like a JPEG (FF D8 FF); nothing more is looked at on the way in. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length > 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** At a place in the file, the bytes it begins with; more than one where a form has several. */
type Beginning = readonly [at: number, bytes: string];
/** JPEG, PNG, GIF, WebP, TIFF, AVIF: what cameras send, and nothing that can name other files or run for long, as SVG can. */
const PICTURES: readonly (readonly Beginning[])[] = [
  [[0, "\xff\xd8\xff"]],
  [[0, "\x89PNG\r\n\x1a\n"]],
  [[0, "GIF8"]],
  [
    [0, "RIFF"],
    [8, "WEBP"],
  ],
  [[0, "II*\0"]],
  [[0, "MM\0*"]],
  [[4, "ftypavi"]],
];

/** Whether bytes begin like a picture that is decoded here; the decoder goes by the same bytes. */
const isPicture = (bytes: Buffer): boolean =>
  PICTURES.some((beginnings) =>
    beginnings.every(([at, text]) => bytes.toString("latin1", at, at + text.length) === text),
  );

/** A JPEG of at most `mostBytes` with the same picture, without metadata; null when it cannot be decoded or made to fit. */
export const smallerJpeg = (jpeg: Buffer, mostBytes: number): Promise<Buffer | null> =>
  encode(jpeg, mostBytes, SMALLER);

/** The same of a PNG, WebP, GIF, TIFF or AVIF; of several pictures in one file the first. */
export const convertedJpeg = (picture: Buffer, mostBytes: number): Promise<Buffer | null> =>
  encode(picture, mostBytes, CONVERTED);

async function encode(picture: Buffer, mostBytes: number, steps: readonly Step[]): Promise<Buffer | null> {
  if (!isPicture(picture)) return null;
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
