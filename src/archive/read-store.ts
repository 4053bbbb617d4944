import type { Grant } from "../policy/grant.ts";
import type { Area } from "../read/position.ts";
import type { Read, ReadKey } from "./read.ts";

/** A page of an answer. `next` is the cursor of the page after it, null at the end; newest capture first. */
export interface FoundPage {
  /** Reads in the whole answer, not on the page. */
  readonly count: number;
  /** Reads of the answer that go before this page. */
  readonly before: number;
  readonly items: readonly Read[];
  readonly next: string | null;
}

/** Time range (epoch ms UTC, `to` exclusive) and page of a query. */
export interface PageRequest {
  readonly from: number;
  readonly to: number;
  /** Never more than the grant's page limit is given out (INV-6). */
  readonly limit: number;
  /** `next` of the page before; null for the first. */
  readonly cursor: string | null;
}

/** Enough of a stored read to tell whether another is the same. */
export type StoredRead = ReadKey & { readonly vrm: string | null; readonly sent: string };

/**
 * The archive of reads. Queries see nothing captured or received before the grant's access floor (RET-1), nothing outside
 * its scope, and nothing of the NRDs it withholds (INV-2); a page that would begin past its view limit comes back empty
 * (INV-6). A read that was stored twice is shown once. Bad cursors are Problem CURSOR_INVALID; a store that fails throws.
 */
export interface ReadStore {
  /** One insert statement. Resolved means on disk (fsync); rejected means unknown, so ask `existing` before trying again. */
  insert(reads: readonly Read[]): Promise<void>;
  /** Every stored read at those NRDs and milliseconds; for telling late repeats from new reads, up to 20,000 keys a call. */
  existing(
    keys: readonly { readonly nrd: number; readonly captured: number }[],
  ): Promise<readonly StoredRead[]>;
  /** Reads of one NRD captured from a moment until before another (epoch ms), at most a thousand; for joining images that came apart. */
  between(nrd: number, from: number, to: number): Promise<readonly StoredRead[]>;
  /** How many reads whose VRM fits a pattern were captured from a moment until before another (epoch ms). Nothing else is said. */
  countLike(pattern: string, from: number, to: number): Promise<number>;
  /** The last capture time stored by NRD, among reads captured at or after `since`. */
  highWater(since: number): Promise<ReadonlyMap<number, number>>;

  /** The read with this id, or null when there is none under this grant. */
  byId(grant: Grant, id: string): Promise<Read | null>;
  /** Reads of exactly this VRM (INV-4). */
  byVrm(grant: Grant, query: PageRequest & { readonly vrm: string }): Promise<FoundPage>;
  /** Reads at these NRDs; with an area, reads that carry their own position are those that it lies in, whichever NRD made them. */
  byPlace(
    grant: Grant,
    query: PageRequest & { readonly nrds: readonly number[]; readonly area: Area | null },
  ): Promise<FoundPage>;
  /** Reads whose VRM fits a pattern: `?` is one character, `*` any run. A known beginning is far faster than a known end. */
  byPattern(grant: Grant, query: PageRequest & { readonly pattern: string }): Promise<FoundPage>;
}
