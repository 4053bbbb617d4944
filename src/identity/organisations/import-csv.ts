import type { CsvFile } from "../../flow/csv-heading.ts";
import { Problem } from "../../errors.ts";
import { csvRows } from "../../flow/csv-rows.ts";
import { ORGANISATION_KINDS, type KnownOrganisation, type OrganisationStore } from "./organisation.ts";
import { isPlainText } from "../sign-in/plain-input.ts";
import { ORGANISATION_CODE } from "./organisation-rules.ts";

const COLUMNS = ["name", "code", "kind"] as const;
const FORM = { longestRecordBytes: 4_096, columns: { required: COLUMNS, optional: [] } };
const LONGEST_TEXT = 200;
/** Far more than a country approves; what comes after is refused. */
const MOST_ROWS = 10_000;

export interface OrganisationRow {
  readonly name: string;
  readonly code: string;
  readonly kind: string;
}

/** What became of one row. `row` counts from 1, the heading left out. */
export type OrganisationVerdict =
  | { readonly row: number; readonly verdict: "added" | "updated" | "unchanged"; readonly code: string }
  | {
      readonly row: number;
      readonly verdict: "refused";
      readonly code: string;
      readonly column: string;
      readonly message: string;
    };

type UnderLog = (
  row: OrganisationRow,
  was: KnownOrganisation | undefined,
  work: () => Promise<void>,
) => Promise<void>;

/**
 * Reads the list of approved organisations (columns `name`, `code`, `kind`) into the store: new codes are added as approved,
 * known ones take the name and kind of the row. One bad row never harms its neighbours (ACC-1).
 * @throws Problem CSV_HEADING_INVALID before the first row
 * @param under does the work of a row that changes something, under the log; `was` is absent for a new one
 */
export async function* importOrganisations(
  file: CsvFile,
  store: OrganisationStore,
  under: UnderLog,
): AsyncGenerator<OrganisationVerdict, void, undefined> {
  const seen = new Set<string>();
  for await (const read of csvRows(file, FORM)) {
    const { row } = read;
    if ("code" in read) {
      yield refused(row, read.code, "", read.message);
    } else if (row > MOST_ROWS) {
      yield refused(row, "FILE_TOO_LONG", "", `A file can have at most ${MOST_ROWS} rows.`);
      return;
    } else {
      yield { row, ...(await takeRow(trimmed(read.record), seen, store, under)) };
    }
  }
}

const trimmed = (record: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(record).map(([column, text]) => [column, text.trim()]));

type Verdict = OrganisationVerdict extends infer V ? (V extends unknown ? Omit<V, "row"> : never) : never;

async function takeRow(
  record: Record<string, string | undefined>,
  seen: Set<string>,
  store: OrganisationStore,
  under: UnderLog,
): Promise<Verdict> {
  const fault = faultOf(record, seen);
  if (fault !== undefined) return fault;
  const { name, code, kind } = record as unknown as OrganisationRow;
  seen.add(code);
  const known = await store.byCode(code);
  if (known?.name === name && known.kind === kind) return { verdict: "unchanged", code };
  try {
    await under({ name, code, kind }, known, async () => {
      if (known === undefined) await store.add({ name, code, kind });
      else if (!(await store.change(known.id, { name, kind }, known.version)))
        throw new Problem(
          "CONFLICT",
          "Someone else changed this organisation at the same time. Import the row again.",
        );
    });
  } catch (error) {
    if (!(error instanceof Problem && error.code === "CONFLICT")) throw error;
    return { verdict: "refused", code: "CONFLICT", column: "name", message: error.message };
  }
  return { verdict: known === undefined ? "added" : "updated", code };
}

function faultOf(record: Record<string, string | undefined>, seen: ReadonlySet<string>): Verdict | undefined {
  const missing = COLUMNS.find((column) => (record[column] ?? "") === "");
  if (missing !== undefined)
    return {
      verdict: "refused",
      code: "COLUMN_MISSING",
      column: missing,
      message: `This row has no ${missing}.`,
    };
  const { name, code, kind } = record as unknown as OrganisationRow;
  const wrong = (column: string, reason: string, message: string): Verdict => ({
    verdict: "refused",
    code: reason,
    column,
    message,
  });
  if (!isPlainText(name))
    return wrong("name", "TEXT_INVALID", "The name contains a character that cannot be shown.");
  if (name.length > LONGEST_TEXT)
    return wrong("name", "TEXT_TOO_LONG", `Name must be ${LONGEST_TEXT} characters or fewer.`);
  if (!ORGANISATION_CODE.test(code) || code.length > LONGEST_TEXT)
    return wrong(
      "code",
      "CODE_INVALID",
      "Code must be lower-case words joined by hyphens, like devon-and-cornwall.",
    );
  if (!ORGANISATION_KINDS.some((known) => known === kind))
    return wrong("kind", "KIND_UNKNOWN", `Kind must be one of ${ORGANISATION_KINDS.join(", ")}.`);
  if (seen.has(code))
    return wrong("code", "DUPLICATE_IN_FILE", `The code ${code} is already in an earlier row of this file.`);
  return undefined;
}

const refused = (row: number, code: string, column: string, message: string): OrganisationVerdict => ({
  row,
  verdict: "refused",
  code,
  column,
  message,
});
