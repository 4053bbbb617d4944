import type { Database, Queryable } from "./database.ts";

/**
 * What is not put back: schema versions are the migrations' own; sessions, links and challenges that were ended since would open
 * again; the rest is about processes that are gone.
 */
const LEFT_OUT = [
  "migration",
  "session",
  "sign_in_challenge",
  "sign_in_failure",
  "enrolment",
  "estate_follower",
  "written",
];
const ROWS_AT_ONCE = 500;
/** Characters of rows that one statement takes. */
const TEXT_AT_ONCE = 4 * 2 ** 20;

/** A table and the columns that hold what is in it; what the database computes is left to it. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A sequence, and the number it gave last. */
export interface SequenceState {
  readonly name: string;
  readonly last: number;
}

/** Runs `work` on the governed store as it is at one moment, whatever others write meanwhile. */
export function inSnapshot<T>(database: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return database.transaction(async (tx) => {
    await tx.query("set transaction isolation level repeatable read, read only");
    return work(tx);
  });
}

/** Every table of the governed store that a backup holds. */
export const tablesOf = (tx: Queryable): Promise<readonly TableShape[]> =>
  tx.query<TableShape>(
    `select relname as name, array_agg(attname::text order by attnum) as columns
       from pg_class join pg_attribute on attrelid = pg_class.oid
      where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname <> all ($1)
        and attnum > 0 and not attisdropped and attgenerated = ''
      group by relname order by relname`,
    [LEFT_OUT],
  );

/** The names of the migrations that made the schema, in order. */
export async function migrationsOf(tx: Queryable): Promise<readonly string[]> {
  const rows = await tx.query<{ name: string }>("select name from migration order by number");
  return rows.map(({ name }) => name);
}

/** Sequences are outside of any snapshot: asked after the rows, none is behind a row. */
export const sequencesOf = (tx: Queryable): Promise<readonly SequenceState[]> =>
  tx.query<SequenceState>(
    `select sequencename::text as name, last_value as last from pg_sequences
      where schemaname = current_schema() and last_value is not null order by sequencename`,
  );

/** The rows of a table as JSON, a row a line, in pieces. For a transaction: others' statements do not come in between. */
export async function* rowsOf(tx: Queryable, { name, columns }: TableShape): AsyncGenerator<Buffer> {
  await tx.query(
    `declare backup_rows no scroll cursor for
     select to_json("the row")::text as row from (select ${columns.map(quoted).join(", ")} from ${quoted(name)}) as "the row"`,
  );
  for (;;) {
    const rows = await tx.query<{ row: string }>(`fetch ${ROWS_AT_ONCE} from backup_rows`);
    if (rows.length === 0) break;
    yield Buffer.from(rows.map(({ row }) => `${row}\n`).join(""));
  }
  await tx.query("close backup_rows");
}

/** Whether nobody has ever used this store: no person, no organisation, no entry of the log. */
export async function isUnused(database: Queryable): Promise<boolean> {
  const [row] = await database.query<{ used: boolean }>(
    `select exists (select from person) or exists (select from organisation) or exists (select from audit_entry) as used`,
  );
  return row?.used === false;
}

/**
 * Puts the rows of a snapshot into a store of the same schema that nobody has used, all in one transaction: a crash leaves it
 * unused. References between tables are checked once all rows stand; the user that owns the tables may do all of it.
 * @param rows pieces as `rowsOf` gives them
 * @throws DatabaseError where rows do not fit the schema, or each other
 */
export async function putSnapshot(
  database: Database,
  {
    tables,
    sequences,
  }: { readonly tables: readonly TableShape[]; readonly sequences: readonly SequenceState[] },
  rows: (table: TableShape) => AsyncIterable<Buffer>,
): Promise<void> {
  await database.transaction(async (tx) => {
    const references = await tx.query<{ relation: string; name: string; text: string }>(
      `select conrelid::regclass::text as relation, conname as name, pg_get_constraintdef(oid) as text
         from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace`,
    );
    for (const { relation, name } of references)
      await tx.exec(`alter table ${relation} drop constraint ${quoted(name)}`);
    for (const table of tables) {
      await tx.exec(
        `alter table ${quoted(table.name)} disable trigger user; delete from ${quoted(table.name)}`,
      );
      for await (const piece of rows(table)) await putRows(tx, table, piece);
    }
    for (const { name, last } of sequences)
      await tx.query("select setval(quote_ident($1)::regclass, $2::bigint, true)", [name, last]);
    for (const { relation, name, text } of references)
      await tx.exec(`alter table ${relation} add constraint ${quoted(name)} ${text}`);
    for (const { name } of tables) await tx.exec(`alter table ${quoted(name)} enable trigger user`);
  });
}

async function putRows(tx: Queryable, { name, columns }: TableShape, piece: Buffer): Promise<void> {
  const list = columns.map(quoted).join(", ");
  for (const lines of inParts(piece.toString("utf8").trimEnd().split("\n")))
    await tx.query(
      `insert into ${quoted(name)} (${list}) overriding system value
       select ${list} from json_populate_recordset(null::${quoted(name)}, $1::text::json)`,
      [`[${lines.join(",")}]`],
    );
}

function* inParts(lines: readonly string[]): Generator<readonly string[]> {
  let part: string[] = [];
  let length = 0;
  for (const line of lines) {
    if (part.length > 0 && length + line.length > TEXT_AT_ONCE) {
      yield part;
      part = [];
      length = 0;
    }
    part.push(line);
    length += line.length;
  }
  if (part.length > 0) yield part;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
