import { parse } from "csv-parse";
import { readHeading, type CsvColumns, type CsvFile } from "./csv-heading.ts";

/** One row of a CSV file by its heading, or why it is none. Rows count from 1, the heading left out. */
export type CsvRow =
  | { readonly row: number; readonly record: Readonly<Record<string, string>> }
  | {
      readonly row: number;
      /** CSV_INVALID: nothing can be read from here on. FIELDS_UNEVEN: this row alone. */
      readonly code: "CSV_INVALID" | "FIELDS_UNEVEN";
      readonly message: string;
    };

/** What a file may be like. */
export interface CsvForm {
  /** A longer row is unreadable. */
  readonly longestRecordBytes: number;
  readonly columns: CsvColumns;
}

/**
 * Reads a CSV body with a heading row as it arrives, no faster than its rows are taken, in UTF-8, in UTF-16 with its mark, or in
 * Windows-1252 where a row is not UTF-8. A row that has not as many fields as the heading is none: nobody knows which is which.
 * @throws Problem CSV_HEADING_INVALID before the first row
 * @throws Error when the body fails, or is given up before it was complete
 */
export async function* csvRows({ csv, ignored }: CsvFile, form: CsvForm): AsyncGenerator<CsvRow> {
  const givenUp = new Error("The body ended before it was complete.");
  if (csv.destroyed && !csv.readableEnded) throw givenUp;
  let fault: { readonly message: string; readonly rowsBefore: number } | undefined;
  const parser = csv.pipe(
    parse({
      bom: true,
      // Bytes, unless a mark says which encoding it is: the rows are decoded below.
      encoding: null,
      max_record_size: form.longestRecordBytes,
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
  let names: readonly string[] | undefined;
  let row = 0;
  for await (const cells of parser as AsyncIterable<readonly (Buffer | string)[]>) {
    if (fault !== undefined && row + (names === undefined ? 0 : 1) >= fault.rowsBefore) break;
    if (names === undefined) {
      names = readHeading(decoded(cells), form.columns, ignored);
      continue;
    }
    row += 1;
    yield { row, ...rowOf(names, decoded(cells)) };
  }
  if (fault !== undefined)
    yield {
      row: row + 1,
      code: "CSV_INVALID",
      message: `The file cannot be read from here on: ${fault.message}`,
    };
  else if (names === undefined) readHeading([], form.columns);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const windows1252 = new TextDecoder("windows-1252");

/** A record is written in one encoding: where one field of it is not UTF-8, none is. */
function decoded(cells: readonly (Buffer | string)[]): readonly string[] {
  try {
    return cells.map((cell) => (typeof cell === "string" ? cell : utf8.decode(cell)));
  } catch {
    return cells.map((cell) => (typeof cell === "string" ? cell : windows1252.decode(cell)));
  }
}

function rowOf(names: readonly string[], cells: readonly string[]) {
  if (cells.length !== names.length) {
    const more = cells.length > names.length ? " Put quotation marks round a text with a comma in it." : "";
    return {
      code: "FIELDS_UNEVEN",
      message: `This row has ${cells.length} fields, the heading ${names.length}: nothing of it was taken.${more}`,
    } as const;
  }
  return { record: Object.fromEntries(names.map((name, at) => [name, cells[at] as string])) };
}
