import type { Capture, Refusal } from "../read/capture.ts";
import type { Lateness } from "../read/lateness.ts";
import type { Nrd } from "../read/nrd.ts";
import type { Position } from "../read/position.ts";
import type { QuarantineCode } from "./outcome.ts";
import type { FeedSource } from "../source/feed-source.ts";

/** A capture on its way through the pipeline; the steps fill in what they find out. */
export interface Passage {
  readonly capture: Capture;
  readonly source: FeedSource;
  /** Epoch ms UTC. */
  readonly received: number;
  nrd: Nrd | null;
  /** Null for a passage without a readable VRM. */
  vrm: string | null;
  /** Where the vehicle was: the NRD's place, or its own report when it moves. */
  position: Position | null;
  lateness: Lateness;
}

/** A step's objection; null lets the passage go on. */
export type Objection =
  | { readonly verdict: "quarantined"; readonly code: QuarantineCode; readonly detail: string }
  | ({ readonly verdict: "refused" } & Refusal)
  | null;

/** One named judgement about a passage. */
export interface Step {
  readonly name: string;
  readonly judge: (passage: Passage) => Objection;
}

export const newPassage = (capture: Capture, source: FeedSource, received: number): Passage => ({
  capture,
  source,
  received,
  nrd: null,
  vrm: null,
  position: null,
  lateness: "prompt",
});
