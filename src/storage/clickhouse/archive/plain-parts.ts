import type { ClickHouse } from "../clickhouse.ts";

/** How many parts of the archive lie on a disk that ClickHouse does not encrypt (OPS-2). */
export async function plainPartsOf(clickhouse: ClickHouse): Promise<number> {
  const [row] = await clickhouse.query<{ plain: number }>(
    `SELECT count() AS plain FROM system.parts
     WHERE database = currentDatabase() AND disk_name NOT IN (SELECT name FROM system.disks WHERE is_encrypted)`,
  );
  return row?.plain ?? 0;
}
