import type { Area, Position } from "../read/position.ts";

/** Where an entry applies: at these NRDs (register ids), or on this piece of ground. */
export type Scope = { readonly nrds: readonly number[] } | { readonly area: Area };

/** One list entry as the match set needs it. */
export interface MatchEntry {
  /** u32, the entry's own for as long as it exists. */
  readonly id: number;
  /** A normalised VRM, or a pattern with `?` (one character) and `*` (any run of characters, also none). */
  readonly vrm: string;
  /** Epoch ms, inclusive; null: from ever. */
  readonly validFrom: number | null;
  /** Epoch ms, exclusive; null: until removed. */
  readonly validUntil: number | null;
  readonly scope: Scope | null;
}

/** What of a read decides a match. `vrm` is normalised, `nrd` the register's id, `captured` epoch ms. */
export interface MatchRead {
  readonly vrm: string;
  readonly nrd: number;
  readonly captured: number;
  readonly position: Position;
}

/** Whether an entry was taken; `why` is a sentence for the person who made the entry. */
export type AddResult =
  | { readonly kind: "added" | "replaced" }
  | {
      readonly kind: "refused";
      readonly code: "VRM_INVALID" | "PATTERN_INVALID" | "PATTERN_TOO_WIDE";
      readonly why: string;
    };
