import { Problem } from "../errors.ts";

/** A page cursor that is the last name of the page before. @throws Problem CURSOR_INVALID */
export function afterName(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, "base64url").toString();
  if (!/^name .{1,200}$/su.test(text)) throw new Problem("CURSOR_INVALID", "Start again without a cursor.");
  return text.slice(5);
}

/** The page of rows that were asked for with one more than its limit, and the cursor to the next. */
export function pageByNames<Row, Item>(
  rows: readonly Row[],
  limit: number,
  nameOf: (row: Row) => string,
  present: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    items: kept.map(present),
    next:
      rows.length > limit && last !== undefined
        ? Buffer.from(`name ${nameOf(last)}`).toString("base64url")
        : null,
  };
}
