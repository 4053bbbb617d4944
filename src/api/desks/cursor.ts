import { Problem } from "../../errors.ts";

/** A page cursor that is the last id of the page before. @throws Problem CURSOR_INVALID */
export function afterId(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  if (!/^after-\d{1,15}$/.test(text)) throw new Problem("CURSOR_INVALID", "Start again without a cursor.");
  return Number(text.slice(6));
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
export function idNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new Problem("NOT_FOUND", "There is nothing with this id.");
  return Number(text);
}
