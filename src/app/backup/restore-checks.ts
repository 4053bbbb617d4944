import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { mirroredCheckpoint } from "../../audit/mirrored-checkpoint.ts";
import { openCheckpoint } from "../../audit/tlog/signed-checkpoint.ts";
import { parseVerifierKey } from "../../audit/tlog/signed-note.ts";
import { BackupError } from "../../backup/backup-error.ts";
import type { Manifest } from "../../backup/manifest.ts";
import type { Settings } from "../../config.ts";
import { keyPlaces, openMasterKey } from "../../identity/keys/key-files.ts";
import { dayAt } from "../../retention/due-day.ts";
import { openClickHouse } from "../../storage/clickhouse/client.ts";
import { archiveIsUnused } from "../../storage/clickhouse/archive/snapshot.ts";
import { migrationNames } from "../../storage/postgres/migrate.ts";
import { keyPlaceOf } from "../keys.ts";
import { placesOf } from "./places.ts";

const HOUR_MS = 3_600_000;
const MIRROR_MS = 3_000;
/** What may lie in the data folder before: no backup has the first, and none the newest state of the second. */
const ALLOWED_KEYS = ["master.key", "log.signed"];

/** The master key that the operator has put in its place. @throws BackupError BACKUP_KEY_MISSING */
export function masterKeyOf(settings: Settings): Buffer {
  const { master } = keyPlaces(keyPlaceOf(settings));
  if (existsSync(master)) return openMasterKey(master, false);
  throw new BackupError(
    "BACKUP_KEY_MISSING",
    `${master} is missing: no backup holds the master key. Put it there from where you keep it, readable by its owner alone.`,
  );
}

/** @throws BackupError BACKUP_UNKNOWN where the backup is of a version that this one does not know */
export function requireKnownSchema({ governed, version }: Manifest): void {
  const known = migrationNames();
  const unknown = governed.migrations.find((name, index) => known[index] !== name);
  if (unknown !== undefined)
    throw new BackupError(
      "BACKUP_UNKNOWN",
      `This backup is of version ${version}, whose migration ${unknown} this program does not know. Restore it with that version.`,
    );
}

/** Nothing is written over. @throws BackupError RESTORE_NOT_EMPTY naming what is there */
export async function requireEmpty(settings: Settings): Promise<void> {
  const data = resolve(settings.data);
  const { segments, imageKeys } = placesOf(settings);
  const own = keyPlaces(keyPlaceOf(settings)).master;
  const found = [
    ...(await namesIn(data)).filter((name) => name !== "keys").map((name) => join(data, name)),
    ...(await namesIn(join(data, "keys")))
      .filter((name) => !ALLOWED_KEYS.includes(name) && name !== basename(own))
      .map((name) => join(data, "keys", name)),
    ...(
      await Promise.all(
        [...segments, ...imageKeys].map(async ({ folder }) =>
          (await namesIn(folder)).length > 0 ? [folder] : [],
        ),
      )
    ).flat(),
  ];
  const [first] = found;
  if (first !== undefined) throw notEmpty(first);
  if (settings.clickhouseUrl === undefined) return;
  const clickhouse = await openClickHouse({ url: settings.clickhouseUrl });
  try {
    if (!(await archiveIsUnused(clickhouse))) throw notEmpty("The database of the ClickHouse server");
  } finally {
    await clickhouse.close();
  }
}

export const notEmpty = (what: string): BackupError =>
  new BackupError(
    "RESTORE_NOT_EMPTY",
    `${what} is there already, and a restore writes over nothing. Give it an empty data folder (keys/master.key, and keys/log.signed ` +
      "where you still have it, may lie in it) and empty databases.",
  );

/**
 * A wrong clock would delete what is not due, or serve what is. @param today the day, as a person says it
 * @throws BackupError RESTORE_CLOCK where backup and clock are far apart and nobody says what day it is
 */
export function requireClock({ made, retention }: Manifest, now: number, today: string | undefined): void {
  const apart = Math.abs(now - Date.parse(made));
  if (today === dayAt(now) || (today === undefined && apart <= retention.clockLeapHours * HOUR_MS)) return;
  throw new BackupError(
    "RESTORE_CLOCK",
    `The clock says ${dayAt(now)}, and the backup was made at ${made}. What is past its limit is deleted by this clock. If it is right, say ` +
      `so with --today and the day that it is, UTC; otherwise set it.`,
  );
}

/** Whoever remembers more of the log than the backup holds, in sentences: what was written since is lost if this goes on. */
export async function aheadOf({ log, made }: Manifest, settings: Settings): Promise<readonly string[]> {
  const key = parseVerifierKey(log.key);
  if (key === null) return [];
  const seen: { who: string; size: number }[] = [];
  const signed = join(keyPlaceOf(settings).folder, "log.signed");
  if (existsSync(signed))
    seen.push({ who: signed, size: openCheckpoint(readFileSync(signed, "utf8"), key, [], 0, signed).size });
  const away: string[] = [];
  for (const mirror of settings.logMirrors)
    try {
      const { size } = await mirroredCheckpoint(mirror, key, { timeoutMs: MIRROR_MS });
      seen.push({ who: `The mirror ${mirror}`, size });
    } catch (error) {
      away.push(`The mirror ${mirror} could not be asked how far the log went: ${String(error)}`);
    }
  const ahead = seen
    .filter(({ size }) => size > log.entries)
    .map(
      ({ who, size }) =>
        `${who} knows ${size} entries of the log, and this backup, made at ${made}, holds ${log.entries}. Is there a newer backup? The ` +
        "service will not start behind them; only if what was written since is lost for good, see docs/audit-log.md for what comes next.",
    );
  return [...ahead, ...away];
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}
