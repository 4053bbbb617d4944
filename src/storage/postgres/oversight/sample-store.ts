import { STRATA, type LoggedEnquiry, type Stratum } from "../../../oversight/sample.ts";
import type { ReviewedSample } from "../../../oversight/recheck.ts";
import type { Answers } from "../../../oversight/checklist.ts";
import type {
  OpenedFinding,
  Reviewer,
  Sample,
  SampleStore,
  SampleItem,
} from "../../../oversight/sample-store.ts";
import type { Database, Queryable } from "../database.ts";
import { insertFinding } from "./finding-store.ts";
import { postgresJson, postgresText } from "../postgres-json.ts";

interface SampleRow {
  readonly id: number;
  readonly month: string;
  readonly organisation_id: number;
  readonly name: string;
  readonly drawn_at: Date;
  readonly population: number;
  readonly seed_size: number;
  readonly seed_root: string;
  readonly strata: Readonly<Record<string, number>> | null;
  readonly items: number;
  readonly reviewed: number;
  readonly to_recheck: number;
  readonly rechecked: number;
}

interface ItemRow {
  readonly id: number;
  readonly sample_id: number;
  readonly month: string;
  readonly organisation_id: number;
  readonly name: string;
  readonly entry_index: number;
  readonly stratum: Stratum;
  readonly person: string;
  readonly recheck: boolean;
  readonly assigned_to: number | null;
  readonly reviewer: string | null;
  readonly reviewed_at: Date | null;
  readonly answers: Answers | null;
  readonly rechecker: string | null;
  readonly rechecked_at: Date | null;
  readonly recheck_agrees: boolean | null;
  readonly recheck_note: string | null;
}

/** `$1` is the month as `YYYY-MM`; a month is UTC, as the log is. */
const IN_MONTH = `at >= ($1 || '-01')::timestamp at time zone 'UTC'
  and at < (($1 || '-01')::timestamp + interval '1 month') at time zone 'UTC'`;
/** Its first entry stands for an enquiry; a second one says how it ended. */
const ASKED = "action = 'enquiry.ask' and outcome in ('asked', 'refused') and actor is not null";

const SAMPLE = `select sample.id, to_char(month, 'YYYY-MM') as month, organisation_id, name, drawn_at, population, seed_size, seed_root,
    (select jsonb_object_agg(stratum, drawn) from (select stratum, count(*) as drawn from audit_sample_item
      where sample_id = sample.id group by stratum) as of_stratum) as strata,
    count(item.id) as items, count(item.reviewed_by) as reviewed, count(item.rechecked_by) as rechecked,
    count(item.id) filter (where recheck) as to_recheck
  from audit_sample as sample join organisation on organisation.id = organisation_id
  left join audit_sample_item as item on sample_id = sample.id`;

const ITEM = `select item.id, sample_id, to_char(month, 'YYYY-MM') as month, sample.organisation_id, name, entry_index, stratum, person,
    recheck, assigned_to, reviewer.username as reviewer, reviewed_at, answers, rechecker.username as rechecker, rechecked_at,
    recheck_agrees, recheck_note
  from audit_sample_item as item join audit_sample as sample on sample.id = sample_id
  join organisation on organisation.id = sample.organisation_id
  left join person as reviewer on reviewer.id = reviewed_by left join person as rechecker on rechecker.id = rechecked_by`;

/** The auditors' samples in the governed store (AUD-3, AUD-4). */
export class PostgresSampleStore implements SampleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  undrawn(month: string): ReturnType<SampleStore["undrawn"]> {
    return this.#database.query(
      `select id, name from organisation
        where id in (select organisation from audit_entry where ${ASKED} and ${IN_MONTH})
          and not exists (select from audit_sample where organisation_id = organisation.id and month = ($1 || '-01')::date)
        order by id`,
      [month],
    );
  }

  async enquiries(organisation: number, month: string): Promise<readonly LoggedEnquiry[]> {
    const rows = await this.#database.query<
      Omit<LoggedEnquiry, "at" | "from"> & { at: Date; from: string | null }
    >(
      `with asked as (
         select distinct on (coalesce(sealed ->> 'enquiry', index::text)) index, actor, at, 
                coalesce(open ->> 'kind', sealed ->> 'kind') as kind, coalesce(open ->> 'from', sealed ->> 'from') as "from",
                sealed ->> 'enquiry' as enquiry
           from audit_entry where ${ASKED} and organisation = $2 and ${IN_MONTH}
          order by coalesce(sealed ->> 'enquiry', index::text), index),
       answered as (
         select sealed ->> 'enquiry' as enquiry, max((open ->> 'count')::bigint) as count
           from audit_entry where action in ('enquiry.ask', 'enquiry.page') and outcome = 'allowed' and organisation = $2
            and index > (select min(index) from asked) and jsonb_typeof(open -> 'count') = 'number'
          group by 1)
       select index, actor, at, kind, "from", count from asked left join answered using (enquiry) order by index`,
      [month, organisation],
    );
    return rows.map((row) => ({
      ...row,
      at: row.at.getTime(),
      from: row.from === null || Number.isNaN(Date.parse(row.from)) ? null : Date.parse(row.from),
    }));
  }

  async seedAfter(moment: Date): ReturnType<SampleStore["seedAfter"]> {
    const [row] = await this.#database.query<{ size: number; root: Buffer }>(
      "select size, root from audit_checkpoint where at >= $1 order by size limit 1",
      [moment],
    );
    return row && { size: row.size, root: row.root.toString("hex") };
  }

  keep(sample: Parameters<SampleStore["keep"]>[0]): Promise<boolean> {
    const { month, organisation, population, seed, items, drawnAt, drawnBy } = sample;
    return this.#database.transaction(async (tx) => {
      const [kept] = await tx.query<{ id: number }>(
        `insert into audit_sample (month, organisation_id, drawn_at, drawn_by, population, seed_size, seed_root)
         values (($1 || '-01')::date, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
        [month, organisation, drawnAt, drawnBy, population, seed.size, seed.root],
      );
      if (kept === undefined) return false;
      await tx.query(
        `insert into audit_sample_item (sample_id, entry_index, place, stratum, person, recheck)
         select $1, index, place, stratum, person, false from jsonb_to_recordset($2::jsonb)
           as item (index bigint, place integer, stratum text, person text)`,
        [kept.id, postgresJson(items)],
      );
      return true;
    });
  }

  async list({
    organisation,
    before,
    limit,
  }: Parameters<SampleStore["list"]>[0]): Promise<readonly Sample[]> {
    const rows = await this.#database.query<SampleRow>(
      `${SAMPLE} where ($1::integer is null or organisation_id = $1) and ($2::integer is null or sample.id < $2)
       group by sample.id, name order by sample.id desc limit $3`,
      [organisation, before ?? null, limit],
    );
    return rows.map(asSample);
  }

  next(
    reviewer: Reviewer,
    task: "review" | "recheck",
    within: number | null,
    { now, staleBefore }: { readonly now: Date; readonly staleBefore: Date },
  ): Promise<SampleItem | undefined> {
    const waiting =
      task === "review"
        ? "item.reviewed_by is null"
        : `item.recheck and item.reviewed_by <> $1 and item.rechecked_by is null
           and not exists (select from person where id = item.reviewed_by and lower(full_name) = lower($3))`;
    return this.#database.transaction(async (tx) => {
      const [taken] = await tx.query<{ id: number }>(
        `update audit_sample_item set assigned_to = $1, assigned_at = $6 where id = (
           select item.id from audit_sample_item as item join audit_sample as sample on sample.id = sample_id
            where ${waiting} and item.person <> $2
              and not exists (select from person where username = item.person and lower(full_name) = lower($3))
              and ($5::integer is null or sample.organisation_id = $5)
              and (assigned_to is null or assigned_to = $1 or assigned_at < $7)
            order by coalesce(assigned_to = $1, false) desc, sample.organisation_id = $4, month, place, item.id
            limit 1 for update of item skip locked)
         returning id`,
        [
          reviewer.person,
          reviewer.username,
          reviewer.fullName,
          reviewer.organisation,
          within,
          now,
          staleBefore,
        ],
      );
      return taken && itemOf(tx, taken.id);
    });
  }

  item(id: number): Promise<SampleItem | undefined> {
    return itemOf(this.#database, id);
  }

  reviewed(since: Date): Promise<readonly ReviewedSample[]> {
    return this.#database.query<ReviewedSample>(
      `select to_char(month, 'YYYY-MM') as month, organisation_id as organisation, count(reviewed_by) = count(*) as complete,
              jsonb_agg(jsonb_build_object('item', item.id, 'index', entry_index, 'recheck', recheck,
                                           'at', floor(extract(epoch from reviewed_at) * 1000))
                        order by reviewed_at, item.id) filter (where reviewed_by is not null) as reviews
         from audit_sample_item as item join audit_sample as sample on sample.id = sample_id
        where drawn_at >= $1 group by sample.id having count(reviewed_by) > 0 order by sample.id`,
      [since],
    );
  }

  async lookAgain(item: number): Promise<boolean> {
    const changed = await this.#database.query(
      "update audit_sample_item set recheck = true where id = $1 and not recheck and reviewed_by is not null returning id",
      [item],
    );
    return changed.length > 0;
  }

  review(
    item: number,
    reviewer: Reviewer,
    answers: Answers,
    finding: OpenedFinding | null,
    now: Date,
  ): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const [done] = await tx.query<DoneRow>(
        `update audit_sample_item as item set reviewed_by = $2, reviewed_at = $4, answers = $3::jsonb, assigned_to = null
           from audit_sample as sample
          where sample.id = sample_id and item.id = $1 and assigned_to = $2 and reviewed_by is null returning ${DONE}`,
        [item, reviewer.person, postgresJson(answers), now],
      );
      return openBeside(tx, done, reviewer, finding, now);
    });
  }

  recheck(
    item: number,
    reviewer: Reviewer,
    { agrees, note }: { readonly agrees: boolean; readonly note: string },
    finding: OpenedFinding | null,
    now: Date,
  ): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const [done] = await tx.query<DoneRow>(
        `update audit_sample_item as item
            set rechecked_by = $2, rechecked_at = $5, recheck_agrees = $3, recheck_note = $4, assigned_to = null
           from audit_sample as sample
          where sample.id = sample_id and item.id = $1 and assigned_to = $2 and reviewed_by <> $2 and rechecked_by is null
         returning ${DONE}`,
        [item, reviewer.person, agrees, postgresText(note), now],
      );
      return openBeside(tx, done, reviewer, finding, now);
    });
  }
}

interface DoneRow {
  readonly id: number;
  readonly organisation: number;
  readonly entry: number;
  readonly person: string;
}
const DONE = `item.id, sample.organisation_id as organisation, entry_index as entry, item.person`;

/** The review and its finding stand or fall together. */
async function openBeside(
  tx: Queryable,
  done: DoneRow | undefined,
  { person }: Reviewer,
  finding: OpenedFinding | null,
  now: Date,
): Promise<boolean> {
  if (done === undefined) return false;
  if (finding !== null) {
    const { id: item, organisation, entry, person: about } = done;
    await insertFinding(
      tx,
      { ...finding, organisation, owner: person, openedBy: person, openedAt: now, entry, about },
      item,
    );
  }
  return true;
}

async function itemOf(tx: Queryable, id: number): Promise<SampleItem | undefined> {
  const [row] = await tx.query<ItemRow>(`${ITEM} where item.id = $1`, [id]);
  return row && asItem(row);
}

const asSample = (row: SampleRow): Sample => ({
  id: row.id,
  month: row.month,
  organisation: { id: row.organisation_id, name: row.name },
  drawnAt: row.drawn_at,
  population: row.population,
  seed: { size: row.seed_size, root: row.seed_root },
  items: row.items,
  strata: Object.fromEntries(STRATA.map((stratum) => [stratum, row.strata?.[stratum] ?? 0])) as Record<
    Stratum,
    number
  >,
  reviewed: row.reviewed,
  toRecheck: row.to_recheck,
  rechecked: row.rechecked,
});

const asItem = (row: ItemRow): SampleItem => ({
  id: row.id,
  sample: row.sample_id,
  month: row.month,
  organisation: { id: row.organisation_id, name: row.name },
  entry: row.entry_index,
  stratum: row.stratum,
  person: row.person,
  recheck: row.recheck,
  assignedTo: row.assigned_to,
  review:
    row.answers === null
      ? null
      : { by: row.reviewer as string, at: row.reviewed_at as Date, answers: row.answers },
  secondLook:
    row.rechecked_at === null
      ? null
      : {
          by: row.rechecker as string,
          at: row.rechecked_at,
          agrees: row.recheck_agrees as boolean,
          note: row.recheck_note ?? "",
        },
});
