/** A glyph as pen strokes in a box 50 wide and 79 high: each stroke a list of x, y pairs. Drawn by us. */
export type Glyph = readonly (readonly number[])[];

/** Points of an ellipse's arc, degrees clockwise from east. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): number[] {
  const steps = Math.max(4, Math.ceil(Math.abs(to - from) / 18));
  return Array.from({ length: steps + 1 }, (_, at) => {
    const angle = ((from + ((to - from) * at) / steps) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  }).flat();
}

// The pen is 14 wide on a plate, so its middle runs from 7 to 43 and from 7 to 72.
const L = 7;
const R = 43;
const T = 7;
const B = 72;
const M = 25;
const H = 39;
const ROUND = [...arc(M, 25, 18, 18, 180, 360), ...arc(M, 54, 18, 18, 0, 180), L, 25];

/** Letters, figures and the marks a caption needs. Letter O and figure 0 are one shape, I and 1 another, as on real plates. */
export const GLYPHS: Readonly<Record<string, Glyph>> = {
  A: [
    [L, B, M, T, R, B],
    [14, 52, 36, 52],
  ],
  B: [
    [
      L,
      H,
      L,
      T,
      28,
      T,
      ...arc(28, 23, 14, 16, -90, 90),
      L,
      H,
      L,
      B,
      28,
      B,
      ...arc(28, 55.5, 15, 16.5, 90, -90),
    ],
  ],
  C: [[...arc(M, 25, 18, 18, -10, -180), ...arc(M, 54, 18, 18, 180, 10)]],
  D: [[L, T, 22, T, ...arc(22, 28, 21, 21, -90, 0), ...arc(22, 51, 21, 21, 0, 90), L, B, L, T]],
  E: [
    [41, T, L, T, L, B, 41, B],
    [L, H, 36, H],
  ],
  F: [
    [41, T, L, T, L, B],
    [L, H, 36, H],
  ],
  G: [[...arc(M, 25, 18, 18, -10, -180), ...arc(M, 54, 18, 18, 180, 0), R, 43, 28, 43]],
  H: [
    [L, T, L, B],
    [R, T, R, B],
    [L, H, R, H],
  ],
  I: [[M, T, M, B]],
  J: [[38, T, 38, 56, ...arc(23, 56, 15, 16, 0, 165)]],
  K: [
    [L, T, L, B],
    [42, T, 9, 45],
    [19, 36, R, B],
  ],
  L: [[9, T, 9, B, 42, B]],
  M: [[L, B, L, T, M, 46, R, T, R, B]],
  N: [[L, B, L, T, R, B, R, T]],
  O: [ROUND],
  P: [[L, B, L, T, 26, T, ...arc(26, 25.5, 17, 18.5, -90, 90), L, 44]],
  Q: [ROUND, [28, 54, 45, 75]],
  R: [
    [L, B, L, T, 26, T, ...arc(26, 24, 16, 17, -90, 90), L, 41],
    [24, 42, R, B],
  ],
  S: [
    [...arc(M, 23, 17, 16, -15, -180), ...arc(M, 23, 17, 16, 180, 90), ...arc(M, 55.5, 18, 16.5, -90, 165)],
  ],
  T: [
    [L, T, R, T],
    [M, T, M, B],
  ],
  U: [[L, T, L, 54, ...arc(M, 54, 18, 18, 180, 0), R, 54, R, T]],
  V: [[L, T, M, B, R, T]],
  W: [[5, T, 15, B, M, 28, 35, B, 45, T]],
  X: [
    [L, T, R, B],
    [R, T, L, B],
  ],
  Y: [
    [L, T, M, 42, R, T],
    [M, 42, M, B],
  ],
  Z: [[L, T, R, T, L, B, R, B]],
  "0": [ROUND],
  "1": [[M, T, M, B]],
  "2": [[...arc(M, 25, 17, 18, -170, 25), 8, B, R, B]],
  "3": [[...arc(24, 23, 16, 16, -160, 90), ...arc(24, 55.5, 18, 16.5, -90, 165)]],
  "4": [[31, B, 31, T, 6, 55, 45, 55]],
  "5": [[40, T, 11, T, 9, 36, ...arc(25, 51, 18, 21, -135, 155)]],
  "6": [[38, 9, 26, 14, ...arc(31, 52, 24, 40, -115, -180), ...arc(M, 52, 18, 20, 180, -180)]],
  "7": [[L, T, R, T, 19, B]],
  "8": [[...arc(M, 22.5, 16, 15.5, 90, 450)], [...arc(M, 55, 18, 17, -90, 270)]],
  "9": [[12, 70, 24, 65, ...arc(19, 27, 24, 40, 65, 0), ...arc(M, 27, 18, 20, 0, 360)]],
  ":": [
    [M, 26, M, 28],
    [M, 56, M, 58],
  ],
  "-": [[13, H, 37, H]],
  "/": [[36, T, 14, B]],
  ".": [[M, 70, M, 71]],
  ",": [[M, 68, 20, 80]],
  "'": [[M, T, M, 22]],
};

/** Width of a character's box in glyph units: I and 1 are narrow. */
export const glyphWidth = (character: string): number =>
  character === "I" || character === "1" ? 14 : ":.,'".includes(character) ? 16 : 50;
