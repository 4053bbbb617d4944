import type { CsvFile } from "../flow/csv-heading.ts";
import { csvRows } from "../flow/csv-rows.ts";
import { PRIORITIES, type NewListEntry, type Priority } from "./list-entry.ts";

const LONGEST_RECORD_BYTES = 16_384;
const OPTIONAL = ["make", "model", "colour", "country", "warnings"] as const;
const COLUMNS = {
  required: ["vrm", "reason", "instruction"],
  optional: ["priority", ...OPTIONAL, "valid_from", "valid_until"],
} as const;

/** One row of a list in CSV: an entry, or why it is none. Rows count from 1, the heading not among them. */
export type CsvEntry =
  | { readonly row: number; readonly entry: NewListEntry }
  | { readonly row: number; readonly code: string; readonly path: string; readonly message: string };

/**
 * Reads entries from CSV as it arrives; a file that cannot be read further ends with one `CSV_INVALID`.
 * @throws Problem CSV_HEADING_INVALID before the first row
 */
export async function* readEntries(file: CsvFile): AsyncGenerator<CsvEntry> {
  const form = { longestRecordBytes: LONGEST_RECORD_BYTES, columns: COLUMNS };
  for await (const read of csvRows(file, form))
    yield "record" in read ? { row: read.row, ...entryOf(read.record) } : { ...read, path: "" };
}

type Made =
  | { readonly entry: NewListEntry }
  | { readonly code: string; readonly path: string; readonly message: string };

function entryOf(record: Readonly<Record<string, string>>): Made {
  const text = (column: string): string => (record[column] ?? "").trim();
  const times: { validFrom?: number; validUntil?: number } = {};
  for (const [column, member] of [
    ["valid_from", "validFrom"],
    ["valid_until", "validUntil"],
  ] as const) {
    if (text(column) === "") continue;
    const time = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text(column))
      ? Date.parse(text(column))
      : Number.NaN;
    if (Number.isNaN(time))
      return { code: "TIME_INVALID", path: column, message: "Enter it like 2026-11-22T08:15:00Z." };
    times[member] = time;
  }
  const priority = text("priority").toLowerCase();
  if (priority !== "" && !(PRIORITIES as readonly string[]).includes(priority)) {
    return {
      code: "PRIORITY_INVALID",
      path: "priority",
      message: `Use one of ${PRIORITIES.join(", ")}, or leave empty for the list's own.`,
    };
  }
  const given = OPTIONAL.filter((column) => text(column) !== "").map(
    (column) => [column, text(column)] as const,
  );
  return {
    entry: {
      vrm: text("vrm"),
      reason: text("reason"),
      instruction: text("instruction"),
      ...(priority === "" ? {} : { priority: priority as Priority }),
      ...Object.fromEntries(given),
      ...times,
    },
  };
}
