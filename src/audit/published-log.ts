import { Problem } from "../errors.ts";
import type { LogStore, StoredCheckpoint } from "./log-store.ts";
import { packEntries } from "./tlog/entry-bundle.ts";
import { HASH_BYTES, leafHashOf } from "./tlog/hash.ts";
import { inclusionProof, type ReadTile } from "./tlog/proof.ts";
import { verifierKeyText, type NoteVerifier } from "./tlog/signed-note.ts";
import { TILE_WIDTH, widthOfTile } from "./tlog/tile.ts";

/** What proves that an entry is in the log, for anyone with the log's public key. */
export interface InclusionProof {
  readonly index: number;
  readonly leaf: Buffer;
  readonly leafHash: Buffer;
  /** Of the tree that `proof` leads to the root of. */
  readonly size: number;
  /** Nearest the leaf first. */
  readonly proof: readonly Buffer[];
  /** The signed note over that tree, with its cosignatures. */
  readonly checkpoint: string;
}

/** What the log shows: checkpoints, and of the tree only what a checkpoint covers (C2SP tlog-tiles; AUD-1, AUD-2). */
export class PublishedLog {
  readonly #store: LogStore;
  readonly #key: NoteVerifier;
  /** The largest size known to be published; the log only grows, so it never has to be forgotten. */
  #known = 0;

  constructor(store: LogStore, key: NoteVerifier) {
    this.#store = store;
    this.#key = key;
  }

  /** The verifier key, as text without a line end. */
  get key(): string {
    return verifierKeyText(this.#key);
  }

  /** The newest checkpoint with its cosignatures; null before the first. */
  async checkpoint(): Promise<string | null> {
    return this.#withCosignatures(await this.#newest());
  }

  /** The newest checkpoint that a witness has cosigned; null before the first. */
  async cosigned(): Promise<string | null> {
    return this.#withCosignatures(await this.#store.newestCosigned());
  }

  /** The first `width` hashes of a tile; null unless the newest checkpoint covers them. */
  async tile(level: number, index: number, width: number): Promise<Buffer | null> {
    if (!(await this.#covers(level, index, width))) return null;
    const tile = await this.#store.tile(level, index);
    return tile === null || tile.length < width * HASH_BYTES ? null : tile.subarray(0, width * HASH_BYTES);
  }

  /** The bundle of the first `width` leaves under a tile of level 0: never a personal value. Null unless they are published. */
  async entries(index: number, width: number): Promise<Buffer | null> {
    if (!(await this.#covers(0, index, width))) return null;
    const leaves = await this.#store.leaves(index * TILE_WIDTH, width);
    return leaves.length < width ? null : packEntries(leaves);
  }

  /**
   * Proves an entry's place under the newest checkpoint; null while that does not cover it.
   * @throws Problem LOG_BROKEN where the entry was changed since it was signed
   */
  async proof(index: number): Promise<InclusionProof | null> {
    const newest = await this.#newest();
    const [leaf] = newest === null || index >= newest.size ? [] : await this.#store.leaves(index, 1);
    if (newest === null || leaf === undefined) return null;
    const proof = await inclusionProof(index, newest.size, this.readTile);
    const tile = await this.readTile(
      0,
      Math.floor(index / TILE_WIDTH),
      widthOfTile(0, Math.floor(index / TILE_WIDTH), newest.size),
    );
    const at = (index % TILE_WIDTH) * HASH_BYTES;
    const leafHash = tile.subarray(at, at + HASH_BYTES);
    if (!leafHashOf(leaf).equals(leafHash))
      throw new Problem("LOG_BROKEN", `Entry ${index} is not the one that was signed, and proves nothing.`);
    return {
      index,
      leaf,
      leafHash,
      size: newest.size,
      proof,
      checkpoint: (await this.#withCosignatures(newest)) as string,
    };
  }

  /** Reads tiles for whoever makes proofs within what is published. */
  readonly readTile: ReadTile = async (level, index, width) => {
    const tile = await this.#store.tile(level, index);
    if (tile === null || tile.length < width * HASH_BYTES)
      throw new Error(`Tile ${level}/${index} of the log does not hold ${width} hashes.`);
    return tile.subarray(0, width * HASH_BYTES);
  };

  async #covers(level: number, index: number, width: number): Promise<boolean> {
    if (width > widthOfTile(level, index, this.#known)) await this.#newest();
    return width <= widthOfTile(level, index, this.#known);
  }

  async #newest(): Promise<StoredCheckpoint | null> {
    const newest = await this.#store.newest();
    this.#known = Math.max(this.#known, newest?.size ?? 0);
    return newest;
  }

  async #withCosignatures(checkpoint: StoredCheckpoint | null): Promise<string | null> {
    if (checkpoint === null) return null;
    const lines = await this.#store.cosignatures(checkpoint.size);
    return checkpoint.note + lines.join("");
  }
}
