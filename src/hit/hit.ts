import type { HitReadFacts } from "../policy/facts.ts";
import type { Direction } from "../read/capture.ts";
import type { Position } from "../read/position.ts";
import type { Priority } from "../list/list-entry.ts";
import type { HitOutcome, HitState, HitStep, Verification } from "./life.ts";

export type ImageKind = "patch" | "overview";

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
    /** Of the mark: ISO 3166-1 alpha-2. */
    readonly country: string | null;
  };
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

/** What became of an entry after it raised a hit: it was taken off, ended, or says something else now (VOI-3). */
export type EntrySince =
  | {
      readonly what: "removed" | "expired";
      readonly at: Date;
      readonly by: string | null;
      readonly why: string;
    }
  | {
      readonly what: "changed";
      readonly instruction: string;
      readonly reason: string;
      readonly priority: Priority;
      readonly warnings: string | null;
    };

/** A hit with the entry as it was when the hit was raised, and beside it what became of the entry since. */
export interface Hit {
  /** Rises in the order in which hits became visible; the place in the stream. */
  readonly id: number;
  readonly state: HitState;
  readonly priority: Priority;
  readonly raised: Date;
  readonly captured: Date;
  readonly received: Date;
  readonly readId: string;
  readonly vrm: string;
  readonly sent: string;
  readonly confidence: number | null;
  readonly lane: number | null;
  readonly direction: Direction;
  readonly nrd: {
    readonly id: number;
    readonly name: string;
    readonly road: string;
    readonly direction: string;
  };
  readonly position: Position;
  /** Another hit on the mark, of the same organisation, where it cannot have been as well: one of the two carries a copy. */
  readonly elsewhere: {
    readonly hit: number;
    readonly nrd: { readonly id: number; readonly name: string };
    readonly captured: Date;
    readonly metres: number;
  } | null;
  readonly seen: NewHit["seen"];
  /** What the entry says the vehicle looks like. */
  readonly expected: NewHit["seen"];
  readonly warnings: string | null;
  readonly list: { readonly id: number; readonly name: string };
  /** Whose list it is. */
  readonly organisation: number;
  readonly entry: {
    readonly id: number;
    readonly reason: string;
    readonly instruction: string;
    readonly created: Date;
    /** Null while the entry stands as it was. */
    readonly since: EntrySince | null;
  };
  readonly images: readonly ImageKind[];
  readonly acknowledged: HitStep | null;
  readonly verified: (HitStep & { readonly result: Verification }) | null;
  readonly disposition: (HitStep & { readonly outcome: HitOutcome; readonly note: string }) | null;
}
