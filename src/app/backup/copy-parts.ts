import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "../../backup/manifest.ts";
import type { Settings } from "../../config.ts";
import {
  ARCHIVE_TABLES,
  archiveColumns,
  archiveRows,
  archiveRowsOfDay,
} from "../../storage/clickhouse/archive/snapshot.ts";
import { expirableImageIndex, expirableReads } from "../../storage/clickhouse/retention/expirable-tables.ts";
import type { ClickHouse } from "../../storage/clickhouse/clickhouse.ts";
import { newestIn } from "../../storage/postgres/audit/log-store.ts";
import type { Database } from "../../storage/postgres/database.ts";
import { inSnapshot, migrationsOf, rowsOf, sequencesOf, tablesOf } from "../../storage/postgres/snapshot.ts";
import type { BackupFiles } from "./backup-files.ts";
import { placesOf } from "./places.ts";

/** Of the sealed rows of a table. */
export const governedFile = (table: string): string => `governed/${table}.rows`;
export const archiveFile = (table: string, part: string): string => `archive/${table}/${part}.rows`;
/** The part of a table that does not go by days. */
const ALL = "all";

/** The governed store as it is at one moment, its log included. */
export function copyGoverned(
  files: BackupFiles,
  database: Database,
): Promise<Manifest["governed"] & { readonly log: Omit<Manifest["log"], "key"> }> {
  return inSnapshot(database, async (tx) => {
    const tables = await tablesOf(tx);
    for (const table of tables) await files.seal(governedFile(table.name), rowsOf(tx, table));
    const newest = await newestIn(tx);
    const [row] = await tx.query<{ entries: number }>(
      "select coalesce(max(index) + 1, 0)::bigint as entries from audit_entry",
    );
    return {
      migrations: await migrationsOf(tx),
      tables,
      sequences: await sequencesOf(tx),
      log: { entries: row?.entries ?? 0, size: newest?.size ?? 0, checkpoint: newest?.note ?? null },
    };
  });
}

/** Every row of the archive, day by day. The index of images goes before the images: all that it names are there by then. */
export async function copyArchive(files: BackupFiles, clickhouse: ClickHouse): Promise<Manifest["archive"]> {
  const tables: { name: string; columns: readonly string[] }[] = [];
  for (const { name, byDay } of ARCHIVE_TABLES) {
    const columns = await archiveColumns(clickhouse, name);
    tables.push({ name, columns });
    if (!byDay) await files.seal(archiveFile(name, ALL), archiveRows(clickhouse, name, columns));
    else
      for (const day of await daysOf(clickhouse, name))
        await files.seal(archiveFile(name, day), archiveRowsOfDay(clickhouse, name, columns, day), day);
  }
  return { tables };
}

async function daysOf(clickhouse: ClickHouse, table: "reads" | "read_image"): Promise<readonly string[]> {
  const expirable = table === "reads" ? expirableReads(clickhouse) : expirableImageIndex(clickhouse);
  return (await expirable.daysHeld?.()) ?? [];
}

/** The segments as they lie: each record of them is encrypted with its day's key. */
export async function copyImages(files: BackupFiles, settings: Settings): Promise<void> {
  for (const { name, folder, byDay } of placesOf(settings).segments)
    for (const bucket of await namesIn(folder))
      for (const segment of await namesIn(join(folder, bucket)))
        await unlessDeleted(() =>
          files.copy(
            `${name}/${bucket}/${segment}`,
            join(folder, bucket, segment),
            byDay ? bucket : undefined,
          ),
        );
}

/** Keys of images and those that sign, sealed under the backup's own: without that, no copy of a segment can be read. */
export async function copyKeys(files: BackupFiles, settings: Settings): Promise<void> {
  const { imageKeys, signingKeys } = placesOf(settings);
  for (const { name, folder, byDay } of imageKeys)
    for (const file of (await namesIn(folder)).filter((one) => one.endsWith(".key")))
      await unlessDeleted(async () => {
        const wrapped = await readFile(join(folder, file));
        await files.seal(`${name}/${file}`, [wrapped], byDay ? file.slice(0, -".key".length) : undefined);
      });
  for (const { name, path } of signingKeys) await files.seal(name, [await readFile(path)]);
}

const namesIn = async (folder: string): Promise<readonly string[]> =>
  (await unlessDeleted(() => readdir(folder))) ?? [];

/** Retention may take a day away meanwhile: then it was due, and is not put back either. */
async function unlessDeleted<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
