import { existsSync } from "node:fs";
import { join } from "node:path";
import { openBackupKey } from "../../backup/backup-key.ts";
import { checkFiles, KEY_FILE } from "../../backup/check-files.ts";
import { type Manifest, readManifest } from "../../backup/manifest.ts";
import type { Settings } from "../../config.ts";
import { keyPlaces, openMasterKey } from "../../identity/keys/key-files.ts";
import { keyPlaceOf } from "../keys.ts";

/** What a look at a backup found. */
export interface Verified {
  readonly manifest: Manifest;
  /** What is wrong with which file, in sentences; none where it is whole. */
  readonly wrong: readonly string[];
  /** Whether the master key was here, and opened the backup's own key: any machine can check the rest. */
  readonly sealChecked: boolean;
}

/** Reads every file of a backup. @throws BackupError where its manifest or its key is not what it was */
export async function verifyBackup({
  settings,
  source,
  keyFile,
}: {
  readonly settings: Settings;
  readonly source: string;
  readonly keyFile?: string | undefined;
}): Promise<Verified> {
  const read = readManifest(source);
  const { master } = keyPlaces(keyPlaceOf(settings));
  const sealChecked = existsSync(master);
  if (sealChecked) openBackupKey(keyFile ?? join(source, KEY_FILE), read, openMasterKey(master, false));
  return { manifest: read.manifest, wrong: await checkFiles(source, read.manifest), sealChecked };
}
