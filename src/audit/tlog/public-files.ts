import { HASH_BYTES } from "./hash.ts";
import type { ReadTile } from "./proof.ts";
import { LARGEST_LEAF } from "./entry-bundle.ts";
import { LARGEST_NOTE } from "./signed-note.ts";
import { entriesPath, TILE_WIDTH, tilePath } from "./tile.ts";

/** Reads one public file of a log by its path under the log's base; null when there is none, or none for us. */
export type ReadPublicFile = (path: string, largestBytes: number) => Promise<Buffer | null>;

/** Where a log's signed checkpoint is, under its base. */
export const CHECKPOINT_PATH = "checkpoint";
/** The newest checkpoint that witnesses have cosigned: a log grows faster than witnesses answer. Not in C2SP. */
export const COSIGNED_PATH = "cosigned";

const LARGEST_TILE = TILE_WIDTH * HASH_BYTES;
const LARGEST_BUNDLE = TILE_WIDTH * (LARGEST_LEAF + 2);

/** What is wrong with a log, and where: `entry 17`, `tile/0/003` or `checkpoint`. */
export interface LogFault {
  readonly where: string;
  readonly why: string;
}

/** A fault as it is thrown between the parts of a check; whoever began the check catches it. */
export class FaultFound extends Error {
  override readonly name = "FaultFound";
  readonly fault: LogFault;

  constructor(where: string, why: string) {
    super(`${where}: ${why}`);
    this.fault = { where, why };
  }
}

/** The signed checkpoint as it was published, not checked. @throws FaultFound when there is none, or it is not text */
export async function readCheckpointNote(read: ReadPublicFile): Promise<string> {
  const bytes = await read(CHECKPOINT_PATH, LARGEST_NOTE);
  if (bytes === null) throw new FaultFound(CHECKPOINT_PATH, "there is none here");
  return noteOf(bytes, CHECKPOINT_PATH);
}

/** The newest checkpoint with cosignatures as it was published, not checked; null where none is shown. */
export async function readCosignedNote(read: ReadPublicFile): Promise<string | null> {
  const bytes = await read(COSIGNED_PATH, LARGEST_NOTE);
  return bytes === null ? null : noteOf(bytes, COSIGNED_PATH);
}

/** A note's text from its bytes. @throws FaultFound when they are not UTF-8 */
export function noteOf(bytes: Buffer, where: string): string {
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) throw new FaultFound(where, "it is not UTF-8 text");
  return text;
}

/** Reads tiles from public files; where a narrow tile is gone because it has filled up, the full one begins with it. */
export const tilesOf =
  (read: ReadPublicFile): ReadTile =>
  async (level, index, width) => {
    const path = tilePath(level, index, width);
    const found = await narrowOrFull(read, path, tilePath(level, index), width, LARGEST_TILE);
    if (found === null) throw new FaultFound(path, "it is missing");
    const { bytes, whole } = found;
    if (bytes.length !== (whole ? TILE_WIDTH : width) * HASH_BYTES) {
      throw new FaultFound(path, `it must hold ${width} hashes of 32 bytes and has ${bytes.length} bytes`);
    }
    return bytes.subarray(0, width * HASH_BYTES);
  };

/** The bytes of a bundle of entries, and whether it is the full one read for a narrow one; null where it is not shown. */
export const bundleOf = async (
  read: ReadPublicFile,
  index: number,
  width: number,
): Promise<{ bytes: Buffer; whole: boolean } | null> =>
  narrowOrFull(read, entriesPath(index, width), entriesPath(index), width, LARGEST_BUNDLE);

async function narrowOrFull(
  read: ReadPublicFile,
  path: string,
  fullPath: string,
  width: number,
  largest: number,
): Promise<{ bytes: Buffer; whole: boolean } | null> {
  const narrow = await read(path, largest);
  if (narrow !== null) return { bytes: narrow, whole: width === TILE_WIDTH };
  const full = width === TILE_WIDTH ? null : await read(fullPath, largest);
  return full === null ? null : { bytes: full, whole: true };
}
