import type { Account, AccountEvent } from "../../identity/accounts/account.ts";
import type { AccountInFull } from "../../identity/accounts/accounts.ts";
import type { EnrolmentLink } from "../../identity/sign-in/enrolment-link.ts";
import { timeText } from "../schemas.ts";
import { presentTask } from "../tasks/present.ts";
import type { AccountEventView, AccountInFullView, AccountView, EnrolmentView } from "./views.ts";

/** An account as the API shows it. */
export const presentAccount = (account: Account): AccountView => ({
  username: account.username,
  version: account.version,
  fullName: account.fullName,
  organisation: { code: account.organisation.code, name: account.organisation.name },
  roles: [...account.roles],
  kind: account.kind,
  state: account.state,
  stateSince: account.stateSince.toISOString(),
  stateWhy: account.stateWhy,
  rank: account.rank,
  vetting: account.vetting,
  trainedOn: account.trainedOn,
  covert: account.covert,
  created: account.created.toISOString(),
  lastUsed: account.lastUsed?.toISOString() ?? null,
  leavesOn: account.leavesOn,
});

/** An account with its open tasks and its history. */
export const presentInFull = ({
  account,
  tasks,
  suspicionWaits,
  history,
}: AccountInFull): AccountInFullView => ({
  ...presentAccount(account),
  tasks: tasks.map(presentTask),
  suspicionWaits,
  history: { items: history.items.map(presentEvent), next: history.next },
});

/** A link as it is shown once. */
export const presentLink = ({ path, expires }: EnrolmentLink): EnrolmentView => ({
  link: path,
  expires: timeText(expires),
});

const presentEvent = ({ at, by, what, before, after, reason }: AccountEvent): AccountEventView => ({
  at: at.toISOString(),
  by,
  what,
  before: { ...before },
  after: { ...after },
  reason,
});
