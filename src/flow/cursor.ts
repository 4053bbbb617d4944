import { Problem } from "../errors.ts";

/** The largest id of what the governed store numbers as `integer`: lists, entries, NRDs, sources, people. */
const LARGEST_INTEGER = 2 ** 31 - 1;
/** A limit on ids that are `bigint`: hits, quarantined reads, receipts. */
const LARGEST_LONG = 1e15 - 1;

/** How the governed store numbers what an id names. */
export type IdColumn = "integer" | "bigint";

const largest = (column: IdColumn): number => (column === "integer" ? LARGEST_INTEGER : LARGEST_LONG);

/** A page cursor that is the last id of the page before. @throws Problem CURSOR_INVALID */
export function afterId(cursor: string | undefined, column: IdColumn): number | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const id = /^after-\d{1,15}$/.test(text) ? Number(text.slice(6)) : Number.NaN;
  if (!(id <= largest(column))) throw new Problem("CURSOR_INVALID", "Start again without a cursor.");
  return id;
}

/** The page of rows that were asked for with one more than its limit, and the cursor to the next. */
export function pageByIds<Row extends { readonly id: number }, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    items: kept.map(present),
    next:
      rows.length > limit && last !== undefined
        ? Buffer.from(`after-${last.id}`).toString("base64url")
        : null,
  };
}

/** A number from an id in a URL. @throws Problem NOT_FOUND where it cannot be one */
export function idNumber(text: string, column: IdColumn): number {
  const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : Number.NaN;
  if (!(id <= largest(column))) throw new Problem("NOT_FOUND", "There is nothing with this id.");
  return id;
}
