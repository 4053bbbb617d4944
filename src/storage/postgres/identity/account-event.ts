import type { HistoryNote } from "../../../identity/accounts/account-store.ts";
import type { NewTask } from "../../../identity/tasks/task.ts";
import type { Queryable } from "../database.ts";
import { postgresJson, postgresText } from "../postgres-json.ts";
import type { AccountEventKind } from "../../../identity/accounts/account-events.ts";

/** One line of an account's history, in somebody's transaction. */
export async function recordEvent(
  tx: Queryable,
  account: number,
  what: AccountEventKind,
  before: object,
  after: object,
  { by, reason, now }: HistoryNote,
): Promise<void> {
  await tx.query(
    `insert into account_event (person_id, at, by_id, what, before, after, reason)
     values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7)`,
    [account, new Date(now), by, what, postgresJson(before), postgresJson(after), postgresText(reason)],
  );
}

/** Opens a task; one of its kind that is open stays as it is, with its earlier date. */
export async function openTask(
  tx: Queryable,
  of: { readonly person: number | null; readonly organisation: number },
  { kind, due }: NewTask,
  now: number,
): Promise<void> {
  await tx.query(
    `insert into account_task (kind, person_id, organisation_id, opened_at, due_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [kind, of.person, of.organisation, new Date(now), new Date(due)],
  );
}
