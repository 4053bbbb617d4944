import type { EnquiryStore, EnquiryRecord } from "../../../enquiry/enquiry-store.ts";
import type { Question } from "../../../enquiry/question.ts";
import type { LastDay } from "../../../policy/facts.ts";
import type { Database } from "../database.ts";
import { postgresJson, postgresText } from "../postgres-json.ts";

type Row = Omit<EnquiryRecord, "kind" | "asked"> & { readonly asked: Date; readonly question: Question };

const SELECT = `select id::text as id, person_id as person, organisation_id as organisation, authority, purpose, level,
  reference, reason, question, asked, outcome, result_count as count from enquiry`;
const DAY_MS = 86_400_000;
const WITH_VEHICLE =
  "asked < $1 and (coalesce(question->>'vrm', '') <> '' or coalesce(question->>'pattern', '') <> '')";
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The store of enquiries in the governed store. */
export class PostgresEnquiryStore implements EnquiryStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async open(record: Parameters<EnquiryStore["open"]>[0]): Promise<void> {
    const {
      id,
      person,
      organisation,
      authority,
      purpose,
      level,
      reference,
      reason,
      question,
      asked,
      outcome,
    } = record;
    await this.#database.query(
      `insert into enquiry (id, person_id, organisation_id, authority, purpose, level, reference, reason, question, asked, outcome)
       values ($1::uuid, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11)`,
      [
        id,
        person,
        organisation,
        authority === null ? null : postgresText(authority),
        purpose,
        level,
        reference === null ? null : postgresText(reference),
        postgresText(reason),
        postgresJson(question),
        new Date(asked),
        outcome,
      ],
    );
  }

  async close(id: string, outcome: "answered" | "failed", count: number | null, shown = 0): Promise<void> {
    await this.#database.query(
      `update enquiry set outcome = $2, result_count = $3, shown = greatest(shown, $4::integer) where id = $1::uuid`,
      [id, outcome, count, shown],
    );
  }

  /** How many enquiries asked before a moment (epoch ms) still have their VRM or pattern. */
  async withVehicles(askedBefore: number): Promise<number> {
    const [row] = await this.#database.query<{ due: number }>(
      `select count(*) as due from enquiry where ${WITH_VEHICLE}`,
      [new Date(askedBefore)],
    );
    return row?.due ?? 0;
  }

  /** Blanks the VRM or pattern of enquiries asked before a moment (epoch ms); who asked when and why stays. Answers how many. */
  async forgetVehicles(askedBefore: number): Promise<number> {
    const rows = await this.#database.query(
      `update enquiry set question = question || case question->>'kind' when 'vrm' then '{"vrm":""}' else '{"pattern":""}' end::jsonb
        where ${WITH_VEHICLE} returning id`,
      [new Date(askedBefore)],
    );
    return rows.length;
  }

  async find(id: string): Promise<EnquiryRecord | undefined> {
    if (!UUID.test(id)) return undefined;
    const [row] = await this.#database.query<Row>(`${SELECT} where id = $1::uuid`, [id]);
    return row && asRecord(row);
  }

  async lastDay(person: number, before: number): Promise<LastDay> {
    const [row] = await this.#database.query<LastDay>(
      `select count(*) filter (where asked < $3 and outcome <> 'refused')::integer as enquiries,
          coalesce(sum(shown), 0)::integer as rows from enquiry where person_id = $1 and asked >= $2`,
      [person, new Date(before - DAY_MS), new Date(before)],
    );
    return row as LastDay;
  }

  async recent(person: number, since: number, limit: number): Promise<readonly EnquiryRecord[]> {
    const rows = await this.#database.query<Row>(
      `${SELECT} where person_id = $1 and asked >= $2 order by asked desc, id limit $3`,
      [person, new Date(since), limit],
    );
    return rows.map(asRecord);
  }
}

const asRecord = (row: Row): EnquiryRecord => ({
  ...row,
  kind: row.question.kind,
  asked: row.asked.getTime(),
});
