import type { AuditAction } from "../../../audit/vocabulary.ts";
import { z } from "zod";
import { outcomesBefore, type Enquiry } from "../../../enquiry/enquiry.ts";
import type { EnquiryStore } from "../../../enquiry/enquiry-store.ts";
import { KINDS } from "../../../enquiry/kinds.ts";
import type { LastDay } from "../../../policy/facts.ts";
import type { Along } from "../../../audit/along.ts";
import { alongside } from "../along.ts";
import type { Database } from "../database.ts";
import { postgresJson, postgresText } from "../postgres-json.ts";
import { ENQUIRY_COLUMNS, enquiryOf } from "./enquiry-row.ts";

const SELECT = `select ${ENQUIRY_COLUMNS} from enquiry`;
/** Acts that show reads one by one, or as they happen; each entry counts them. */
const SHOW_READS: readonly AuditAction[] = ["hit.stream", "hit.open", "read.open"];
const DAY_MS = 86_400_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const day = z.strictObject({ enquiries: z.number(), rows: z.number() });

/** By kind of question, its members that name a vehicle, emptied; `$2` of the conditions below. */
const EMPTIED = Object.fromEntries(
  Object.values(KINDS)
    .filter(({ vehicle }) => vehicle.length > 0)
    .map(({ name, vehicle }) => [name, Object.fromEntries(vehicle.map((member) => [member, ""]))]),
);
const EMPTY = "($2::jsonb -> (question ->> 'kind'))";
/** Of a kind that names a vehicle, and not emptied yet. */
const WITH_VEHICLE = `asked < $1 and ${EMPTY} is not null and not question @> ${EMPTY}`;

/** The store of enquiries in the governed store. */
export class PostgresEnquiryStore implements EnquiryStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  opening(record: Parameters<EnquiryStore["opening"]>[0]): Along {
    const { id, person, organisation, authority, purpose, level, reference, reason, question } = record;
    return alongside(
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
        new Date(record.asked),
        record.outcome,
      ],
    );
  }

  closing(id: string, outcome: "answered" | "failed", count: number | null, shown = 0): Along {
    return alongside(
      `update enquiry set outcome = $2, result_count = $3, shown = greatest(shown, $4::integer)
        where id = $1::uuid and outcome = any($5)`,
      [id, outcome, count, shown, outcomesBefore(outcome)],
    );
  }

  /** How many enquiries asked before a moment (epoch ms) still have their VRM or pattern. */
  async withVehicles(askedBefore: number): Promise<number> {
    const [row] = await this.#database.query<{ due: number }>(
      `select count(*) as due from enquiry where ${WITH_VEHICLE}`,
      [new Date(askedBefore), postgresJson(EMPTIED)],
    );
    return row?.due ?? 0;
  }

  /** Empties the VRM or pattern of enquiries asked before a moment (epoch ms); who asked when and why stays. Answers how many. */
  async forgetVehicles(askedBefore: number): Promise<number> {
    const rows = await this.#database.query(
      `update enquiry set question = question || ${EMPTY} where ${WITH_VEHICLE} returning id`,
      [new Date(askedBefore), postgresJson(EMPTIED)],
    );
    return rows.length;
  }

  async find(id: string): Promise<Enquiry | undefined> {
    if (!UUID.test(id)) return undefined;
    const [row] = await this.#database.query(`${SELECT} where id = $1::uuid`, [id]);
    return row === undefined ? undefined : enquiryOf(row);
  }

  async lastDay(person: number, before: number): Promise<LastDay> {
    const [row] = await this.#database.query(
      // What was shown beside enquiries, by the stream and singly, the log alone has.
      `with looked as (
         select at, open ? 'purpose' as through, case when jsonb_typeof(open -> 'count') = 'number' then (open -> 'count')::bigint end as shown
           from audit_entry
          where actor = (select username from person where id = $1) and outcome = 'allowed' and at >= $2
            and index > coalesce((select index from audit_entry where at < $2 order by at desc, index desc limit 1), -1)
            and (action = any($4::text[]) or (action = 'hit.list' and open ? 'purpose')))
       select (count(*) filter (where asked < $3 and outcome <> 'refused')
                + (select count(*) from looked where through and at < $3))::integer as enquiries,
              (coalesce(sum(shown), 0) + (select coalesce(sum(shown), 0) from looked))::integer as rows
         from enquiry where person_id = $1 and asked >= $2`,
      [person, new Date(before - DAY_MS), new Date(before), SHOW_READS],
    );
    return day.parse(row);
  }

  async recent(person: number, since: number, limit: number): Promise<readonly Enquiry[]> {
    const rows = await this.#database.query(
      `${SELECT} where person_id = $1 and asked >= $2 order by asked desc, id limit $3`,
      [person, new Date(since), limit],
    );
    return rows.map(enquiryOf);
  }
}
