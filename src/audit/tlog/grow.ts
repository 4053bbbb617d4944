import { EMPTY_ROOT, HASH_BYTES, nodeHash } from "./hash.ts";
import { TILE_WIDTH, widthOfTile } from "./tile.ts";

/** The key of a tile of hashes in the maps below. */
export const tileKey = (level: number, index: number): string => `${level}/${index}`;

/** A tree after it has grown. */
export interface Grown {
  /** Every tile that changed, by `tileKey`, with all its bytes as they are now: 32 for each hash. */
  readonly tiles: Map<string, Buffer>;
  readonly root: Buffer;
  /** How many leaves the tree has now. */
  readonly size: number;
}

/** The tiles at the right edge of a tree of `size` leaves that are begun and not full: what `growTiles` must be given. */
export function edgeKeys(size: number): readonly { level: number; index: number }[] {
  const keys: { level: number; index: number }[] = [];
  for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / TILE_WIDTH)) {
    if (hashes % TILE_WIDTH > 0) keys.push({ level, index: Math.floor(hashes / TILE_WIDTH) });
  }
  return keys;
}

/**
 * Adds leaves to a tree of `size` leaves (AUD-1). Throws when a tile of the edge is missing or not as wide as `size` says:
 * whoever stores the tiles has lost something, and must not sign over it.
 * @param edge the tiles that `edgeKeys(size)` names, by `tileKey`
 * @param leafHashes the new leaves' hashes, in order
 */
export function growTiles(
  size: number,
  edge: ReadonlyMap<string, Buffer>,
  leafHashes: readonly Buffer[],
): Grown {
  const tiles = new Map<string, Buffer>();
  const edgeOfNew = new Map<string, Buffer>();
  const newSize = size + leafHashes.length;
  let arriving = leafHashes;
  for (let level = 0; newSize >= TILE_WIDTH ** level; level += 1) {
    const first = Math.floor(size / TILE_WIDTH ** (level + 1));
    const row = [...begun(level, first, size, edge), ...arriving];
    const changed = arriving.length > 0;
    const above: Buffer[] = [];
    for (let at = 0; at < row.length; at += TILE_WIDTH) {
      const tile = row.slice(at, at + TILE_WIDTH);
      const key = tileKey(level, first + at / TILE_WIDTH);
      const bytes = Buffer.concat(tile);
      if (changed) tiles.set(key, bytes);
      if (tile.length === TILE_WIDTH) above.push(subtreeRoot(tile));
      else edgeOfNew.set(key, bytes);
    }
    arriving = above;
  }
  return { tiles, root: rootFromEdge(newSize, edgeOfNew), size: newSize };
}

/** The root of a tree of `size` leaves, from the tiles of its right edge; throws when one is missing or of the wrong width. */
export function rootFromEdge(size: number, edge: ReadonlyMap<string, Buffer>): Buffer {
  // The edge's tiles are the binary digits of the size: each 1 is a complete subtree. Fold from the smallest up.
  let root: Buffer | undefined;
  for (const { level, index } of edgeKeys(size)) {
    let hashes = begun(level, index, size, edge);
    for (let subtree = 1; hashes.length > 0; subtree *= 2) {
      if (hashes.length % (subtree * 2) === 0) continue;
      const complete = subtreeRoot(hashes.slice(-subtree));
      hashes = hashes.slice(0, -subtree);
      root = root === undefined ? complete : nodeHash(complete, root);
    }
  }
  return root ?? EMPTY_ROOT;
}

/** The root over a power of two of neighbouring hashes. */
export function subtreeRoot(hashes: readonly Buffer[]): Buffer {
  let row = hashes;
  while (row.length > 1) {
    const pairs = row;
    row = Array.from({ length: pairs.length / 2 }, (_, pair) =>
      nodeHash(pairs[2 * pair] as Buffer, pairs[2 * pair + 1] as Buffer),
    );
  }
  return row[0] as Buffer;
}

/** The hashes in a tile's bytes, in order. */
export const hashesOf = (tile: Buffer): Buffer[] =>
  Array.from({ length: tile.length / HASH_BYTES }, (_, at) =>
    tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );

function begun(level: number, index: number, size: number, edge: ReadonlyMap<string, Buffer>): Buffer[] {
  const width = widthOfTile(level, index, size);
  if (width === 0) return [];
  const tile = edge.get(tileKey(level, index));
  if (tile?.length !== width * HASH_BYTES) {
    throw new Error(
      `Tile ${tileKey(level, index)} of a log of ${size} entries must hold ${width} hashes, ` +
        (tile === undefined ? "and it is missing." : `and it has ${tile.length} bytes.`),
    );
  }
  return hashesOf(tile);
}
