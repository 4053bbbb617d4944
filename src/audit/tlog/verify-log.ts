import { checkEntries } from "./check-entries.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { edgeKeys, growTiles, hashesOf, tileKey } from "./grow.ts";
import { EMPTY_ROOT } from "./hash.ts";
import { bundleOf, FaultFound, tilesOf, type LogFault, type ReadPublicFile } from "./public-files.ts";
import { readAhead } from "./read-ahead.ts";
import { TILE_WIDTH, tilePath, widthOfTile } from "./tile.ts";

/** Tiles, each with its entries where they are shown, that are read at once: bounds both the wait and the memory. */
const AHEAD = 4;

/** An older checkpoint that the log must continue. */
export interface EarlierCheckpoint extends Pick<Checkpoint, "size" | "root"> {
  /** What to call it in a fault, such as its file's name. */
  readonly name: string;
}

/** What a check of a whole log found. */
export type LogVerdict =
  | {
      readonly holds: true;
      /** How many entries could be read and hold; the others are known by their hashes alone. */
      readonly entriesRead: number;
      /** When the newest of them was made, by the log's own clock, ms since 1970; null where none was read. */
      readonly newestEntryAt: number | null;
    }
  | ({ readonly holds: false } & LogFault);

/**
 * Checks a whole log from its public files (AUD-1): every tile of every level, the root, every entry that is shown, and that
 * the log continues the earlier checkpoints. Reads tile by tile; memory does not grow with the log.
 * @param checkpoint the log's own, its signature already checked
 */
export async function verifyLog(
  checkpoint: Checkpoint,
  read: ReadPublicFile,
  earlier: readonly EarlierCheckpoint[] = [],
): Promise<LogVerdict> {
  try {
    return { holds: true, ...(await new LogCheck(checkpoint, read, earlier).run()) };
  } catch (error) {
    if (error instanceof FaultFound) return { holds: false, ...error.fault };
    throw error;
  }
}

/** Builds the tree again from the leaves' hashes, and compares whatever the log has published on the way. */
class LogCheck {
  readonly #checkpoint: Checkpoint;
  readonly #read: ReadPublicFile;
  /** By size; each is compared when the tree that is built again has reached its size. */
  readonly #earlier: EarlierCheckpoint[];
  readonly #edge = new Map<string, Buffer>();
  #size = 0;
  #root = EMPTY_ROOT;
  #latest = Number.NEGATIVE_INFINITY;
  #entriesRead = 0;

  constructor(checkpoint: Checkpoint, read: ReadPublicFile, earlier: readonly EarlierCheckpoint[]) {
    this.#checkpoint = checkpoint;
    this.#read = read;
    this.#earlier = earlier.toSorted((a, b) => a.size - b.size);
  }

  async run(): Promise<{ entriesRead: number; newestEntryAt: number | null }> {
    const { size, root } = this.#checkpoint;
    const newest = this.#earlier.at(-1);
    if (newest !== undefined && newest.size > size) {
      throw new FaultFound("checkpoint", `the log has ${size} entries; ${newest.name} has ${newest.size}`);
    }
    const readTile = tilesOf(this.#read);
    const tiles = readAhead(Math.ceil(size / TILE_WIDTH), AHEAD, async (index) => {
      const width = widthOfTile(0, index, size);
      const [tile, bundle] = await Promise.all([
        readTile(0, index, width),
        bundleOf(this.#read, index, width),
      ]);
      return { index, tile, bundle };
    });
    this.#compareEarlier();
    for await (const { index, tile, bundle } of tiles) {
      if (bundle !== null) {
        this.#latest = checkEntries(index, tile, bundle, this.#latest);
        this.#entriesRead += tile.length / 32;
      }
      await this.#grow(hashesOf(tile));
    }
    if (!this.#root.equals(root)) {
      throw new FaultFound("checkpoint", `its root is not that of its ${size} entries`);
    }
    return {
      entriesRead: this.#entriesRead,
      newestEntryAt: this.#entriesRead === 0 ? null : this.#latest,
    };
  }

  /** Adds the hashes of one tile, stopping where an earlier checkpoint was. */
  async #grow(hashes: readonly Buffer[]): Promise<void> {
    let rest = hashes;
    while (rest.length > 0) {
      const stop = Math.min((this.#earlier[0]?.size ?? Infinity) - this.#size, rest.length);
      await this.#add(rest.slice(0, stop));
      rest = rest.slice(stop);
      this.#compareEarlier();
    }
  }

  async #add(hashes: readonly Buffer[]): Promise<void> {
    const grown = growTiles(this.#size, this.#edge, hashes);
    this.#size = grown.size;
    this.#root = grown.root;
    for (const [key, tile] of grown.tiles) await this.#compareTile(key, tile);
    const edge = new Set(edgeKeys(this.#size).map(({ level, index }) => tileKey(level, index)));
    for (const [key, tile] of grown.tiles) if (edge.has(key)) this.#edge.set(key, tile);
    for (const key of this.#edge.keys()) if (!edge.has(key)) this.#edge.delete(key);
  }

  /** Compares a tile above the leaves with the published one, once it is as wide as it will be. */
  async #compareTile(key: string, tile: Buffer): Promise<void> {
    const [level, index] = key.split("/").map(Number) as [number, number];
    const width = widthOfTile(level, index, this.#checkpoint.size);
    if (level === 0 || tile.length / 32 < width) return;
    const published = hashesOf(await tilesOf(this.#read)(level, index, width));
    const wrong = hashesOf(tile).findIndex((hash, at) => !hash.equals(published[at] as Buffer));
    if (wrong === -1) return;
    const below = index * TILE_WIDTH + wrong;
    throw new FaultFound(
      tilePath(level - 1, below),
      `its hash is not the one that ${tilePath(level, index, width)} holds: one of the two was changed`,
    );
  }

  #compareEarlier(): void {
    while (this.#earlier[0]?.size === this.#size) {
      const { name, size, root } = this.#earlier.shift() as EarlierCheckpoint;
      if (!root.equals(this.#root)) {
        throw new FaultFound(
          "checkpoint",
          `the log's first ${size} entries are not those that ${name} was signed over: ` +
            "it was rewritten or has forked, and both signed checkpoints prove it",
        );
      }
    }
  }
}
