import type { Readable } from "node:stream";
import { Problem } from "../errors.ts";

/** The columns a file may have; names are lower case. */
export interface CsvColumns {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** A file as somebody sends it. */
export interface CsvFile {
  readonly csv: Readable;
  /** Columns that whoever sends it knows are not taken. */
  readonly ignored?: readonly string[];
}

const SEPARATORS = { ";": "a semicolon", "\t": "a tab", "|": "a vertical bar" } as const;
const LONGEST_SHOWN = 40;

/**
 * The names of the columns of a heading row, lower case, in order.
 * @throws Problem CSV_HEADING_INVALID before any row is taken: a column is missing, not known, unnamed or there twice
 */
export function readHeading(
  cells: readonly string[],
  columns: CsvColumns,
  ignored: readonly string[] = [],
): readonly string[] {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const known = [...columns.required, ...columns.optional];
  const separator = otherSeparator(names, known);
  const errors = [
    ...columns.required
      .filter((name) => !names.includes(name))
      .map((name) => ({ path: name, code: "COLUMN_MISSING", message: `The heading has no column ${name}.` })),
    ...names
      .filter((name) => !known.includes(name) && !ignored.includes(name))
      .map((name) => ({ path: shown(name), code: "COLUMN_UNKNOWN", message: sayUnknown(name) })),
    ...names
      .filter((name, at) => known.includes(name) && names.indexOf(name) !== at)
      .map((name) => ({ path: name, code: "COLUMN_TWICE", message: `The column ${name} is there twice.` })),
  ];
  if (errors.length === 0) return names;
  const guess = separator === undefined ? "" : ` Is the separator ${separator}? Use commas.`;
  const found = names.length === 0 ? "nothing" : names.map(shown).join(", ");
  throw new Problem(
    "CSV_HEADING_INVALID",
    `${errors.map(({ message }) => message).join(" ")} Found: ${found}.${guess} Nothing was imported. ` +
      `The columns are ${columns.required.join(", ")}${columns.optional.length === 0 ? "" : ` and, if wanted, ${columns.optional.join(", ")}`}.`,
    { errors },
  );
}

const shown = (name: string): string =>
  name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}…` : name;
const sayUnknown = (name: string): string =>
  name === "" ? "A column has no name." : `The column ${shown(name)} is not known.`;

/** What the columns look separated by, where that is not the comma. */
function otherSeparator(names: readonly string[], known: readonly string[]): string | undefined {
  for (const [separator, words] of Object.entries(SEPARATORS)) {
    const parts = names.flatMap((name) => name.split(separator).map((part) => part.trim()));
    if (parts.length > names.length && parts.some((part) => known.includes(part))) return words;
  }
  return undefined;
}
