import type { ClickHouse } from "./clickhouse.ts";

/** No table of a migration: a note of the archive to itself, gone within the hour. */
const TABLE = `CREATE TABLE IF NOT EXISTS written (at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY tuple()
  TTL toDateTime(at) + INTERVAL 1 HOUR SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

/** A write of one row by the way that reads take; resolves when it is durable. */
export async function writeToArchive(clickhouse: ClickHouse): Promise<void> {
  await clickhouse.command(TABLE);
  const at = new Date().toISOString().replace("T", " ").replace("Z", "");
  await clickhouse.insert("written", ["at"], Buffer.from(`${at}\n`));
}
