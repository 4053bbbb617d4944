import type { HitReadFacts } from "../policy/facts.ts";
import type { Direction } from "../read/capture.ts";
import type { Position } from "../read/position.ts";
import type { Priority } from "../list/list-entry.ts";

export type ImageKind = "patch" | "overview";

/** How a person judged the plate patch and the overview (VOI-8). */
export const VERIFICATIONS = ["confirmed", "misread", "cloned", "unclear"] as const;
export type Verification = (typeof VERIFICATIONS)[number];

/** How a hit ended (VOI-9). */
export const HIT_OUTCOMES = ["interception", "arrest", "seizure", "no-action"] as const;
export type HitOutcome = (typeof HIT_OUTCOMES)[number];

/**
 * The life of a hit: new → acknowledged → verified → closed. It is verified before anyone may close it, because nobody acts
 * on a plate they have not looked at (VOI-8); a verification may be corrected until it is closed.
 */
export const HIT_STATES = ["new", "acknowledged", "verified", "closed"] as const;
export type HitState = (typeof HIT_STATES)[number];

/** A read that matched an entry. Times are epoch milliseconds UTC. */
export interface NewHit {
  readonly readId: string;
  readonly nrd: number;
  readonly captured: number;
  readonly received: number;
  /** Normalised, as matched. */
  readonly vrm: string;
  /** As the NRD sent it. */
  readonly sent: string;
  readonly entry: number;
  /** The organisation whose lists alone may hear of it; null: any. */
  readonly onlyFor: number | null;
  readonly images: readonly ImageKind[];
  readonly confidence: number | null;
  readonly lane: number | null;
  readonly direction: Direction;
  readonly seen: {
    readonly make: string | null;
    readonly model: string | null;
    readonly colour: string | null;
  };
}

/** One step of a hit's life. */
export interface HitStep {
  readonly by: { readonly id: number; readonly username: string };
  readonly at: Date;
}

/** What a decision about opening the read behind a hit looks at; `tagged` is its NRD where not for everybody. */
export const hitReadFacts = (hit: Hit, tagged: HitReadFacts["tagged"]): HitReadFacts => ({
  id: String(hit.id),
  list: hit.list.name,
  organisation: hit.organisation,
  captured: hit.captured.getTime(),
  received: hit.received.getTime(),
  state: hit.state,
  tagged,
});

/** A hit with the entry as it was when the hit was raised; what became of the entry later does not change it. */
export interface Hit {
  /** Rises in the order in which hits became visible; the place in the stream. */
  readonly id: number;
  readonly readId: string;
  readonly captured: Date;
  readonly received: Date;
  readonly raised: Date;
  readonly vrm: string;
  readonly sent: string;
  readonly confidence: number | null;
  readonly lane: number | null;
  readonly direction: Direction;
  readonly seen: NewHit["seen"];
  readonly images: readonly ImageKind[];
  readonly entry: number;
  readonly entryCreated: Date;
  readonly list: { readonly id: number; readonly name: string };
  /** Whose list it is. */
  readonly organisation: number;
  readonly priority: Priority;
  readonly reason: string;
  readonly instruction: string;
  readonly warnings: string | null;
  /** What the entry says the vehicle looks like. */
  readonly expected: NewHit["seen"];
  readonly site: {
    readonly nrd: number;
    readonly name: string;
    readonly road: string;
    readonly direction: string;
    readonly position: Position;
  };
  readonly state: HitState;
  readonly acknowledged: HitStep | null;
  readonly verified: (HitStep & { readonly result: Verification }) | null;
  readonly closed: (HitStep & { readonly outcome: HitOutcome; readonly note: string }) | null;
}
