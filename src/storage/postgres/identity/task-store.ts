import type {
  AccountDuty,
  AccountDutyStore,
  AccountDutyKind,
  DutyFilter,
  LinkRequest,
} from "../../../identity/tasks/task.ts";
import type { Role } from "../../../policy/roles.ts";
import { recordEvent } from "./account-state.ts";
import type { Database } from "../database.ts";
import { postgresText } from "../postgres-json.ts";

/** Who made a duty due: changed the roles that are to be reviewed, or asked for the link. */
const AUTHORS = `array(select distinct by_id from account_event event where event.person_id = duty.person_id
    and event.at between duty.opened_at and coalesce(duty.done_at, 'infinity') and by_id is not null
    and case duty.kind when 'review-permissions' then what = 'changed' and after ? 'roles'
      when 'approve-link' then what = 'link-asked' else false end)`;
const DUTY = `select duty.id, duty.kind, duty.person_id, about.username, about.full_name, about.roles, duty.organisation_id,
    organisation.name as organisation_name, organisation.code as organisation_code, opened_at, due_at, done_at,
    by.username as done_by, outcome, note, ${AUTHORS} as authors
  from account_duty duty join organisation on organisation.id = duty.organisation_id
    left join person about on about.id = duty.person_id left join person by on by.id = duty.done_by`;

/** Duties about accounts and organisations in the governed store. */
export class PostgresAccountDutyStore implements AccountDutyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async open({ organisation, person, after, limit }: DutyFilter): Promise<readonly AccountDuty[]> {
    const rows = await this.#database.query<DutyRow>(
      `${DUTY} where done_at is null and ($1::integer is null or duty.organisation_id = $1)
         and ($2::integer is null or duty.person_id = $2)
         and ($3::timestamptz is null or (due_at, duty.id) > ($3, $4::bigint))
       order by due_at, duty.id limit $5`,
      [
        organisation ?? null,
        person ?? null,
        after === undefined ? null : new Date(after.due),
        after?.id ?? null,
        limit,
      ],
    );
    return rows.map(asDuty);
  }

  async byId(id: number): Promise<AccountDuty | undefined> {
    const [row] = await this.#database.query<DutyRow>(`${DUTY} where duty.id = $1`, [id]);
    return row && asDuty(row);
  }

  async close(
    id: number,
    { by, outcome, note, now }: { by: number | null; outcome: string; note: string; now: number },
  ): Promise<boolean> {
    const rows = await this.#database.query(
      `update account_duty set done_at = $2, done_by = $3, outcome = $4, note = $5
        where id = $1 and done_at is null returning 1 as one`,
      [id, new Date(now), by, outcome, postgresText(note)],
    );
    return rows.length === 1;
  }

  async counts(now: number, organisation: number | null): Promise<{ open: number; overdue: number }> {
    const [row] = await this.#database.query<{ open: number; overdue: number }>(
      `select count(*)::integer as open, (count(*) filter (where due_at <= $1))::integer as overdue
         from account_duty where done_at is null and ($2::integer is null or organisation_id = $2)`,
      [new Date(now), organisation],
    );
    return row ?? { open: 0, overdue: 0 };
  }

  async overdue(kind: AccountDutyKind, now: number, limit: number): Promise<readonly number[]> {
    const rows = await this.#database.query<{ person_id: number }>(
      `select person_id from account_duty where done_at is null and kind = $1 and due_at <= $2 and person_id is not null
        order by due_at, id limit $3`,
      [kind, new Date(now), limit],
    );
    return rows.map(({ person_id }) => person_id);
  }

  askLink({ kind, due, person, organisation, by, reason, now }: LinkRequest): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const opened = await tx.query(
        `insert into account_duty (kind, person_id, organisation_id, opened_at, due_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing returning 1 as one`,
        [kind, person, organisation, new Date(now), new Date(due)],
      );
      if (opened.length === 0) return false;
      await recordEvent(tx, person, "link-asked", {}, {}, { by, reason, now });
      return true;
    });
  }

  async takeApproval({
    person,
    by,
    since,
  }: Parameters<AccountDutyStore["takeApproval"]>[0]): Promise<string | undefined> {
    const [taken] = await this.#database.query<{ approver: string }>(
      `update account_duty duty set outcome = 'given' where kind = 'approve-link' and outcome = 'approved'
          and person_id = $1 and done_at > $3 and $2 = any(${AUTHORS})
        returning (select username from person where id = done_by) as approver`,
      [person, by, new Date(since)],
    );
    return taken?.approver;
  }

  async lastLink(person: number, since: number): Promise<{ at: Date; by: string } | undefined> {
    const [row] = await this.#database.query<{ at: Date; by: string }>(
      `select at, by.username as by from account_event join person by on by.id = by_id
        where person_id = $1 and what = 'link-asked' and at > $2 order by account_event.id desc limit 1`,
      [person, new Date(since)],
    );
    return row;
  }

  async lapseLinks(now: number): Promise<void> {
    await this.#database.query(
      `update account_duty set done_at = $1, outcome = 'lapsed'
        where kind = 'approve-link' and done_at is null and due_at <= $1`,
      [new Date(now)],
    );
  }

  keepTraining({ months, warnMs, now }: { months: number; warnMs: number; now: number }): Promise<void> {
    // The day of training counts whole: it lapses at the end of the same day so many months later, UTC.
    return this.#keep(
      "renew-training",
      `select id as person_id, organisation_id, coalesce(
          (trained_on + make_interval(months => $4::integer, days => 1)) at time zone 'UTC', created_at) as due_at
         from person where state = 'active' and kind <> 'administrator'`,
      { now, horizon: now + warnMs, outcome: "renewed", number: months },
    );
  }

  keepLeavers({ hours, now }: { hours: number; now: number }): Promise<void> {
    // The hours run from the start of the last day, so that they are never more, whenever on that day the person goes.
    return this.#keep(
      "end-leaver",
      `select id as person_id, organisation_id,
          (leaves_on + make_interval(hours => $4::integer)) at time zone 'UTC' as due_at
         from person where state <> 'ended' and leaves_on is not null`,
      { now, horizon: Number.POSITIVE_INFINITY, outcome: "stays", number: hours },
    );
  }

  keepPolicies({ warnMs, now }: { warnMs: number; now: number }): Promise<void> {
    return this.#keep(
      "renew-policy",
      `select null::integer as person_id, id as organisation_id, coalesce(
          (policy_until + $4::integer)::timestamp at time zone 'UTC',
          (select min(created_at) from person where organisation_id = organisation.id)) as due_at
         from organisation where state = 'approved'
          and exists (select from person where organisation_id = organisation.id and state <> 'ended')`,
      { now, horizon: now + warnMs, outcome: "renewed", number: 1 },
    );
  }

  /** Makes the open duties of a kind those of a query: opens what is missing, moves what has another date, closes the rest. */
  async #keep(
    kind: AccountDutyKind,
    wanted: string,
    { now, horizon, outcome, number }: { now: number; horizon: number; outcome: string; number: number },
  ): Promise<void> {
    await this.#database.query(
      `with wanted as (select * from (${wanted}) as candidate where due_at <= $2),
         closed as (
           update account_duty duty set done_at = $1, outcome = $5 where kind = $3 and done_at is null
              and not exists (select from wanted where wanted.organisation_id = duty.organisation_id
                and wanted.person_id is not distinct from duty.person_id))
       insert into account_duty as duty (kind, person_id, organisation_id, opened_at, due_at)
       select $3, person_id, organisation_id, $1, due_at from wanted
       on conflict (organisation_id, coalesce(person_id, 0), kind) where done_at is null
         do update set due_at = excluded.due_at where duty.due_at <> excluded.due_at`,
      [new Date(now), Number.isFinite(horizon) ? new Date(horizon) : "infinity", kind, number, outcome],
    );
  }
}

interface DutyRow {
  readonly id: number;
  readonly kind: string;
  readonly person_id: number | null;
  readonly username: string | null;
  readonly full_name: string | null;
  readonly roles: readonly string[] | null;
  readonly organisation_id: number;
  readonly organisation_name: string;
  readonly organisation_code: string;
  readonly opened_at: Date;
  readonly due_at: Date;
  readonly done_at: Date | null;
  readonly done_by: string | null;
  readonly outcome: string | null;
  readonly note: string | null;
  readonly authors: readonly number[];
}

const asDuty = (row: DutyRow): AccountDuty => ({
  id: row.id,
  kind: row.kind as AccountDutyKind,
  person:
    row.person_id === null
      ? null
      : {
          id: row.person_id,
          username: row.username ?? "",
          fullName: row.full_name ?? "",
          roles: (row.roles ?? []) as readonly Role[],
        },
  organisation: { id: row.organisation_id, name: row.organisation_name, code: row.organisation_code },
  opened: row.opened_at,
  due: row.due_at,
  done: row.done_at,
  doneBy: row.done_by,
  outcome: row.outcome,
  note: row.note,
  authors: row.authors,
});
