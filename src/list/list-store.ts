import type { MatchEntry } from "../match/match-entry.ts";
import type {
  EntryTexts,
  EntryVerdict,
  ListEntry,
  NewListEntry,
  NewVehicleList,
  VehicleList,
} from "./list-entry.ts";

/** The most entries one call takes; longer imports come in parts. */
export const LARGEST_ADDITION = 10_000;

/** A change to what is matched: an entry that now applies, or one that no longer does. */
export type ListChange =
  | { readonly kind: "add"; readonly entry: MatchEntry }
  | { readonly kind: "remove"; readonly id: number; readonly vrm: string };

/** What an entry said until somebody gave it other texts. */
export interface ReplacedTexts extends EntryTexts {
  readonly replacedBy: number;
  readonly replacedAt: Date;
}

/** An entry whose validity is over, and whose list it is on. */
export interface EndedEntry {
  readonly id: number;
  readonly list: number;
  readonly organisation: number;
  readonly vrm: string;
}

/** What the lists hold (VOI-2). Every write is durable when it resolves; the caller writes the audit entry. */
export interface ListStore {
  /** @throws Problem CONFLICT when the organisation has a list of that name */
  create(list: NewVehicleList): Promise<VehicleList>;
  all(): Promise<readonly VehicleList[]>;
  byId(id: number): Promise<VehicleList | undefined>;
  /** By id ascending, after an entry id. */
  entries(
    list: number,
    page: { state?: ListEntry["state"]; vrm?: string; after?: number; limit: number },
  ): Promise<readonly ListEntry[]>;
  entry(id: number): Promise<ListEntry | undefined>;
  /** What an entry said before, first to last. */
  texts(entry: number): Promise<readonly ReplacedTexts[]>;
  /**
   * Adds entries, each judged by itself; one that is there is left or changed, and its old texts are kept. Verdicts in the order
   * given.
   * @throws Problem NOT_FOUND, CONFLICT when the list is closed, TOO_LARGE above LARGEST_ADDITION
   */
  add(list: number, entries: readonly NewListEntry[], by: number): Promise<readonly EntryVerdict[]>;
  /**
   * Confirms those of these entries of a list that wait for another person than `by` and have not ended; what they replace ends.
   * @returns the entries confirmed
   */
  confirm(list: number, entries: readonly number[], by: number): Promise<readonly ListEntry[]>;
  /** @throws Problem NOT_FOUND, CONFLICT when it has ended already, INPUT_INVALID without a reason */
  remove(entry: number, why: string, by: number): Promise<ListEntry>;
  /** Entries, active or awaiting, whose validity is over at a moment (epoch ms), list by list, at most so many. */
  ended(now: number, limit: number): Promise<readonly EndedEntry[]>;
  /** Ends those of these entries that have not ended and whose validity is over; answers how many. */
  expire(entries: readonly number[], now: number): Promise<number>;
}

/** What follows the lists needs of them. Sequence numbers rise in the order of commits. */
export interface ListFeed {
  /** The last change number committed. */
  sequence(): Promise<number>;
  /** All active entries, in pages. */
  loadAll(pageSize?: number): AsyncIterable<readonly MatchEntry[]>;
  /** Changes after a number, in order, at most `limit`, and the number reached. */
  changedSince(
    sequence: number,
    limit: number,
  ): Promise<{ changes: readonly ListChange[]; sequence: number }>;
  onChange(heard: () => void): Promise<() => Promise<void>>;
}
