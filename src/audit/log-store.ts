/** A checkpoint as it was signed. */
export interface StoredCheckpoint {
  /** How many entries it covers. */
  readonly size: number;
  readonly root: Buffer;
  /** The whole signed note, without cosignatures. */
  readonly note: string;
  readonly at: Date;
}

/** The first entry that is not what the tree was signed over. */
export interface NotSigned {
  readonly index: number;
  /** It is not there at all. */
  readonly missing: boolean;
}

/** One growth of the tree: all of it is kept, or none. */
export interface Growing {
  /** As in the store. */
  firstNotSigned(from: number, to: number): Promise<NotSigned | null>;
  /** The newest checkpoint; null before the first. */
  last(): Promise<StoredCheckpoint | null>;
  /** Those tiles that there are, by `tileKey`. */
  tiles(
    places: readonly { readonly level: number; readonly index: number }[],
  ): Promise<ReadonlyMap<string, Buffer>>;
  /** Hashes of the leaves from an index on, from their bytes, in order; at most `limit`. */
  leafHashes(
    from: number,
    limit: number,
  ): Promise<readonly { readonly index: number; readonly hash: Buffer }[]>;
  keep(tiles: ReadonlyMap<string, Buffer>, checkpoint: StoredCheckpoint): Promise<void>;
}

/** What the log publishes, beside its entries. */
export interface LogStore {
  /** Runs one growth, one at a time over all processes. Resolves when it is durable; when it rejects nothing was kept. */
  grow<T>(work: (growing: Growing) => Promise<T>): Promise<T>;
  newest(): Promise<StoredCheckpoint | null>;
  /** The newest checkpoint that a witness has cosigned. */
  newestCosigned(): Promise<StoredCheckpoint | null>;
  /** Signature lines of the witnesses beside a checkpoint. */
  cosignatures(size: number): Promise<readonly string[]>;
  /** The size a witness has cosigned last; 0 for none. */
  cosignedBy(witness: string): Promise<number>;
  cosign(size: number, witness: string, line: string, at: Date): Promise<void>;
  /** A tile's bytes as wide as it is now; null where there is none. */
  tile(level: number, index: number): Promise<Buffer | null>;
  /** The leaves themselves, in order from an index. */
  leaves(from: number, limit: number): Promise<readonly Buffer[]>;
  /**
   * The first entry from the beginning of a tile up to a signed size whose leaf does not have the hash that its tile holds;
   * null where all have.
   */
  firstNotSigned(from: number, to: number): Promise<NotSigned | null>;
  /** How many entries there are, and when the newest was made; null where there is none. */
  newestEntry(): Promise<{ readonly index: number; readonly at: Date } | null>;
  /** Calls `heard` when entries were added, by whichever process. */
  onGrowth(heard: () => void): Promise<() => Promise<void>>;
}
