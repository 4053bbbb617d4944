import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../project-root.ts";
import type { ClickHouse } from "./clickhouse.ts";

const MIGRATIONS = join(projectRoot, "src/storage/clickhouse/migrations");

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

/**
 * Brings the schema up to date: numbered files in order, each recorded with the SHA-256 of its text. Statements are
 * repeatable (`IF NOT EXISTS`), because a crash between a file and its record runs the file again.
 * @returns the names applied now
 * @throws Error when a number is missing, an applied file has changed, or the store is newer than the files
 */
export async function migrateClickHouse(
  clickhouse: ClickHouse,
  folder: string = MIGRATIONS,
): Promise<string[]> {
  await clickhouse.command(
    "CREATE TABLE IF NOT EXISTS migration (number UInt32, name String, sha256 String, applied DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY number SETTINGS fsync_after_insert = 1, fsync_part_directory = 1",
  );
  const files = readMigrations(folder);
  const done = await clickhouse.query<Applied>("SELECT number, name, sha256 FROM migration ORDER BY number");
  checkHistory(done, files);
  const pending = files.slice(done.length);
  for (const { number, name, sha256, sql } of pending) {
    for (const statement of statementsOf(sql)) await clickhouse.command(statement);
    await clickhouse.insert(
      "migration",
      ["number", "name", "sha256"],
      Buffer.from(`${number}\t${name}\t${sha256}\n`),
    );
  }
  return pending.map(({ name }) => name);
}

const statementsOf = (sql: string): string[] =>
  sql.split(/;\s*$/m).filter((statement) => statement.trim() !== "");

function readMigrations(folder: string): readonly (Applied & { readonly sql: string })[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name, index) => {
    const number = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1]);
    if (number !== index + 1) throw new Error(`Migration ${name} should be number ${index + 1}`);
    const sql = readFileSync(join(folder, name), "utf8");
    return { number, name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
  });
}

function checkHistory(done: readonly Applied[], files: readonly Applied[]): void {
  for (const [index, row] of done.entries()) {
    const file = files[index];
    if (file === undefined || file.number !== row.number) {
      throw new Error(
        `The archive has migration ${row.name}, which this version does not know; run a newer version`,
      );
    }
    if (file.sha256 !== row.sha256) {
      throw new Error(`Migration ${row.name} was changed after it was applied; restore it and add a new one`);
    }
  }
}
