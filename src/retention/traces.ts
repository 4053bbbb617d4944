/** By what the bytes of a deleted item are known: no other item has all of it. Held in memory only, never kept. */
export interface Mark {
  /** When it was captured, epoch ms. */
  readonly captured: number;
  /** The VRM as it was kept. */
  readonly vrm: string;
  /** Id of the read, where the item says it. */
  readonly readId?: string;
}

/** What a search for traces found, and how far it reached; the receipt says both. Names are for people. */
export interface TraceSearch {
  /** How often something of the day was found, by place. Nothing: nothing was found. */
  readonly found: Readonly<Record<string, number>>;
  readonly searched: readonly string[];
  /** What this program cannot look into, each with why or whose it is. */
  readonly notSearched: readonly string[];
}

/** A place that could not be cleared now. */
export interface NotRemoved {
  readonly place: string;
  readonly why: string;
  /** Whether the next run may do it: until then the day is not deleted. */
  readonly later: boolean;
}

/** What a store may keep of items after they are deleted: bytes in its files, statistics, parts that wait (RET-6). */
export interface TraceKeeper {
  /** Takes away what the deleted items left behind. Safe to repeat. @returns what could not be */
  remove(): Promise<readonly NotRemoved[]>;
  /** Looks for what is left of a day (`YYYY-MM-DD`, UTC), and for these marks. */
  search(day: string, marks: readonly Mark[]): Promise<TraceSearch>;
}

/** Several searches as one. */
export const together = (searches: readonly TraceSearch[]): TraceSearch => ({
  found: Object.assign({}, ...searches.map(({ found }) => found)) as TraceSearch["found"],
  searched: searches.flatMap(({ searched }) => searched),
  notSearched: searches.flatMap(({ notSearched }) => notSearched),
});
