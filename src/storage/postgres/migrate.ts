import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../project-root.ts";
import type { Database } from "./database.ts";

export const MIGRATIONS = join(projectRoot, "src/storage/postgres/migrations");
/** Any constant does; all processes of an installation share it. */
const MIGRATION_LOCK = 7_401;

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly sql: string;
}

/**
 * Brings the schema up to date: numbered files, each in its own transaction, recorded with the SHA-256 of its text.
 * @param most migrations that the schema has afterwards at most: a backup of an older version is put into its own
 * @returns the names applied now
 * @throws Error when a number is missing, an applied file has changed or vanished, or the database is newer than the files
 */
export async function migrate(
  database: Database,
  folder: string = MIGRATIONS,
  { most = Number.POSITIVE_INFINITY }: { readonly most?: number } = {},
): Promise<string[]> {
  const files = readMigrations(folder);
  await database.exec(
    "create table if not exists migration (number integer primary key, name text not null, sha256 text not null, applied timestamptz not null default now())",
  );
  const applied: string[] = [];
  for (const file of files.slice(0, most)) {
    const isNew = await database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
      const done = await tx.query<{ number: number; name: string; sha256: string }>(
        "select number, name, sha256 from migration order by number",
      );
      checkHistory(done, files);
      if (done.length >= file.number) return false;
      await tx.exec(file.sql);
      await tx.query("insert into migration (number, name, sha256) values ($1, $2, $3)", [
        file.number,
        file.name,
        file.sha256,
      ]);
      return true;
    });
    if (isNew) applied.push(file.name);
  }
  return applied;
}

/** The names of all migrations of this version, in order. */
export const migrationNames = (): readonly string[] => readMigrations(MIGRATIONS).map(({ name }) => name);

function readMigrations(folder: string): readonly Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  return names.map((name, index) => {
    const number = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1]);
    if (number !== index + 1) throw new Error(`Migration ${name} should be number ${index + 1}`);
    const sql = readFileSync(join(folder, name), "utf8");
    return { number, name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
  });
}

function checkHistory(
  done: readonly { number: number; name: string; sha256: string }[],
  files: readonly Migration[],
): void {
  for (const [index, row] of done.entries()) {
    const file = files[index];
    if (file === undefined || row.number !== file.number) {
      throw new Error(
        `The database has migration ${row.name}, which this version does not know; run a newer version`,
      );
    }
    if (row.sha256 !== file.sha256) {
      throw new Error(`Migration ${row.name} was changed after it was applied; restore it and add a new one`);
    }
  }
}
