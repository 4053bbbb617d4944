import { createHash } from "node:crypto";
import { growTiles, tileKey } from "./grow.ts";
import type { ReadTile } from "./proof.ts";

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  createHash("sha256").update(Buffer.concat(parts)).digest();

/** RFC 6962, 2.1, word for word: the hash of a list of leaves. Slow, and so simple that it can be checked by eye. */
export function naiveRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.from([0]), leaves[0] as Buffer);
  const middle = naiveSplit(leaves.length);
  return sha256(Buffer.from([1]), naiveRoot(leaves.slice(0, middle)), naiveRoot(leaves.slice(middle)));
}

/** RFC 6962, 2.1.1: PATH(m, D[n]). */
export function naivePath(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  const middle = naiveSplit(leaves.length);
  return index < middle
    ? [...naivePath(index, leaves.slice(0, middle)), naiveRoot(leaves.slice(middle))]
    : [...naivePath(index - middle, leaves.slice(middle)), naiveRoot(leaves.slice(0, middle))];
}

/** RFC 6962, 2.1.2: SUBPROOF(m, D[n], b). */
export function naiveSubproof(old: number, leaves: readonly Buffer[], whole: boolean): Buffer[] {
  if (old === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const middle = naiveSplit(leaves.length);
  return old <= middle
    ? [...naiveSubproof(old, leaves.slice(0, middle), whole), naiveRoot(leaves.slice(middle))]
    : [...naiveSubproof(old - middle, leaves.slice(middle), false), naiveRoot(leaves.slice(0, middle))];
}

/** Numbered leaves, all different. */
export const someLeaves = (count: number, from = 0): Buffer[] =>
  Array.from({ length: count }, (_, at) => Buffer.from(`entry ${from + at}`));

/** Reads the tiles of a tree over these leaf hashes, grown in one step. */
export function tileReader(leafHashes: readonly Buffer[]): ReadTile {
  const { tiles } = growTiles(0, new Map(), leafHashes);
  return async (level, index, width) => {
    const tile = tiles.get(tileKey(level, index));
    if (tile === undefined) throw new Error(`No tile ${tileKey(level, index)}.`);
    return tile.subarray(0, width * 32);
  };
}

function naiveSplit(count: number): number {
  let middle = 1;
  while (middle * 2 < count) middle *= 2;
  return middle;
}
