import type { StateChange } from "../../../identity/accounts/account-store.ts";
import type { Queryable } from "../database.ts";
import { postgresText } from "../postgres-json.ts";
import { openTask, recordEvent } from "./account-event.ts";

/**
 * Changes the state of an account, with its history and its tasks, in somebody's transaction. Sessions end by a trigger of
 * the database. @returns false, and nothing is changed, where the account is not of that version or in those states any more
 */
export async function setAccountState(tx: Queryable, change: StateChange): Promise<boolean> {
  const { account, version, from, to, event, does, opens, note } = change;
  const { by, reason, now } = note;
  const [moved] = await tx.query<{ organisation_id: number; before: string }>(
    `with seen as (select id, state from person where id = $1 and version = $2 and state = any($3) for update)
     update person set state = $4, state_since = $5, state_why = $6, version = version + 1
       from seen where person.id = seen.id returning organisation_id, seen.state as before`,
    [account, version, from, to, new Date(now), postgresText(reason)],
  );
  if (moved === undefined) return false;
  await recordEvent(tx, account, event, { state: moved.before }, { state: to }, note);
  if (to === "suspended" || to === "ended")
    await tx.query("delete from enrolment where person_id = $1 and used_at is null", [account]);
  if (opens !== undefined)
    await openTask(tx, { person: account, organisation: moved.organisation_id }, opens, now);
  await tx.query(
    `update account_task set done_at = $2, done_by = $3, outcome = $4, note = $5
      where person_id = $1 and done_at is null and ($6::text[] is null or kind = any($6))`,
    [account, new Date(now), by, event, postgresText(reason), does === "all" ? null : does],
  );
  return true;
}
