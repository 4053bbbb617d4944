import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seal, unseal } from "../identity/keys/sealed.ts";
import { PARTS } from "../storage/clickhouse/encrypted-disk.ts";

const KEY_BYTES = 32;
export const ARCHIVE_KEY_PURPOSE = "archive key";
export const ARCHIVE_KEY_FILE = "archive.key";

/**
 * The key of the embedded archive's files, wrapped by the master key in a file of its own; made before the archive is (OPS-2).
 * @param keys folder of the keys
 * @param archive folder of the archive
 * @throws Error where the archive is there and its key is not, or is another master key's, or where the archive is from before
 *   it was encrypted
 */
export function openArchiveKey(keys: string, archive: string, masterKey: Buffer): Buffer {
  const file = join(keys, ARCHIVE_KEY_FILE);
  if (existsSync(file))
    try {
      return unseal(masterKey, readFileSync(file), ARCHIVE_KEY_PURPOSE);
    } catch (error) {
      throw new Error(
        `${file} cannot be opened with this master key: it is damaged, or another installation's. Put it back from the backup of ` +
          "the keys; without it no read of the archive can be opened.",
        { cause: error },
      );
    }
  if (existsSync(join(archive, PARTS)))
    throw new Error(
      `${file} is missing: it opens the reads in ${archive}. Put it back from the backup of the keys. No new key was made: it would ` +
        "open none of them.",
    );
  if (existsSync(join(archive, "metadata")))
    throw new Error(
      `The reads in ${archive} are from before the archive was encrypted, and this version does not open them. Move that folder away ` +
        "and start again: the archive begins anew. To keep what is in it, run the version it is from.",
    );
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const key = randomBytes(KEY_BYTES);
  writeFileSync(file, seal(masterKey, key, ARCHIVE_KEY_PURPOSE), { mode: 0o600, flag: "wx", flush: true });
  const folder = openSync(keys, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return key;
}
