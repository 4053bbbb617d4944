import { parse } from "csv-parse";
import type { Readable } from "node:stream";

/** One row of a CSV file by its heading, or why the file cannot be read from here on. Rows count from 1, the heading left out. */
export type CsvRow =
  | { readonly row: number; readonly record: Readonly<Record<string, string | undefined>> }
  | { readonly row: number; readonly unreadable: string };

/**
 * Reads a CSV body with a heading row as it arrives, no faster than its rows are taken; names of columns are lower case. A file
 * that cannot be read further ends with one unreadable row.
 * @param longestRecordBytes a longer row is unreadable
 * @throws Error when the body fails, or is given up before it was complete
 */
export async function* csvRows(csv: Readable, longestRecordBytes: number): AsyncGenerator<CsvRow> {
  const givenUp = new Error("The body ended before it was complete.");
  if (csv.destroyed && !csv.readableEnded) throw givenUp;
  let fault: { readonly message: string; readonly rowsBefore: number } | undefined;
  const parser = csv.pipe(
    parse({
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      max_record_size: longestRecordBytes,
      relax_column_count: true,
      skip_empty_lines: true,
      // Otherwise the rows read before the fault are thrown away with it.
      skip_records_with_error: true,
      on_skip: (error) => {
        if (fault !== undefined || error === undefined) return undefined;
        fault = { message: error.message, rowsBefore: Number(error["records"]) };
        process.nextTick(() => csv.unpipe(parser) && parser.end());
        return undefined;
      },
    }),
  );
  csv.on("error", (error) => parser.destroy(error));
  // Whoever hangs up may do so without an error: then nothing but this ends the parser.
  csv.on("close", () => {
    if (!csv.readableEnded && fault === undefined) parser.destroy(givenUp);
  });
  let row = 0;
  for await (const record of parser as AsyncIterable<Record<string, string | undefined>>) {
    if (fault !== undefined && row >= fault.rowsBefore) break;
    row += 1;
    yield { row, record };
  }
  if (fault !== undefined)
    yield { row: row + 1, unreadable: `The file cannot be read from here on: ${fault.message}` };
}
