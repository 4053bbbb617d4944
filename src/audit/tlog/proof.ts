import { EMPTY_ROOT, HASH_BYTES, nodeHash } from "./hash.ts";
import { edgeKeys, hashesOf, rootFromEdge, subtreeRoot, tileKey } from "./grow.ts";
import { TILE_HEIGHT, TILE_WIDTH, widthOfTile } from "./tile.ts";

/** Reads the first `width` hashes of a tile: `width` × 32 bytes. Rejects when there is no such tile. */
export type ReadTile = (level: number, index: number, width: number) => Promise<Buffer>;

/** The root of the tree's first `size` leaves, from its tiles (AUD-1). */
export async function rootOf(size: number, readTile: ReadTile): Promise<Buffer> {
  const edge = new Map<string, Buffer>();
  for (const { level, index } of edgeKeys(size)) {
    edge.set(tileKey(level, index), await readTile(level, index, widthOfTile(level, index, size)));
  }
  return rootFromEdge(size, edge);
}

/**
 * The hashes that prove that the leaf at `index` is in the tree of `size` leaves, nearest the leaf first (RFC 9162, 2.1.3.1;
 * AUD-1). Throws RangeError unless 0 <= index < size.
 */
export async function inclusionProof(index: number, size: number, readTile: ReadTile): Promise<Buffer[]> {
  if (!isCount(index) || !isCount(size) || index >= size) {
    throw new RangeError(`There is no entry ${index} in a log of ${size} entries.`);
  }
  const root = rootReader(size, readTile);
  const proof: Buffer[] = [];
  // Walk down from the root to the leaf, noting the sibling at each step.
  for (let [start, end] = [0, size]; end - start > 1;) {
    const middle = start + split(end - start);
    if (index < middle) {
      proof.push(await root(middle, end));
      end = middle;
    } else {
      proof.push(await root(start, middle));
      start = middle;
    }
  }
  return proof.reverse();
}

/**
 * The hashes that prove that the tree of `oldSize` leaves is the beginning of that of `size` leaves (RFC 9162, 2.1.4.1; AUD-1).
 * Empty for an empty or an unchanged tree. Throws RangeError unless 0 <= oldSize <= size.
 */
export async function consistencyProof(oldSize: number, size: number, readTile: ReadTile): Promise<Buffer[]> {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) {
    throw new RangeError(`A log of ${size} entries has no beginning of ${oldSize} entries.`);
  }
  if (oldSize === 0 || oldSize === size) return [];
  const root = rootReader(size, readTile);
  const proof: Buffer[] = [];
  let [start, end] = [0, size];
  while (oldSize !== end) {
    const middle = start + split(end - start);
    if (oldSize <= middle) {
      proof.push(await root(middle, end));
      end = middle;
    } else {
      proof.push(await root(start, middle));
      start = middle;
    }
  }
  // Whoever checks knows the old root already; only where the old tree ends inside a subtree is that one's root needed.
  if (start > 0) proof.push(await root(start, end));
  return proof.reverse();
}

/** Whether a proof shows the leaf at `index` in the tree of `size` leaves with this root (RFC 9162, 2.1.3.2; AUD-1). */
export function verifyInclusion(claim: {
  readonly leafHash: Buffer;
  readonly index: number;
  readonly size: number;
  readonly root: Buffer;
  readonly proof: readonly Buffer[];
}): boolean {
  const { leafHash, index, size, root, proof } = claim;
  if (!isCount(index) || !isCount(size) || index >= size || !allHashes([leafHash, root, ...proof]))
    return false;
  let [place, last, hash] = [index, size - 1, leafHash];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/** Whether a proof shows the older tree to be the beginning of the newer one (RFC 9162, 2.1.4.2; AUD-1). */
export function verifyConsistency(claim: {
  readonly oldSize: number;
  readonly oldRoot: Buffer;
  readonly newSize: number;
  readonly newRoot: Buffer;
  readonly proof: readonly Buffer[];
}): boolean {
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) return false;
  if (!allHashes([oldRoot, newRoot, ...proof])) return false;
  if (oldSize === newSize) return proof.length === 0 && oldRoot.equals(newRoot);
  if (oldSize === 0) return proof.length === 0 && oldRoot.equals(EMPTY_ROOT);
  let [place, last] = [oldSize - 1, newSize - 1];
  while (isOdd(place)) [place, last] = [half(place), half(last)];
  // An old tree that is a complete subtree is its own first hash.
  const [first, ...rest] = place === 0 ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let [oldHash, newHash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && oldHash.equals(oldRoot) && newHash.equals(newRoot);
}

/** Answers the root over the leaves from `start` to before `end`; each tile is read once. */
function rootReader(size: number, readTile: ReadTile): (start: number, end: number) => Promise<Buffer> {
  const tiles = new Map<string, Buffer[]>();
  const hashes = async (level: number, index: number): Promise<Buffer[]> => {
    const known = tiles.get(tileKey(level, index));
    if (known !== undefined) return known;
    const width = widthOfTile(level, index, size);
    const tile = await readTile(level, index, width);
    if (tile.length !== width * HASH_BYTES) {
      throw new Error(
        `Tile ${tileKey(level, index)} must hold ${width} hashes and has ${tile.length} bytes.`,
      );
    }
    const read = hashesOf(tile);
    tiles.set(tileKey(level, index), read);
    return read;
  };
  const complete = async (start: number, length: number): Promise<Buffer> => {
    const level = Math.floor(Math.log2(length) / TILE_HEIGHT);
    const span = TILE_WIDTH ** level;
    const tile = await hashes(level, Math.floor(start / span / TILE_WIDTH));
    const first = (start / span) % TILE_WIDTH;
    return subtreeRoot(tile.slice(first, first + length / span));
  };
  return async function root(start: number, end: number): Promise<Buffer> {
    const length = end - start;
    const left = split(length);
    if (left * 2 === length || length === 1) return complete(start, length);
    return nodeHash(await complete(start, left), await root(start + left, end));
  };
}

/** The largest power of two smaller than a number of leaves. */
function split(length: number): number {
  let left = 1;
  while (left * 2 < length) left *= 2;
  return left;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);
const allHashes = (hashes: readonly Buffer[]): boolean => hashes.every(({ length }) => length === HASH_BYTES);
