import { unpackEntries } from "./entry-bundle.ts";
import { hashesOf } from "./grow.ts";
import { leafHashOf } from "./hash.ts";
import { FaultFound } from "./public-files.ts";
import { entriesPath, TILE_WIDTH, tilePath } from "./tile.ts";

// The one form in which the log writes a time: UTC with milliseconds.
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Checks a bundle of entries against its tile of hashes (AUD-1): each leaf has its hash, says its own place, and is not
 * earlier than the entry before it.
 * @param bundle its bytes; `whole` when the full bundle was read though the tile is narrower
 * @param notBefore the time of the entry before the bundle, ms since 1970
 * @returns the time of its last entry, ms since 1970
 * @throws FaultFound naming the first entry that is wrong
 */
export function checkEntries(
  index: number,
  tile: Buffer,
  bundle: { readonly bytes: Buffer; readonly whole: boolean },
  notBefore: number,
): number {
  const hashes = hashesOf(tile);
  const path = entriesPath(index, hashes.length);
  const leaves = unpackEntries(bundle.bytes);
  if (leaves === null) throw new FaultFound(path, "it ends in the middle of an entry");
  const expected = bundle.whole ? TILE_WIDTH : hashes.length;
  if (leaves.length !== expected) {
    throw new FaultFound(path, `it must hold ${expected} entries and holds ${leaves.length}`);
  }
  let latest = notBefore;
  for (const [at, hash] of hashes.entries()) {
    const place = index * TILE_WIDTH + at;
    const leaf = leaves[at] as Buffer;
    if (!leafHashOf(leaf).equals(hash)) {
      throw new FaultFound(
        `entry ${place}`,
        `its bytes in ${path} do not have the hash that ${tilePath(0, index, hashes.length)} holds`,
      );
    }
    latest = timeOf(leaf, place, latest);
  }
  return latest;
}

function timeOf(leaf: Buffer, place: number, notBefore: number): number {
  const entry = parse(leaf);
  if (entry === null) throw new FaultFound(`entry ${place}`, "it is not a JSON object");
  if (entry["index"] !== place) {
    throw new FaultFound(`entry ${place}`, `it says that its place is ${JSON.stringify(entry["index"])}`);
  }
  const at = entry["at"];
  const time = typeof at === "string" && TIME.test(at) ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(time)) throw new FaultFound(`entry ${place}`, "it does not say when it was made");
  if (time < notBefore) {
    throw new FaultFound(
      `entry ${place}`,
      `it says ${String(at)}, which is before the entry before it (${new Date(notBefore).toISOString()})`,
    );
  }
  return time;
}

function parse(leaf: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(leaf.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
