/** A value bound to `{name:Type}` in a statement. */
export type ClickHouseValue = string | number | readonly number[] | readonly string[];
export type ClickHouseParameters = Readonly<Record<string, ClickHouseValue>>;

/** ClickHouse, whether in this process or a server; the same SQL works on both. */
export interface ClickHouse {
  readonly engine: "embedded" | "server";
  /** Rows as objects. 64-bit integers come as numbers: keep them below 2^53. */
  query<Row>(sql: string, parameters?: ClickHouseParameters): Promise<Row[]>;
  /** Rows in ClickHouse's TabSeparated format, as `insert` takes them. */
  text(sql: string, parameters?: ClickHouseParameters): Promise<Buffer>;
  /** A statement without an answer. */
  command(sql: string, parameters?: ClickHouseParameters): Promise<void>;
  /** Rows in ClickHouse's TabSeparated format, as one insert statement, durable by the table's own settings. */
  insert(table: string, columns: readonly string[], rows: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Late reads of a whole retention year may arrive in one insert. */
export const MOST_PARTITIONS_IN_AN_INSERT = 500;
