import { DataRefused } from "../errors.ts";

/**
 * Writes a group as one; when the store refuses its data, writes its halves, so that what is bad fails alone. A failure that
 * is no such refusal fails the whole group it met: nobody knows what was kept, and nothing may be written twice.
 * @param write answers one result for each item, in order
 * @returns how each item ended, in order
 */
export async function writeApart<Item, Result>(
  items: readonly Item[],
  write: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly PromiseSettledResult<Result>[]> {
  try {
    const results = await write(items);
    return items.map((_, index) => ({ status: "fulfilled", value: results[index] as Result }));
  } catch (reason) {
    if (!(reason instanceof DataRefused) || items.length < 2)
      return items.map(() => ({ status: "rejected", reason }));
    const middle = Math.ceil(items.length / 2);
    const first = await writeApart(items.slice(0, middle), write);
    return [...first, ...(await writeApart(items.slice(middle), write))];
  }
}
