import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { serviceActs } from "../../audit/acts/service.ts";
import { service } from "../../audit/actor.ts";
import { Audited } from "../../audit/audited.ts";
import { logSigner } from "../../audit/log-key.ts";
import { verifierKeyText } from "../../audit/tlog/signed-note.ts";
import { BackupError } from "../../backup/backup-error.ts";
import { makeBackupKey } from "../../backup/backup-key.ts";
import { KEY_FILE } from "../../backup/check-files.ts";
import { type Manifest, MANIFEST, manifestText } from "../../backup/manifest.ts";
import type { Settings } from "../../config.ts";
import { fingerprintOf } from "../../identity/keys/master-key.ts";
import { loadPolicyPack, readPolicyPack } from "../../policy/pack.ts";
import type { PolicyPack } from "../../policy/policy-pack.ts";
import { FolderInUse } from "../../storage/postgres/folder-lock.ts";
import { syncFolder } from "../../storage/images/sync-folder.ts";
import { uncopied } from "../retention.ts";
import { openStores, type Stores } from "../stores.ts";
import { versionOfProgram } from "../version.ts";
import { BackupFiles } from "./backup-files.ts";
import { copyArchive, copyGoverned, copyImages, copyKeys } from "./copy-parts.ts";
import { requireNoRestore } from "./unfinished-restore.ts";

export interface BackupOptions {
  readonly settings: Settings;
  /** Folder that is not there yet; it is there once the backup is whole. */
  readonly target: string;
  /** Where the backup's own key goes; `backup.key` in the target unless said. */
  readonly keyFile?: string | undefined;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * Makes a backup (OPS-1) of a stopped installation, or of one on servers while it runs. The governed store is read first and at
 * one moment, then the archive, then images and last their keys: what is read later holds whatever the earlier refers to, because
 * reads and images are durable before anything tells of them, and only a deletion that is due takes them away.
 * @returns the manifest, once everything is on the disk under the target's name
 * @throws BackupError BACKUP_EXISTS, BACKUP_IN_USE, or RESTORE_UNFINISHED
 */
export async function makeBackup({ settings, target, keyFile, now }: BackupOptions): Promise<Manifest> {
  const place = resolve(target);
  for (const taken of [place, ...(keyFile === undefined ? [] : [keyFile])])
    if (existsSync(taken))
      throw new BackupError(
        "BACKUP_EXISTS",
        `${taken} is there already and is not written over. Name a new one.`,
      );
  requireNoRestore(settings);
  const stores = await openStores(settings, false, () => []).catch((error: unknown) => {
    if (!(error instanceof FolderInUse)) throw error;
    throw new BackupError(
      "BACKUP_IN_USE",
      `${error.message}. Stop the service for the backup: embedded stores belong to one process. Those on servers are backed up while it runs.`,
      error,
    );
  });
  const id = randomUUID();
  const unfinished = `${place}.unfinished-${id.slice(0, 8)}`;
  let isWhole = false;
  try {
    await mkdir(dirname(place), { recursive: true });
    await mkdir(unfinished, { mode: 0o700 });
    return await new Audited(stores.audit).do(
      service("service"),
      serviceActs.backup,
      { backup: id },
      async (entry) => {
        const key = makeBackupKey(keyFile ?? join(unfinished, KEY_FILE), id, stores.keys.masterKey);
        const manifest = await fill(new BackupFiles(unfinished, key), { id, settings, stores, now });
        await writeFile(join(unfinished, MANIFEST), manifestText(manifest, key), {
          mode: 0o600,
          flush: true,
        });
        await syncFolder(unfinished);
        // Crash before this: a folder named unfinished, which no restore takes.
        await rename(unfinished, place);
        isWhole = true;
        await syncFolder(dirname(place));
        entry.add({ files: manifest.files.length });
        return manifest;
      },
    );
  } catch (error) {
    if (!isWhole) {
      await rm(unfinished, { recursive: true, force: true });
      if (keyFile !== undefined) await rm(keyFile, { force: true });
    }
    throw error;
  } finally {
    await stores.close();
  }
}

async function fill(
  files: BackupFiles,
  { id, settings, stores, now }: { id: string; settings: Settings; stores: Stores; now: () => number },
): Promise<Manifest> {
  const made = now();
  const { accessMonths, deleteAfterDays, clockLeapHours } = (await packInForce(settings, stores, made))
    .retention;
  const { log, ...governed } = await copyGoverned(files, stores.database);
  const archive = await copyArchive(files, stores.clickhouse);
  await copyImages(files, settings);
  await copyKeys(files, settings);
  const days = new Set(files.all.flatMap(({ day }) => day ?? []));
  const heldBack: string[] = [];
  for (const day of [...days].sort()) if ((await uncopied(stores, day)) !== null) heldBack.push(day);
  return {
    format: 1,
    id,
    version: versionOfProgram(),
    made: new Date(made).toISOString(),
    fingerprint: fingerprintOf(stores.keys.masterKey).toString("hex"),
    log: { ...log, key: verifierKeyText(logSigner(stores.keys.logKey).verifier) },
    retention: { accessMonths, deleteAfterDays, clockLeapHours },
    heldBack,
    governed,
    archive,
    files: files.all,
  };
}

async function packInForce(settings: Settings, { policyPacks }: Stores, now: number): Promise<PolicyPack> {
  const record = await policyPacks.inForceAt(now);
  return record === undefined ? loadPolicyPack(settings.policyPack) : readPolicyPack(record.texts);
}
