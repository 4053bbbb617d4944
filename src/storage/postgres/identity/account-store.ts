import type {
  Account,
  AccountChange,
  AccountEvent,
  AccountEventKind,
} from "../../../identity/accounts/account.ts";
import { pick } from "../../../identity/accounts/account-acts.ts";
import type {
  AccountStore,
  AccountDeed,
  AccountFilter,
  StateChange,
} from "../../../identity/accounts/account-store.ts";
import type { DutyToOpen } from "../../../identity/tasks/task.ts";
import { NATIONAL_ADMINISTRATOR_ROLES, type Role } from "../../../policy/roles.ts";
import { openDuty, recordEvent, setAccountState } from "./account-state.ts";
import type { Database } from "../database.ts";
import { postgresText } from "../postgres-json.ts";

const ACCOUNT = `select person.id, person.version, username, full_name, organisation_id, organisation.name as organisation_name,
    organisation.code as organisation_code, roles, person.kind, person.state, person.state_since, person.state_why, password_hash is not null as enrolled, rank,
    vetting, trained_on::text as trained_on, covert, person.created_at, last_used, leaves_on::text as leaves_on
  from person join organisation on organisation.id = person.organisation_id`;

/** Accounts in the governed store. */
export class PostgresAccountStore implements AccountStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list({ organisation, search, state, after, limit }: AccountFilter): Promise<readonly Account[]> {
    const rows = await this.#database.query<AccountRow>(
      `${ACCOUNT} where ($1::integer is null or organisation_id = $1) and ($2::text is null or person.state = $2)
         and ($3::text is null or position(lower($3) in username) > 0 or position(lower($3) in lower(full_name)) > 0)
         and ($4::text is null or username > $4 collate "C")
       order by username collate "C" limit $5`,
      [
        organisation ?? null,
        state ?? null,
        search === undefined ? null : postgresText(search),
        after === undefined ? null : postgresText(after),
        limit,
      ],
    );
    return rows.map(asAccount);
  }

  async byUsername(username: string): Promise<Account | undefined> {
    const [row] = await this.#database.query<AccountRow>(`${ACCOUNT} where username = $1`, [
      postgresText(username),
    ]);
    return row && asAccount(row);
  }

  async byId(id: number): Promise<Account | undefined> {
    const [row] = await this.#database.query<AccountRow>(`${ACCOUNT} where person.id = $1`, [id]);
    return row && asAccount(row);
  }

  history(
    account: number,
    { before, limit }: { before?: number | undefined; limit: number },
  ): Promise<readonly AccountEvent[]> {
    return this.#database.query<AccountEvent>(
      `select event.id, at, by.username as by, what, before, after, reason from account_event event
         left join person by on by.id = by_id
        where person_id = $1 and ($2::bigint is null or event.id < $2) order by event.id desc limit $3`,
      [account, before ?? null, limit],
    );
  }

  async record(
    account: number,
    what: AccountEventKind,
    after: Record<string, unknown>,
    deed: AccountDeed,
  ): Promise<void> {
    await recordEvent(this.#database, account, what, {}, after, deed);
  }

  change(account: Account, to: AccountChange, deed: AccountDeed, opens?: DutyToOpen): Promise<boolean> {
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
      await recordEvent(tx, account.id, "changed", pick(account, to), { ...to }, deed);
      const of = { person: account.id, organisation: account.organisation.id };
      if (opens !== undefined) await openDuty(tx, of, opens, deed.now);
      return true;
    });
  }

  setState(change: StateChange): Promise<boolean> {
    return this.#database.transaction((tx) => setAccountState(tx, change));
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
    const rows = await this.#database.query<AccountRow>(
      `${ACCOUNT} where person.state in ('active', 'invited')
         and greatest(last_used, person.created_at, person.state_since) <= $1
       order by greatest(last_used, person.created_at, person.state_since), person.id limit $2`,
      [new Date(moment), limit],
    );
    return rows.map(asAccount);
  }
}

interface AccountRow {
  readonly id: number;
  readonly version: number;
  readonly username: string;
  readonly full_name: string;
  readonly organisation_id: number;
  readonly organisation_name: string;
  readonly organisation_code: string;
  readonly roles: readonly string[];
  readonly kind: Account["kind"];
  readonly state: Account["state"];
  readonly state_since: Date;
  readonly state_why: string | null;
  readonly enrolled: boolean;
  readonly rank: string | null;
  readonly vetting: string;
  readonly trained_on: string | null;
  readonly covert: boolean;
  readonly created_at: Date;
  readonly last_used: Date | null;
  readonly leaves_on: string | null;
}

const asAccount = (row: AccountRow): Account => ({
  id: row.id,
  version: row.version,
  username: row.username,
  fullName: row.full_name,
  organisation: { id: row.organisation_id, name: row.organisation_name, code: row.organisation_code },
  roles: row.roles as readonly Role[],
  kind: row.kind,
  state: row.state,
  stateSince: row.state_since,
  stateWhy: row.state_why,
  enrolled: row.enrolled,
  rank: row.rank,
  vetting: row.vetting,
  trainedOn: row.trained_on,
  covert: row.covert,
  created: row.created_at,
  lastUsed: row.last_used,
  leavesOn: row.leaves_on,
});
