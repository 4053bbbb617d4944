import { VRM_MAX_LENGTH } from "../read/vrm.ts";
import { packedDigit } from "../read/vrm-pack.ts";
import type { AddResult } from "./match-entry.ts";

/** The longest pattern text worth looking at. */
const PATTERN_MAX_LENGTH = 32;

/** How wide a pattern may be; engineering limits that keep the cost of one read small. */
export interface PatternLimits {
  /** Letters and digits that a pattern must name; default 2. */
  readonly minFixed?: number;
  /** Ways to write the pattern in fixed lengths; default 256. */
  readonly maxExpansions?: number;
}

/** A pattern of one length: bit i of `mask` is set where position i is fixed; `key` packs those, 0 elsewhere. */
export interface Expansion {
  readonly length: number;
  readonly mask: number;
  readonly key: number;
}

export type PatternResult =
  | { readonly kind: "expansions"; readonly expansions: readonly Expansion[] }
  | Extract<AddResult, { kind: "refused" }>;

/** Whether an entry's text is a pattern rather than a VRM. */
export const isPattern = (text: string): boolean => text.includes("?") || text.includes("*");

/**
 * Writes a pattern of A–Z, 0–9, `?` (one character) and `*` (any run, also none) as fixed-length masks of 1 to 10
 * characters, each once. Refuses with a reason what is malformed, longer than a VRM, or wider than the limits.
 */
export function expandPattern(pattern: string, limits: PatternLimits = {}): PatternResult {
  const { minFixed = 2, maxExpansions = 256 } = limits;
  const refuse = (code: "PATTERN_INVALID" | "PATTERN_TOO_WIDE", why: string): PatternResult => ({
    kind: "refused",
    code,
    why,
  });
  if (pattern.length > PATTERN_MAX_LENGTH) {
    return refuse("PATTERN_INVALID", `The pattern is longer than ${PATTERN_MAX_LENGTH} characters.`);
  }
  if (!/^[A-Z0-9?*]+$/.test(pattern)) {
    return refuse("PATTERN_INVALID", "A pattern can contain only A to Z, 0 to 9, ? and *.");
  }
  const pieces = pattern.replace(/\*+/g, "*").split("*");
  const shortest = pieces.join("").length;
  if (shortest > VRM_MAX_LENGTH) {
    return refuse(
      "PATTERN_INVALID",
      `The pattern needs ${shortest} characters; a VRM has at most ${VRM_MAX_LENGTH}.`,
    );
  }
  const fixed = pieces.join("").replaceAll("?", "").length;
  if (fixed < minFixed) {
    return refuse(
      "PATTERN_TOO_WIDE",
      `The pattern has ${fixed} letters or digits; it needs at least ${minFixed}.`,
    );
  }
  const expansions = new Map<string, Expansion>();
  for (const text of fillings(pieces, VRM_MAX_LENGTH - shortest)) {
    if (text === "") continue;
    expansions.set(text, expansionOf(text));
    if (expansions.size > maxExpansions) {
      return refuse(
        "PATTERN_TOO_WIDE",
        `The pattern can be expanded in more than ${maxExpansions} ways; use fewer *.`,
      );
    }
  }
  return { kind: "expansions", expansions: [...expansions.values()] };
}

/** Every text that puts 0 to `room` question marks, in all, in the gaps between the pieces. */
function* fillings(pieces: readonly string[], room: number): Generator<string> {
  const [first = "", ...rest] = pieces;
  if (rest.length === 0) {
    yield first;
    return;
  }
  for (let gap = 0; gap <= room; gap++) {
    for (const tail of fillings(rest, room - gap)) yield first + "?".repeat(gap) + tail;
  }
}

function expansionOf(text: string): Expansion {
  let mask = 0;
  for (let at = 0; at < text.length; at++) if (text[at] !== "?") mask |= 1 << at;
  return { length: text.length, mask, key: maskedKey(text, mask) };
}

/** The characters of a text at the positions of a mask, packed to base 37 with 0 elsewhere. No allocation. */
export function maskedKey(text: string, mask: number): number {
  let key = 0;
  for (let at = 0; at < text.length; at++) {
    key *= 37;
    if ((mask >>> at) & 1) key += packedDigit(text.charCodeAt(at));
  }
  return key;
}
