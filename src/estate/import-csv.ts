import type { CsvFile } from "../flow/csv-heading.ts";
import { csvRows } from "../flow/csv-rows.ts";
import type { OrganisationNames } from "../identity/organisations/organisation.ts";
import type { NrdState } from "../read/nrd.ts";
import { parseRow, COLUMNS, type ParsedRow, type RowError } from "./import-row.ts";
import type { NrdRegister, WriteResult } from "./nrd-register.ts";
import type { RegisteredNrd } from "./registered-nrd.ts";
import { planRow, type Planned, type PlannedWrite } from "./plan-row.ts";

const CHUNK = 1000;
const LONGEST_RECORD_BYTES = 16_384;

export interface ImportParts {
  readonly register: NrdRegister;
  readonly organisations: OrganisationNames;
}

export interface ImportOptions {
  /** For NRDs that are new and whose row says nothing; an NRD already registered keeps its state. */
  readonly state: NrdState;
  /** Make organisations that are not known; otherwise their rows are refused. */
  readonly createOrganisations: boolean;
  /** Person id for the history. */
  readonly by: number | null;
  /** Whether an NRD on record is the importer's to change. */
  readonly mayChange: (nrd: RegisteredNrd) => boolean;
  /** Does the writing, with what is written in the log before and after (AUD-1). */
  readonly underLog: (
    writes: readonly PlannedWrite[],
    write: () => Promise<readonly WriteResult[]>,
  ) => Promise<readonly WriteResult[]>;
}

/** What became of one row. `row` counts from 1, the header left out. */
export type RowVerdict =
  | { readonly row: number; readonly verdict: "added" | "updated" | "unchanged"; readonly id: number }
  | ({ readonly row: number; readonly verdict: "refused" } & RowError);

type Row = { readonly row: number } & (ParsedRow | RowError);

/**
 * Reads a CSV file of NRDs into the register, streaming, a thousand rows a transaction; one bad row never harms its
 * neighbours. Verdicts come in the order of the rows.
 * A file that cannot be read further ends with one verdict `CSV_INVALID`; what came before it stays.
 * @throws Problem CSV_HEADING_INVALID before the first row
 */
export async function* importNrds(
  file: CsvFile,
  parts: ImportParts,
  options: ImportOptions,
): AsyncGenerator<RowVerdict, void, undefined> {
  const seen = new Set<string>();
  const owners = new Map((await parts.organisations.all()).map(({ name, id }) => [name, id]));
  let rows: Row[] = [];
  for await (const row of readRows(file)) {
    rows.push("code" in row ? row : (duplicate(row, seen) ?? row));
    if (rows.length === CHUNK) {
      yield* await writeRows(rows, owners, parts, options);
      rows = [];
    }
  }
  yield* await writeRows(rows, owners, parts, options);
}

async function* readRows(file: CsvFile): AsyncGenerator<Row> {
  const form = { longestRecordBytes: LONGEST_RECORD_BYTES, columns: COLUMNS };
  for await (const read of csvRows(file, form))
    yield "record" in read ? { row: read.row, ...parseRow(read.record) } : { ...read, column: "" };
}

function duplicate(row: Row & ParsedRow, seen: Set<string>): Row | undefined {
  const triple = `${row.nrd.feed}/${row.nrd.source}/${row.nrd.camera}`;
  if (seen.has(triple)) {
    return {
      row: row.row,
      code: "DUPLICATE_IN_FILE",
      column: "feed_id",
      message: `Feed, source and camera ${triple} are already in an earlier row of this file.`,
    };
  }
  seen.add(triple);
  return undefined;
}

async function writeRows(
  rows: readonly Row[],
  owners: Map<string, number>,
  { register, organisations }: ImportParts,
  options: ImportOptions,
): Promise<readonly RowVerdict[]> {
  const good = rows.filter((row): row is { row: number } & ParsedRow => !("code" in row));
  const unknown = [...new Set(good.map(({ owner }) => owner))].filter((owner) => !owners.has(owner));
  if (options.createOrganisations && unknown.length > 0) {
    for (const { name, id } of await organisations.ensure(unknown)) owners.set(name, id);
  }
  const owned = good.filter(({ owner }) => owners.has(owner));
  const nrds = owned.map(({ nrd, owner }) => ({ ...nrd, organisation: owners.get(owner) as number }));
  const known = await register.known(nrds);
  const plans = nrds.map((nrd, i) =>
    planRow(nrd, known[i], owned[i]?.state ?? options.state, options.mayChange),
  );
  const writes = plans.filter((plan): plan is PlannedWrite => "write" in plan);
  const write = (): Promise<readonly WriteResult[]> =>
    register.write(
      writes.map((plan) => plan.write),
      options.by,
    );
  const written = writes.length === 0 ? [] : await options.underLog(writes, write);
  const results = new Map(writes.map((plan, i) => [plan as Planned, written[i]]));
  const verdicts = new Map(owned.map(({ row }, i) => [row, verdictOf(row, plans[i] as Planned, results)]));
  return rows.map((row) => verdicts.get(row.row) ?? refusal(row));
}

function verdictOf(
  row: number,
  plan: Planned,
  results: ReadonlyMap<Planned, WriteResult | undefined>,
): RowVerdict {
  if ("unchanged" in plan) return { row, verdict: "unchanged", id: plan.unchanged };
  if ("code" in plan) return { row, verdict: "refused", ...plan };
  const result = results.get(plan);
  if (result !== undefined && "id" in result) return { row, ...result };
  return {
    row,
    verdict: "refused",
    code: "CHANGED_MEANWHILE",
    column: "feed_id",
    message: "Someone else changed this camera at the same time. Import the row again.",
  };
}

const refusal = (row: Row): RowVerdict =>
  "code" in row
    ? { verdict: "refused", ...row }
    : {
        row: row.row,
        verdict: "refused",
        code: "OWNER_UNKNOWN",
        column: "owner",
        message: `There is no organisation called “${row.owner}”. Register it first.`,
      };
