import type { ClickHouse } from "../clickhouse.ts";

/** Tables of the archive that a backup holds; those of whole days go with their day. */
export const ARCHIVE_TABLES = [
  { name: "reads", byDay: true },
  { name: "read_image", byDay: true },
  { name: "preserved_read", byDay: false },
  { name: "preserved_image", byDay: false },
] as const;

/** Rows of one answer: a few tens of megabytes. */
const ROWS_AT_ONCE = 300_000;
const MINUTE_MS = 60_000;

export async function archiveColumns(clickhouse: ClickHouse, table: string): Promise<readonly string[]> {
  const rows = await clickhouse.query<{ name: string }>(
    "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position",
    { table },
  );
  return rows.map(({ name }) => name);
}

/** Whether no table of the archive holds a row, whatever version made it. */
export async function archiveIsUnused(clickhouse: ClickHouse): Promise<boolean> {
  const [row] = await clickhouse.query<{ rows: number }>(
    `SELECT sum(rows) AS rows FROM system.parts
     WHERE database = currentDatabase() AND active AND table IN {tables:Array(String)}`,
    { tables: ARCHIVE_TABLES.map(({ name }) => name) },
  );
  return (row?.rows ?? 0) === 0;
}

/** The whole table in ClickHouse's TabSeparated format, in pieces. */
export async function* archiveRows(
  clickhouse: ClickHouse,
  table: string,
  columns: readonly string[],
): AsyncGenerator<Buffer> {
  yield* nonEmpty(clickhouse.text(`SELECT ${columns.join(", ")} FROM ${table}`));
}

/** The same of one day (`YYYY-MM-DD`, UTC): whole minutes of capture together, as many as fit into an answer. */
export async function* archiveRowsOfDay(
  clickhouse: ClickHouse,
  table: string,
  columns: readonly string[],
  day: string,
): AsyncGenerator<Buffer> {
  const minutes = await clickhouse.query<{ minute: number; rows: number }>(
    `SELECT intDiv(toUnixTimestamp64Milli(captured), ${MINUTE_MS}) AS minute, count() AS rows FROM ${table}
     WHERE toDate(captured) = {day:Date} GROUP BY minute ORDER BY minute`,
    { day },
  );
  for (const { from, to } of spans(minutes))
    yield* nonEmpty(
      clickhouse.text(
        `SELECT ${columns.join(", ")} FROM ${table} WHERE captured >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
           AND captured < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`,
        { from: from * MINUTE_MS, to: to * MINUTE_MS },
      ),
    );
}

function* spans(
  minutes: readonly { readonly minute: number; readonly rows: number }[],
): Generator<{ from: number; to: number }> {
  let from: number | undefined;
  let rows = 0;
  let to = 0;
  for (const one of minutes) {
    if (from !== undefined && rows + one.rows > ROWS_AT_ONCE) {
      yield { from, to };
      from = undefined;
      rows = 0;
    }
    from ??= one.minute;
    to = one.minute + 1;
    rows += one.rows;
  }
  if (from !== undefined) yield { from, to };
}

async function* nonEmpty(answer: Promise<Buffer>): AsyncGenerator<Buffer> {
  const rows = await answer;
  if (rows.length > 0) yield rows;
}
