import type { ClickHouse } from "../clickhouse.ts";

/** The clocks of service and store may differ by as much; a part counts as new a little longer. */
const CLOCK_MARGIN_SECONDS = 300;

/**
 * How many reads the archive holds that were received at or after a moment (epoch ms UTC), by the process that numbers its
 * reads from `first` to before `end`. Looks only into parts written since, so it does not grow with the archive (AUD-1).
 */
export async function readsStoredSince(
  clickhouse: ClickHouse,
  received: number,
  numbers: { readonly first: number; readonly end: number },
): Promise<number> {
  const [row] = await clickhouse.query<{ reads: number }>(
    `SELECT toUInt32(uniqExact(nrd, captured, n)) AS reads FROM reads
     WHERE toUnixTimestamp64Milli(captured) + delay >= {received:Int64} AND n >= {first:UInt16} AND n < {end:UInt16}
       AND _part IN (SELECT name FROM system.parts WHERE database = currentDatabase() AND table = 'reads' AND active
                      AND modification_time >= toDateTime({written:UInt32}))`,
    {
      received,
      ...numbers,
      written: Math.max(0, Math.floor(received / 1000) - CLOCK_MARGIN_SECONDS),
    },
  );
  return row?.reads ?? 0;
}
