import {
  asItIs,
  type Account,
  type AccountChange,
  type AccountEvent,
} from "../../../identity/accounts/account.ts";
import type {
  AccountFilter,
  AccountStore,
  HistoryNote,
  LinkGiven,
  NewAccount,
  StateChange,
} from "../../../identity/accounts/account-store.ts";
import type { EnrolmentLink } from "../../../identity/sign-in/enrolment-link.ts";
import type { NewTask, TaskRules } from "../../../identity/tasks/task.ts";
import { NATIONAL_ADMINISTRATOR_ROLES } from "../../../policy/roles.ts";
import type { Database, Queryable } from "../database.ts";
import { postgresText } from "../postgres-json.ts";
import { openTask, recordEvent } from "./account-event.ts";
import { ACCOUNT, asAccounts, asEvents } from "./account-row.ts";
import { setAccountState } from "./account-state.ts";
import { putEnrolment } from "./enrolment-row.ts";
import { keepTasks } from "./keep-tasks.ts";
import { insertPerson } from "./new-person.ts";
import { AUTHORS } from "./task-row.ts";

/** Accounts in the governed store. */
export class PostgresAccountStore implements AccountStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list({ organisation, search, state, after, limit }: AccountFilter): Promise<readonly Account[]> {
    return asAccounts(
      await this.#database.query(
        `${ACCOUNT} where ($1::integer is null or organisation_id = $1) and ($2::text is null or person.state = $2)
           and ($3::text is null or position(lower($3) in username) > 0 or position(lower($3) in lower(full_name)) > 0)
           and ($4::text is null or username > $4 collate "C")
         order by username collate "C" limit $5`,
        [
          organisation,
          state ?? null,
          search === undefined ? null : postgresText(search),
          after === undefined ? null : postgresText(after),
          limit,
        ],
      ),
    );
  }

  byUsername(username: string): Promise<Account | undefined> {
    return accountWhere(this.#database, "username = $1", postgresText(username));
  }

  byId(id: number): Promise<Account | undefined> {
    return accountWhere(this.#database, "person.id = $1", id);
  }

  async history(
    account: number,
    { before, limit }: { before?: number | undefined; limit: number },
  ): Promise<readonly AccountEvent[]> {
    return asEvents(
      await this.#database.query(
        `select event.id, at, by.username as by, what, before, after, reason from account_event event
           left join person by on by.id = by_id
          where person_id = $1 and ($2::bigint is null or event.id < $2) order by event.id desc limit $3`,
        [account, before ?? null, limit],
      ),
    );
  }

  add(account: NewAccount, link: EnrolmentLink, note: HistoryNote, rules: TaskRules): Promise<Account> {
    return this.#database.transaction(async (tx) => {
      const id = await insertPerson(tx, { ...account, passwordHash: null, totpSecret: null });
      const { fullName, roles, rank, vetting, trainedOn, covert } = account;
      await recordEvent(tx, id, "added", {}, { fullName, roles, rank, vetting, trainedOn, covert }, note);
      await keepTasks(tx, rules, account.organisation);
      await putEnrolment(tx, id, link, note);
      return (await accountWhere(tx, "person.id = $1", id)) as Account;
    });
  }

  change(
    account: Account,
    to: AccountChange,
    note: HistoryNote,
    { opens, ...rules }: TaskRules & { readonly opens?: NewTask | undefined },
  ): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const { fullName, roles, rank, vetting, trainedOn, covert, leavesOn } = to;
      const rows = await tx.query(
        `update person set full_name = coalesce($3, full_name), roles = coalesce($4::text[], roles),
            rank = case when $5 then $6 else rank end, vetting = coalesce($7, vetting),
            trained_on = case when $8 then $9::date else trained_on end, covert = coalesce($10, covert),
            leaves_on = case when $11 then $12::date else leaves_on end, version = version + 1
          where id = $1 and version = $2 and state <> 'ended' returning 1 as one`,
        [
          account.id,
          account.version,
          fullName === undefined ? null : postgresText(fullName),
          roles ?? null,
          rank !== undefined,
          rank ?? null,
          vetting ?? null,
          trainedOn !== undefined,
          trainedOn ?? null,
          covert ?? null,
          leavesOn !== undefined,
          leavesOn ?? null,
        ],
      );
      if (rows.length === 0) return false;
      await recordEvent(tx, account.id, "changed", asItIs(account, to), to, note);
      const of = { person: account.id, organisation: account.organisation.id };
      if (opens !== undefined) await openTask(tx, of, opens, note.now);
      await keepTasks(tx, rules, account.organisation.id);
      return true;
    });
  }

  setState(change: StateChange): Promise<boolean> {
    return this.#database.transaction((tx) => setAccountState(tx, change));
  }

  giveLink(
    { id, version, state, enrolled }: Account,
    link: EnrolmentLink,
    note: HistoryNote,
    approvedSince: number,
  ): Promise<LinkGiven> {
    return this.#database.transaction(async (tx) => {
      const seen = await tx.query(
        `select 1 as one from person where id = $1 and version = $2 and state = $3
            and (password_hash is not null) = $4 for update`,
        [id, version, state, enrolled],
      );
      if (seen.length === 0) return { given: false, why: "changed" };
      const approvedBy = enrolled ? await takeApproval(tx, id, note.by, approvedSince) : null;
      if (approvedBy === undefined) return { given: false, why: "unapproved" };
      await putEnrolment(tx, id, link, note);
      await recordEvent(tx, id, "invited", {}, approvedBy === null ? {} : { approvedBy }, note);
      return { given: true, approvedBy };
    });
  }

  async isLastKeeper({ id, organisation, kind, roles }: Account): Promise<boolean> {
    if (kind !== "administrator") return false;
    const [others] = await this.#database.query<{ own: boolean; national: boolean }>(
      `select coalesce(bool_or(organisation_id = $2), false) as own,
          coalesce(bool_or(roles && $3::text[]), false) as national
         from person where kind = 'administrator' and state <> 'ended' and id <> $1`,
      [id, organisation.id, NATIONAL_ADMINISTRATOR_ROLES],
    );
    const isNational = roles.some((role) => NATIONAL_ADMINISTRATOR_ROLES.includes(role));
    return !others?.own || (isNational && !others.national);
  }

  async idleSince(moment: number, limit: number): Promise<readonly Account[]> {
    return asAccounts(
      await this.#database.query(
        `${ACCOUNT} where person.state in ('active', 'invited')
           and greatest(last_used, person.created_at, person.state_since) <= $1
         order by greatest(last_used, person.created_at, person.state_since), person.id limit $2`,
        [new Date(moment), limit],
      ),
    );
  }
}

async function accountWhere(
  from: Queryable,
  condition: string,
  value: string | number,
): Promise<Account | undefined> {
  const [account] = asAccounts(await from.query(`${ACCOUNT} where ${condition}`, [value]));
  return account;
}

/** Uses up the approval, since a moment, of a link that somebody asked for. @returns who approved; undefined for none */
async function takeApproval(
  tx: Queryable,
  person: number,
  by: number | null,
  since: number,
): Promise<string | undefined> {
  const [taken] = await tx.query<{ approver: string }>(
    `update account_task task set outcome = 'given' where kind = 'approve-link' and outcome = 'approved'
        and person_id = $1 and done_at > $3 and $2 = any(${AUTHORS})
      returning (select username from person where id = done_by) as approver`,
    [person, by, new Date(since)],
  );
  return taken?.approver;
}
