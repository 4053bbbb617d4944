import { GLYPHS, glyphWidth } from "./glyphs.ts";

export type Rgb = readonly [number, number, number];

/** A picture as raw RGB bytes, row by row. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

export function blank(width: number, height: number, colour: Rgb): Canvas {
  const pixels = Buffer.allocUnsafe(width * height * 3);
  for (let at = 0; at < pixels.length; at += 3) pixels.set(colour, at);
  return { width, height, pixels };
}

/** Fills a rectangle, clipped to the canvas, blended where `opacity` is below 1. */
export function fill(
  canvas: Canvas,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: Rgb,
  opacity = 1,
): void {
  for (let row = Math.max(0, y); row < Math.min(canvas.height, y + height); row++)
    for (let column = Math.max(0, x); column < Math.min(canvas.width, x + width); column++)
      blend(canvas, (row * canvas.width + column) * 3, colour, opacity);
}

function blend({ pixels }: Canvas, at: number, colour: Rgb, opacity: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const under = pixels[at + channel] as number;
    pixels[at + channel] = under + ((colour[channel] as number) - under) * opacity;
  }
}

/** Lays a picture with an alpha channel (RGBA bytes) over the canvas. */
export function overlay(canvas: Canvas, sprite: Canvas, x: number, y: number): void {
  for (let row = 0; row < sprite.height; row++) {
    if (y + row < 0 || y + row >= canvas.height) continue;
    for (let column = 0; column < sprite.width; column++) {
      const from = (row * sprite.width + column) * 4;
      const alpha = sprite.pixels[from + 3] as number;
      if (alpha === 0 || x + column < 0 || x + column >= canvas.width) continue;
      const to = ((y + row) * canvas.width + x + column) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const under = canvas.pixels[to + channel] as number;
        canvas.pixels[to + channel] =
          under + (((sprite.pixels[from + channel] as number) - under) * alpha) / 255;
      }
    }
  }
}

/** How text is set: the height of its characters in pixels, the pen and the gaps in glyph units of 79 to that height. */
export interface Lettering {
  readonly height: number;
  readonly pen: number;
  readonly gap: number;
  readonly space: number;
}

/** The lettering of a number plate, in the proportions of the regulations. */
export const plateLettering = (height: number): Lettering => ({ height, pen: 14, gap: 11, space: 33 });

/** The width in pixels of a line of text. */
export function textWidth(text: string, lettering: Lettering): number {
  let units = 0;
  for (const character of text)
    units += character === " " ? lettering.space - lettering.gap : glyphWidth(character) + lettering.gap;
  return ((units - lettering.gap) * lettering.height) / 79;
}

/** Writes a line of text with its top left corner at x, y. Characters without a glyph leave a gap. */
export function write(
  canvas: Canvas,
  text: string,
  x: number,
  y: number,
  lettering: Lettering,
  colour: Rgb,
): void {
  const scale = lettering.height / 79;
  let left = x;
  for (const character of text) {
    if (character === " ") {
      left += (lettering.space - lettering.gap) * scale;
      continue;
    }
    const width = glyphWidth(character);
    stamp(canvas, maskOf(character, lettering), left - ((50 - width) / 2) * scale, y, colour);
    left += (width + lettering.gap) * scale;
  }
}

interface Mask {
  readonly width: number;
  readonly height: number;
  readonly pad: number;
  readonly cover: Float32Array;
}

const masks = new Map<string, Mask>();

// Each character is drawn once per size: the cover of a pixel is how far the pen reaches over it.
function maskOf(character: string, { height, pen }: Lettering): Mask {
  const key = `${character} ${height} ${pen}`;
  const kept = masks.get(key);
  if (kept !== undefined) return kept;
  const scale = height / 79;
  const pad = 2;
  const size = { width: Math.ceil(50 * scale) + 2 * pad, height: Math.ceil(79 * scale) + 2 * pad };
  const cover = new Float32Array(size.width * size.height);
  const strokes = GLYPHS[character] ?? [];
  for (let row = 0; row < size.height; row++)
    for (let column = 0; column < size.width; column++) {
      const away = distance(strokes, (column + 0.5 - pad) / scale, (row + 0.5 - pad) / scale);
      cover[row * size.width + column] = Math.min(1, Math.max(0, (pen / 2 - away) * scale + 0.5));
    }
  const mask = { ...size, pad, cover };
  masks.set(key, mask);
  return mask;
}

function distance(strokes: readonly (readonly number[])[], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const stroke of strokes)
    for (let at = 2; at < stroke.length; at += 2) {
      const [ax, ay, bx, by] = [stroke[at - 2], stroke[at - 1], stroke[at], stroke[at + 1]] as [
        number,
        number,
        number,
        number,
      ];
      const length = (bx - ax) ** 2 + (by - ay) ** 2;
      const along =
        length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
      nearest = Math.min(nearest, Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)));
    }
  return nearest;
}

function stamp(canvas: Canvas, mask: Mask, x: number, y: number, colour: Rgb): void {
  const left = Math.round(x) - mask.pad;
  const top = Math.round(y) - mask.pad;
  for (let row = 0; row < mask.height; row++)
    for (let column = 0; column < mask.width; column++) {
      const opacity = mask.cover[row * mask.width + column] as number;
      if (opacity === 0 || left + column < 0 || left + column >= canvas.width) continue;
      if (top + row < 0 || top + row >= canvas.height) continue;
      blend(canvas, ((top + row) * canvas.width + left + column) * 3, colour, opacity);
    }
}
