import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fingerprintOf, fingerprintText } from "../identity/keys/master-key.ts";
import { seal, unseal } from "../identity/keys/sealed.ts";
import { BackupError } from "./backup-error.ts";
import type { ReadManifest } from "./manifest.ts";

const KEY_BYTES = 32;
const purposeOf = (id: string): string => `backup ${id}`;

/**
 * Makes a backup's own key, wrapped by the master key in a file that is not there yet. Everything in the backup is sealed under
 * it, so whoever destroys the file has destroyed every copy of the backup (RET-6).
 */
export function makeBackupKey(file: string, id: string, masterKey: Buffer): Buffer {
  const key = randomBytes(KEY_BYTES);
  writeFileSync(file, seal(masterKey, key, purposeOf(id)), { mode: 0o600, flag: "wx", flush: true });
  return key;
}

/**
 * Opens a backup's key and holds it against the manifest.
 * @throws BackupError BACKUP_KEY_WRONG where the master key is another, BACKUP_KEY_MISSING where the file is gone or damaged,
 *   BACKUP_DAMAGED where somebody without the key wrote the manifest
 */
export function openBackupKey(
  file: string,
  { manifest, isSealedBy }: ReadManifest,
  masterKey: Buffer,
): Buffer {
  const ours = fingerprintOf(masterKey);
  if (ours.toString("hex") !== manifest.fingerprint)
    throw new BackupError(
      "BACKUP_KEY_WRONG",
      `This backup was sealed with the master key ${fingerprintText(Buffer.from(manifest.fingerprint, "hex"))}, and the one given here ` +
        `is ${fingerprintText(ours)}. Put the right one in its place; nothing was changed.`,
    );
  if (!existsSync(file))
    throw new BackupError(
      "BACKUP_KEY_MISSING",
      `${file} is missing: without it nobody can open this backup. Where it was kept apart, name it with --key FILE; where it was ` +
        "destroyed, this backup is gone for good.",
    );
  let key: Buffer;
  try {
    key = unseal(masterKey, readFileSync(file), purposeOf(manifest.id));
  } catch (cause) {
    throw new BackupError("BACKUP_KEY_MISSING", `${file} is damaged, or another backup's.`, cause);
  }
  if (!isSealedBy(key))
    throw new BackupError(
      "BACKUP_DAMAGED",
      "manifest.json was not written by whoever made this backup. Take another.",
    );
  return key;
}
