import { LogBroken } from "./log-broken.ts";
import type { Growing, StoredCheckpoint } from "./log-store.ts";
import type { Checkpoint } from "./tlog/checkpoint.ts";
import { edgeKeys, growTiles, rootFromEdge, tileKey } from "./tlog/grow.ts";
import { HASH_BYTES } from "./tlog/hash.ts";
import { widthOfTile } from "./tlog/tile.ts";

const WHAT_TO_DO =
  "Was the database put back from a backup? Put the newest state back, with everything written since. Only if that is lost for " +
  "good: tell mirrors and witnesses that the log forks here, put the file log.signed beside the log's key aside without " +
  "destroying it, and start again (docs/audit-log.md).";

/**
 * What the store holds must continue what was signed here last, or a second history would be signed over the first (AUD-1). The
 * memory may be ahead of the store by one round that a crash cut off: then the entries are there, and lead to the same root.
 * @param last the newest checkpoint in the store, and `edge` the tiles at its edge
 * @param round the most entries that one round takes in
 * @param whatToDo said to the operator after what is wrong
 * @throws LogBroken saying what to do
 */
export async function requireContinued(
  remembered: Checkpoint,
  last: StoredCheckpoint | null,
  edge: ReadonlyMap<string, Buffer>,
  growing: Pick<Growing, "tiles" | "leafHashes">,
  round: number,
  whatToDo = WHAT_TO_DO,
): Promise<void> {
  const size = last?.size ?? 0;
  const root =
    remembered.size > size
      ? await rootAhead(remembered.size, size, edge, growing, round)
      : rootAt(remembered.size, remembered.size === size ? edge : await edgeAt(remembered.size, growing));
  if (root === null)
    throw new LogBroken(
      `The log was signed over ${remembered.size} entries, and the store does not hold them all. ${whatToDo}`,
    );
  if (!root.equals(remembered.root))
    throw new LogBroken(
      `The first ${remembered.size} entries of the log are not those that were signed. ${whatToDo}`,
    );
}

/** The tiles at the edge of the tree as it was at a smaller size: the beginnings of those that there are now. */
async function edgeAt(size: number, growing: Pick<Growing, "tiles">): Promise<ReadonlyMap<string, Buffer>> {
  const places = edgeKeys(size);
  const tiles = await growing.tiles(places);
  return new Map(
    places.flatMap(({ level, index }) => {
      const tile = tiles.get(tileKey(level, index));
      const bytes = widthOfTile(level, index, size) * HASH_BYTES;
      return tile === undefined ? [] : [[tileKey(level, index), tile.subarray(0, bytes)] as const];
    }),
  );
}

/** The root over the beginning of the log; null when a tile of it is missing. */
function rootAt(size: number, edge: ReadonlyMap<string, Buffer>): Buffer | null {
  const whole = edgeKeys(size).every(({ level, index }) => {
    return edge.get(tileKey(level, index))?.length === widthOfTile(level, index, size) * HASH_BYTES;
  });
  return whole ? rootFromEdge(size, edge) : null;
}

/** The root that the entries after the newest checkpoint lead to; null when there are not so many. */
async function rootAhead(
  target: number,
  size: number,
  edge: ReadonlyMap<string, Buffer>,
  growing: Pick<Growing, "leafHashes">,
  round: number,
): Promise<Buffer | null> {
  if (target - size > round) return null;
  const leaves = await growing.leafHashes(size, target - size);
  return leaves.length < target - size ? null : growTiles(size, edge, inOrder(size, leaves)).root;
}

/** The hashes of leaves that follow one another from an index on. @throws LogBroken naming the first that is missing */
export function inOrder(
  size: number,
  leaves: readonly { readonly index: number; readonly hash: Buffer }[],
): Buffer[] {
  const gap = leaves.findIndex(({ index }, at) => index !== size + at);
  if (gap !== -1) throw new LogBroken(`Entry ${size + gap} of the log is missing, and later ones are there.`);
  return leaves.map(({ hash }) => hash);
}
