import type { Priority } from "../list/list-entry.ts";
import type { Hit, ImageKind, NewHit } from "./hit.ts";
import type { HitAnswer, HitState } from "./life.ts";

/** One page of hits, newest first. */
export interface HitQuery {
  readonly organisation?: number;
  readonly state?: HitState;
  /** Everything that is not closed, when true. */
  readonly open?: boolean;
  readonly priority?: Priority;
  readonly list?: number;
  /** Captured at this moment (epoch ms) or later. */
  readonly since?: number;
  /** Closed ones are left out that were captured and closed before this moment (epoch ms). */
  readonly inHandSince?: number;
  /** Hits of these NRDs are left out. */
  readonly withheldNrds?: readonly number[];
  /** Only hits with a smaller id: the cursor of the page before. */
  readonly before?: number;
  readonly limit: number;
}

/** The hits on record. Every write is durable when it resolves; the caller writes the audit entry first. */
export interface HitStore {
  /**
   * Records hits, one for each read and list, of its most urgent entry: the same read and list again is nothing. Hits on entries
   * that have ended, or whose list is closed, are left out.
   */
  raise(hits: readonly NewHit[]): Promise<void>;
  /** Has the stream send again what was in another place than these hits, where one of the two plates must be a copy (VOI-8). */
  tellOfOtherPlaces(hits: readonly NewHit[]): Promise<void>;
  /** Notes images that reached a read after its hits were raised; whoever follows the stream hears of it as a change. */
  addImages(readId: string, kinds: readonly ImageKind[]): Promise<void>;
  list(query: HitQuery): Promise<readonly Hit[]>;
  byId(id: number): Promise<Hit | undefined>;
  /** Hits of one read, on lists of one organisation where it is given. */
  ofRead(readId: string, organisation?: number): Promise<readonly Hit[]>;
  /** Takes a step, from the states it may be taken from; undefined where the hit is in none of them, or is not there. */
  answer(id: number, answer: HitAnswer, by: number): Promise<Hit | undefined>;
}

/** What the outbox needs of the store. Both numbers rise in the order of commits. */
export interface HitFeed {
  /** The last hit and the last change of state committed. */
  head(): Promise<{ id: number; stateChange: number }>;
  /** Hits with a greater id, in order. */
  raisedAfter(id: number, limit: number): Promise<readonly Hit[]>;
  /** Hits whose state changed since, in the order of the changes. */
  changedAfter(stateChange: number, limit: number): Promise<readonly { hit: Hit; stateChange: number }[]>;
  onChange(heard: () => void): Promise<() => Promise<void>>;
}
