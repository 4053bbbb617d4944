import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { serviceActs } from "../../audit/acts/service.ts";
import { service } from "../../audit/actor.ts";
import { Audited } from "../../audit/audited.ts";
import { BackupError } from "../../backup/backup-error.ts";
import { openBackupKey } from "../../backup/backup-key.ts";
import { checkFiles, KEY_FILE } from "../../backup/check-files.ts";
import { type BackedUpFile, type Manifest, readManifest } from "../../backup/manifest.ts";
import { readRecords } from "../../backup/sealed-records.ts";
import type { Settings } from "../../config.ts";
import { notDue } from "../../retention/due-day.ts";
import { migrate, MIGRATIONS } from "../../storage/postgres/migrate.ts";
import { isUnused, putSnapshot } from "../../storage/postgres/snapshot.ts";
import { makePrivate } from "../private-folder.ts";
import { openGoverned, openStores, type Stores } from "../stores.ts";
import { copyHashed } from "./backup-files.ts";
import { governedFile } from "./copy-parts.ts";
import { deleteDue } from "./delete-due.ts";
import { placesOf } from "./places.ts";
import {
  aheadOf,
  masterKeyOf,
  notEmpty,
  requireClock,
  requireEmpty,
  requireKnownSchema,
} from "./restore-checks.ts";
import { requireNoRestore, restoreBegun, restoreFinished } from "./unfinished-restore.ts";

export interface RestoreOptions {
  readonly settings: Settings;
  /** Folder of the backup. */
  readonly source: string;
  /** Where the backup's own key lies; `backup.key` in the source unless said. */
  readonly keyFile?: string | undefined;
  /** `YYYY-MM-DD`, UTC, as a person says it: needed where clock and backup are far apart. */
  readonly today?: string | undefined;
  /** Epoch ms. */
  readonly now: () => number;
  /** Hears of what a person must look at, in sentences. */
  readonly tell: (line: string) => void;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Days past their limit that were not put back. */
  readonly leftOut: readonly string[];
  /** Days of which something was put back with the governed store, and deleted with a receipt. */
  readonly deleted: readonly string[];
}

/** A restore under way. */
interface Parts extends RestoreOptions {
  readonly manifest: Manifest;
  readonly key: Buffer;
  /** Files of the backup that are put back. */
  readonly files: readonly BackedUpFile[];
}

/**
 * Puts a backup into an empty data folder, or empty databases and folders of servers (OPS-1). Days past their limit are not put back,
 * their keys least of all; everything else whose time has come since is deleted before this ends, and nothing starts on the data folder
 * before that (RET-1, RET-6).
 * @throws BackupError saying what is wrong; everything that can be checked is, before anything is written
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { settings, source, keyFile, today, now, tell } = options;
  requireNoRestore(settings);
  const read = readManifest(source);
  const { manifest } = read;
  const key = openBackupKey(keyFile ?? join(source, KEY_FILE), read, masterKeyOf(settings));
  requireKnownSchema(manifest);
  requireClock(manifest, now(), today);
  await requireEmpty(settings);
  const wrong = await checkFiles(source, manifest);
  if (wrong.length > 0)
    throw new BackupError(
      "BACKUP_DAMAGED",
      `${wrong.join("; ")}. Nothing was put back. Take another backup.`,
    );
  for (const line of await aheadOf(manifest, settings)) tell(line);

  const { accessMonths, deleteAfterDays } = manifest.retention;
  const isDue = (day: string): boolean =>
    !manifest.heldBack.includes(day) && notDue(day, now(), { accessMonths, deleteAfterDays }) === null;
  const leftOut = [...new Set(manifest.files.flatMap(({ day }) => day ?? []))].filter(isDue).sort();
  const files = manifest.files.filter(({ day }) => day === undefined || !isDue(day));
  const parts: Parts = { ...options, manifest, key, files };

  makePrivate(resolve(settings.data));
  await putGoverned(parts);
  await putFiles(parts);
  const stores = await openStores(settings, false, () => []);
  try {
    const audited = new Audited(stores.audit);
    const subject = { backup: manifest.id, made: manifest.made, days: leftOut };
    const deleted = await audited.do(service("service"), serviceActs.restore, subject, async () => {
      await putArchive(parts, stores);
      return deleteDue({ settings, stores, audited, now, tell });
    });
    restoreFinished(settings);
    return { manifest, leftOut, deleted };
  } finally {
    await stores.close();
  }
}

/** The governed store, in the schema it had; the next opening renews it. The mark stands before anything does. */
async function putGoverned({ settings, source, manifest, key }: Parts): Promise<void> {
  const { governed } = manifest;
  const database = await openGoverned(settings, resolve(settings.data));
  try {
    await migrate(database, MIGRATIONS, { most: governed.migrations.length });
    if (!(await isUnused(database))) throw notEmpty("The database of the PostgreSQL server");
    restoreBegun(settings, manifest.id);
    await putSnapshot(database, governed, ({ name }) => {
      const file = governedFile(name);
      return readRecords(join(source, file), key, file);
    });
    await database.exec("analyze");
  } finally {
    await database.close();
  }
}

/** Images as they lie, their keys, and the keys that sign. */
async function putFiles({ settings, source, key, files }: Parts): Promise<void> {
  const { segments, imageKeys, signingKeys } = placesOf(settings);
  for (const { path } of files) {
    const segment = segments.find(({ name }) => path.startsWith(`${name}/`));
    if (segment !== undefined)
      await copyHashed(join(source, path), join(segment.folder, path.slice(segment.name.length + 1)));
    const imageKey = imageKeys.find(({ name }) => path.startsWith(`${name}/`));
    const to =
      signingKeys.find(({ name }) => name === path)?.path ??
      (imageKey && join(imageKey.folder, path.slice(imageKey.name.length + 1)));
    if (to === undefined) continue;
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    const pieces: Buffer[] = [];
    for await (const piece of readRecords(join(source, path), key, path)) pieces.push(piece);
    await writeFile(to, Buffer.concat(pieces), { mode: 0o600, flag: "wx", flush: true });
  }
}

async function putArchive({ source, manifest, key, files }: Parts, { clickhouse }: Stores): Promise<void> {
  for (const { name, columns } of manifest.archive.tables)
    for (const { path } of files.filter(({ path: one }) => one.startsWith(`archive/${name}/`)))
      for await (const rows of readRecords(join(source, path), key, path))
        await clickhouse.insert(name, columns, rows);
}
