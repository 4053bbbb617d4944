import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkEntries } from "../../audit/tlog/check-entries.ts";
import { packEntries, unpackEntries } from "../../audit/tlog/entry-bundle.ts";
import { edgeKeys, growTiles, hashesOf, rootFromEdge, tileKey } from "../../audit/tlog/grow.ts";
import { EMPTY_ROOT, HASH_BYTES } from "../../audit/tlog/hash.ts";
import { rootOf, type ReadTile } from "../../audit/tlog/proof.ts";
import {
  bundleOf,
  CHECKPOINT_PATH,
  FaultFound,
  COSIGNED_PATH,
  readCheckpointNote,
  readCosignedNote,
  tilesOf,
  type ReadPublicFile,
} from "../../audit/tlog/public-files.ts";
import { readAhead } from "../../audit/tlog/read-ahead.ts";
import { openCheckpoint, type SignedCheckpoint } from "../../audit/tlog/signed-checkpoint.ts";
import type { NoteVerifier } from "../../audit/tlog/signed-note.ts";
import { entriesPath, TILE_WIDTH, tilePath, widthOfTile } from "../../audit/tlog/tile.ts";
import { verifyLog } from "../../audit/tlog/verify-log.ts";
import { folderFiles } from "./folder-files.ts";
import { replaceFile } from "../../audit/replace-file.ts";

const AHEAD = 4;

/** What became of the folder. */
export interface Mirrored {
  readonly before: number;
  readonly size: number;
}

/**
 * Brings a folder of a log's public files up to the checkpoint that the log shows now (AUD-1). Only what is new is fetched. The
 * checkpoint is replaced last, and only when the new tree continues the one kept: a mirror never follows a fork. Files of a
 * run that ended early stand beyond the kept checkpoint, which does not speak of them; the next run writes them again.
 * @throws FaultFound when the log contradicts what was kept; its signed checkpoint is kept too, as the proof
 */
export async function updateMirror(
  folder: string,
  log: ReadPublicFile,
  key: NoteVerifier,
): Promise<Mirrored> {
  const own = folderFiles(folder);
  const kept = await keptCheckpoint(own, key);
  // Read before the newest, so that the tree kept at the end reaches as far.
  const cosignedNote = await readCosignedNote(log);
  const note = await readCheckpointNote(log);
  const offered = openCheckpoint(note, key);
  await replaceFile(join(folder, seenPath(offered)), note);

  const ownTile = ownTiles(own, kept.size);
  if (!(await rootOf(kept.size, ownTile)).equals(kept.root)) {
    throw new Error(`${folder} is damaged: its tiles do not lead to the checkpoint kept in it.`);
  }
  if (offered.size <= kept.size) {
    const rootThen = await rootOf(offered.size, ownTile);
    if (!rootThen.equals(offered.root)) {
      throw new FaultFound(
        "checkpoint",
        `the first ${offered.size} entries kept here have another root: the log was rewritten or has forked, and both signed ` +
          "checkpoints, in the folder checkpoints, prove it",
      );
    }
    if (offered.size < kept.size) {
      throw new FaultFound(
        "checkpoint",
        `the log now shows ${offered.size} entries, and ${kept.size} are kept here: it answers from an old copy, or the ` +
          "last entries were dropped. Ask again in a minute; if it stays so, the one kept here proves it",
      );
    }
    // The same tree may carry new cosignatures.
    await replaceFile(join(folder, CHECKPOINT_PATH), note);
    await keepCosigned(folder, cosignedNote, key, kept.size);
    return { before: kept.size, size: kept.size };
  }
  try {
    await fetchNew(folder, own, log, kept.size, offered);
  } catch (error) {
    if (!(error instanceof FaultFound)) throw error;
    // Read from the beginning, the log tells whether a file was changed or its signed history contradicts the one kept.
    const verdict = await verifyLog(offered, log, [{ ...kept, name: "the checkpoint kept here" }]);
    throw verdict.holds ? error : new FaultFound(verdict.where, verdict.why);
  }
  await replaceFile(join(folder, CHECKPOINT_PATH), note);
  await removeOutgrown(folder, kept.size, offered.size);
  await keepCosigned(folder, cosignedNote, key, offered.size);
  return { before: kept.size, size: offered.size };
}

/** Keeps the newest checkpoint with cosignatures, once the tree kept here is seen to continue it. */
async function keepCosigned(
  folder: string,
  note: string | null,
  key: NoteVerifier,
  size: number,
): Promise<void> {
  if (note === null) return;
  const cosigned = openCheckpoint(note, key, [], 0, COSIGNED_PATH);
  if (cosigned.size > size) return;
  await replaceFile(join(folder, seenPath(cosigned)), note);
  const root = await rootOf(cosigned.size, ownTiles(folderFiles(folder), size));
  if (!root.equals(cosigned.root)) {
    throw new FaultFound(
      COSIGNED_PATH,
      `the first ${cosigned.size} entries kept here have another root: the log has forked, and both signed checkpoints prove it`,
    );
  }
  await replaceFile(join(folder, COSIGNED_PATH), note);
}

/** Reads narrower tiles out of those of a folder that holds a tree of this size. */
const ownTiles =
  (own: ReadPublicFile, size: number): ReadTile =>
  async (level, index, width) => {
    const tile = await tilesOf(own)(level, index, widthOfTile(level, index, size));
    return tile.subarray(0, width * HASH_BYTES);
  };

async function keptCheckpoint(
  own: ReadPublicFile,
  key: NoteVerifier,
): Promise<Pick<SignedCheckpoint, "size" | "root">> {
  const begun = (await own(CHECKPOINT_PATH, Infinity)) !== null;
  return begun
    ? openCheckpoint(await readCheckpointNote(own), key, [], 0, "the checkpoint kept here")
    : { size: 0, root: EMPTY_ROOT };
}

/** Fetches the tiles from the last kept entry on, writes those that are full, and at last the edge. */
async function fetchNew(
  folder: string,
  own: ReadPublicFile,
  log: ReadPublicFile,
  keptSize: number,
  offered: SignedCheckpoint,
): Promise<void> {
  const edge = new Map<string, Buffer>();
  for (const { level, index } of edgeKeys(keptSize)) {
    edge.set(tileKey(level, index), await tilesOf(own)(level, index, widthOfTile(level, index, keptSize)));
  }
  const write = (path: string, bytes: Buffer) => replaceFile(join(folder, path), bytes);
  // The tile of the last kept entry is fetched again: its beginning must be what is kept.
  const first = Math.floor(Math.max(0, keptSize - 1) / TILE_WIDTH);
  const fetched = readAhead(Math.ceil(offered.size / TILE_WIDTH) - first, AHEAD, async (at) => {
    const index = first + at;
    const width = widthOfTile(0, index, offered.size);
    const [tile, bundle] = await Promise.all([tilesOf(log)(0, index, width), bundleOf(log, index, width)]);
    return { index, width, tile, bundle };
  });
  let [size, latest] = [keptSize, Number.NEGATIVE_INFINITY];
  for await (const { index, width, tile, bundle } of fetched) {
    const known = widthOfTile(0, index, keptSize);
    const kept = known === 0 ? Buffer.alloc(0) : await tilesOf(own)(0, index, known);
    if (!tile.subarray(0, kept.length).equals(kept)) {
      throw new FaultFound(tilePath(0, index, width), `it does not begin with the ${known} hashes kept here`);
    }
    if (bundle !== null) {
      latest = checkEntries(index, tile, bundle, latest);
      await write(entriesPath(index, width), firstEntries(bundle.bytes, width));
    }
    const grown = growTiles(size, edge, hashesOf(tile).slice(known));
    for (const [key, bytes] of grown.tiles) {
      const [level, place] = key.split("/").map(Number) as [number, number];
      if (bytes.length === TILE_WIDTH * HASH_BYTES) await write(tilePath(level, place), bytes);
      edge.set(key, bytes);
    }
    size = grown.size;
    const now = new Set(edgeKeys(size).map(({ level, index }) => tileKey(level, index)));
    for (const key of edge.keys()) if (!now.has(key)) edge.delete(key);
  }
  if (!rootFromEdge(size, edge).equals(offered.root)) {
    throw new FaultFound("checkpoint", `its root is not that of the ${size} entries that the log shows`);
  }
  for (const { level, index } of edgeKeys(size)) {
    const bytes = edge.get(tileKey(level, index)) as Buffer;
    await write(tilePath(level, index, widthOfTile(level, index, size)), bytes);
  }
}

const firstEntries = (bundle: Buffer, count: number): Buffer =>
  packEntries((unpackEntries(bundle) ?? []).slice(0, count));

/** Narrow tiles of the older tree that a wider one has taken the place of. */
async function removeOutgrown(folder: string, oldSize: number, size: number): Promise<void> {
  for (const { level, index } of edgeKeys(oldSize)) {
    const width = widthOfTile(level, index, oldSize);
    if (width === widthOfTile(level, index, size)) continue;
    await rm(join(folder, tilePath(level, index, width)), { force: true });
    if (level === 0) await rm(join(folder, entriesPath(index, width)), { force: true });
  }
}

/** Every checkpoint seen is kept under its size and root, so that two that contradict each other stand side by side. */
const seenPath = ({ size, root }: SignedCheckpoint): string =>
  `checkpoints/${String(size).padStart(12, "0")}-${root.toString("hex", 0, 8)}`;

/** The log's key as a mirror remembers it, or null in a new folder. */
export const rememberedKey = (folder: string): Promise<string | null> =>
  readFile(join(folder, "key"), "utf8").catch(() => null);

/**
 * When the log was last seen here to have grown, epoch ms UTC, kept in the folder: a checkpoint has no time of its own. A folder
 * that does not know yet begins to count now.
 */
export async function lastGrown(folder: string, hasGrown: boolean, now: number): Promise<number> {
  const path = join(folder, "grown");
  const kept = hasGrown ? Number.NaN : Date.parse((await readFile(path, "utf8").catch(() => "")).trim());
  if (!Number.isNaN(kept)) return kept;
  await replaceFile(path, `${new Date(now).toISOString()}\n`);
  return now;
}
