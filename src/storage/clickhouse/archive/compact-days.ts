import type { ClickHouse } from "../clickhouse.ts";

/**
 * Merges each past day of reads into one part, which no background merge does by itself. Measured: a VRM looked up over
 * ten days opens every column of every part, so time follows the number of parts. For a quiet hour, once a day.
 * @param before day, `YYYY-MM-DD`; days before it are taken to have stopped growing
 * @param most days merged in this call, the most recent first
 * @returns the days merged now
 */
export async function compactDays(
  clickhouse: ClickHouse,
  before: string,
  most: number,
): Promise<readonly string[]> {
  const rows = await clickhouse.query<{ partition: string }>(
    `SELECT partition FROM system.parts
     WHERE database = currentDatabase() AND table = 'reads' AND active AND partition < {before:String}
     GROUP BY partition HAVING count() > 1 ORDER BY partition DESC LIMIT {most:UInt32}`,
    { before: before.replaceAll("-", ""), most },
  );
  for (const { partition } of rows)
    await clickhouse.command(`OPTIMIZE TABLE reads PARTITION ${partition} FINAL`);
  return rows.map(({ partition }) => partition);
}
