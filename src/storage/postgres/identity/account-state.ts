import type { AccountEventKind } from "../../../identity/accounts/account.ts";
import type { AccountDeed, StateChange } from "../../../identity/accounts/account-store.ts";
import type { DutyToOpen } from "../../../identity/tasks/task.ts";
import type { Queryable } from "../database.ts";
import { postgresJson, postgresText } from "../postgres-json.ts";

const EVENTS = { active: "reactivated", suspended: "suspended", ended: "ended" } as const;

/**
 * Changes the state of an account, with its history and its duties, in somebody's transaction. Sessions end by a trigger of
 * the database. @returns false, and nothing is changed, where the account is not of that version any more
 */
export async function setAccountState(tx: Queryable, change: StateChange): Promise<boolean> {
  const { account, version, to, by, reason, now, opens } = change;
  const [before] = await tx.query<{ state: string }>("select state from person where id = $1 for update", [
    account,
  ]);
  const [moved] = await tx.query<{ organisation_id: number; state: string }>(
    `update person set state = case when $3 = 'active' and password_hash is null then 'invited' else $3 end,
        state_since = $4, state_why = $5, version = version + 1
      where id = $1 and version = $2 returning organisation_id, state`,
    [account, version, to, new Date(now), postgresText(reason)],
  );
  if (moved === undefined) return false;
  await recordEvent(tx, account, EVENTS[to], { state: before?.state }, { state: moved.state }, change);
  if (to !== "active")
    await tx.query("delete from enrolment where person_id = $1 and used_at is null", [account]);
  if (opens !== undefined)
    await openDuty(tx, { person: account, organisation: moved.organisation_id }, opens, now);
  if (to !== "suspended") {
    await tx.query(
      `update account_duty set done_at = $2, done_by = $3, outcome = $4, note = $5
        where person_id = $1 and done_at is null and ($4 = 'ended' or kind = 'review-need')`,
      [account, new Date(now), by, EVENTS[to], postgresText(reason)],
    );
  }
  return true;
}

/** One line of an account's history. */
export async function recordEvent(
  tx: Queryable,
  account: number,
  what: AccountEventKind,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  { by, reason, now }: AccountDeed,
): Promise<void> {
  await tx.query(
    `insert into account_event (person_id, at, by_id, what, before, after, reason)
     values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7)`,
    [account, new Date(now), by, what, postgresJson(before), postgresJson(after), postgresText(reason)],
  );
}

/** Opens a duty; one of its kind that is open stays as it is, with its earlier date. */
export async function openDuty(
  tx: Queryable,
  of: { readonly person: number | null; readonly organisation: number },
  { kind, due }: DutyToOpen,
  now: number,
): Promise<void> {
  await tx.query(
    `insert into account_duty (kind, person_id, organisation_id, opened_at, due_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [kind, of.person, of.organisation, new Date(now), new Date(due)],
  );
}
