import type { Expirable, ExpirableReads } from "../../../retention/retention.ts";
import type { ClickHouse } from "../clickhouse.ts";

type DayTable = "reads" | "read_image";

/** The archive's tables as retention sees them: whole day partitions, dropped (RET-1). */
export function expirableReads(clickhouse: ClickHouse): ExpirableReads {
  const table = expirableTable(clickhouse, "reads", "reads");
  return {
    ...table,
    daysHeld: () => daysHeld(clickhouse, "reads"),
    async digest(day) {
      const [row] = await clickhouse.query<{ digest: string }>(
        `SELECT lower(hex(sumWithOverflow(reinterpretAsUInt256(SHA256(
           concat(toString(nrd), '-', toString(toUnixTimestamp64Milli(captured)), '-', toString(n))))))) AS digest
         FROM reads WHERE toDate(captured) = {day:Date}`,
        { day },
      );
      return `sum-of-sha256:${(row?.digest ?? "").padStart(64, "0")}`;
    },
  };
}

/** Where the images lie; the images themselves are the vault's. */
export const expirableImageIndex = (clickhouse: ClickHouse): Expirable =>
  expirableTable(clickhouse, "read_image", "image-index");

function expirableTable(clickhouse: ClickHouse, table: DayTable, name: string): Expirable {
  return {
    name,
    async countOfDay(day) {
      const [row] = await clickhouse.query<{ count: number }>(
        `SELECT count() AS count FROM ${table} WHERE toDate(captured) = {day:Date}`,
        { day },
      );
      return row?.count ?? 0;
    },
    async deleteDay(day) {
      // DROP PARTITION takes no bound value; the day comes from the engine's own list of partitions.
      const held = (await daysHeld(clickhouse, table)).find((one) => one === day);
      if (held !== undefined)
        await clickhouse.command(`ALTER TABLE ${table} DROP PARTITION ${held.replaceAll("-", "")}`);
    },
    daysHeld: () => daysHeld(clickhouse, table),
  };
}

async function daysHeld(clickhouse: ClickHouse, table: DayTable): Promise<string[]> {
  const rows = await clickhouse.query<{ partition: string }>(
    `SELECT DISTINCT partition FROM system.parts
     WHERE database = currentDatabase() AND table = {table:String} AND active AND rows > 0 ORDER BY partition`,
    { table },
  );
  return rows.map(
    ({ partition }) => `${partition.slice(0, 4)}-${partition.slice(4, 6)}-${partition.slice(6)}`,
  );
}
