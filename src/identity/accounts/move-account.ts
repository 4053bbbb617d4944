import type { SubjectOf } from "../../audit/act.ts";
import type { accountActs } from "../../audit/acts/account.ts";
import type { UnderWay } from "../../audit/audited.ts";
import type { NewTask } from "../tasks/task.ts";
import type { Account } from "./account.ts";
import { changedMeanwhile } from "./account-refusal.ts";
import { moved, type StateAct } from "./account-state.ts";
import type { AccountStore, HistoryNote } from "./account-store.ts";

/**
 * Moves an account to another state, under the entry of the log that says so, whoever does it: people or the clocks.
 * @throws Problem CONFLICT where the act does not fit the state, or somebody changed the account meanwhile
 */
export async function moveAccount(
  store: Pick<AccountStore, "setState">,
  entry: UnderWay<SubjectOf<(typeof accountActs)[StateAct]>>,
  account: Account,
  { act, note, opens }: { act: StateAct; note: HistoryNote; opens?: NewTask },
): Promise<void> {
  const { to, event, does, from } = moved(account, act);
  const { id, version, username, state } = account;
  entry.add({ person: id, before: { state }, after: { state: to } });
  if (!(await store.setState({ account: id, version, from, to, event, does, opens, note })))
    throw changedMeanwhile(username);
}
