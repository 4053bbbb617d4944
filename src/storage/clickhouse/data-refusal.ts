import { DataRefused } from "../../errors.ts";

/**
 * ClickHouse's codes for a value that cannot be read or does not fit its column. Rows are read in full before the first of
 * an insert of ours is written (groups stay far below the engine's block of a million rows), so none is kept.
 * 6 text, 25 escape, 26 quoted, 27 input, 38 date, 41 time, 53 type, 69 bound, 70 conversion, 72 number, 117 incorrect,
 * 131 too long, 321 out of the type's range, 349 null, 691 unknown enum element.
 */
const CODES: ReadonlySet<number> = new Set([6, 25, 26, 27, 38, 41, 53, 69, 70, 72, 117, 131, 321, 349, 691]);

/** Runs an insert; what the engine refused for its data is thrown as DataRefused, every other failure as it is. */
export async function tellRefusals(insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert();
  } catch (error) {
    if (CODES.has(codeOf(error))) throw new DataRefused("The archive cannot hold a value.", { cause: error });
    throw error;
  }
}

/** The server's client names the code, the embedded engine writes `Code: 27.` into its message. */
function codeOf(error: unknown): number {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === "string" && /^\d+$/.test(code)) return Number(code);
  return Number(/\bCode: (\d+)\b/.exec(String(message))?.[1] ?? Number.NaN);
}
