import sharp from "sharp";
import { blank, fill, plateLettering, textWidth, write, type Canvas, type Rgb } from "./canvas.ts";

/** The most a plate patch may weigh, in bytes (the policy pack's limit, which the drawing keeps by itself). */
export const PATCH_BYTES = 3_072;

const WHITE: Rgb = [246, 246, 242];
const YELLOW: Rgb = [250, 205, 40];
const INK: Rgb = [18, 18, 20];

/** Paints a plate into a rectangle: white in front, yellow behind, the mark as wide as fits. */
export function paintPlate(
  canvas: Canvas,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  mark: string,
  rear: boolean,
  light = 1,
): void {
  const shade = (colour: Rgb): Rgb => [colour[0] * light, colour[1] * light, colour[2] * light];
  fill(canvas, box.x, box.y, box.width, box.height, shade(rear ? YELLOW : WHITE));
  let height = Math.round(box.height * 0.72);
  while (height > 5 && textWidth(mark, plateLettering(height)) > box.width * 0.94) height--;
  const lettering = plateLettering(height);
  const x = box.x + (box.width - textWidth(mark, lettering)) / 2;
  write(canvas, mark, x, box.y + Math.round((box.height - height) / 2), lettering, INK);
}

/**
 * The picture of a plate as JPEG, 240 by 60 pixels, at most 3,072 bytes: the true mark, as the camera saw it.
 * `mark` with its space; `rear` makes it yellow; `light` from 0.5 (night) to 1.
 */
export async function drawPatch(mark: string, rear: boolean, light = 1): Promise<Buffer> {
  const canvas = blank(240, 60, [44 * light, 46 * light, 50 * light]);
  paintPlate(canvas, { x: 4, y: 4, width: 232, height: 52 }, mark, rear, light);
  return encode(canvas, PATCH_BYTES, 54);
}

/** Encodes a canvas as JPEG of at most so many bytes, giving up quality where it must. */
export async function encode(canvas: Canvas, limit: number, quality: number): Promise<Buffer> {
  for (let step = quality; ; step -= 15) {
    const jpeg = await sharp(canvas.pixels, {
      raw: { width: canvas.width, height: canvas.height, channels: 3 },
    })
      .jpeg({ quality: Math.max(10, step) })
      .toBuffer();
    if (jpeg.length <= limit || step <= 10) return jpeg;
  }
}
