import type { AccountInFull } from "../../../../identity/accounts/accounts.ts";
import {
  fits,
  takesLink,
  type AccountState,
  type StateAct,
} from "../../../../identity/accounts/account-state.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { ACCOUNT_STATE_TAGS, EVENT_WORDS, KIND_WORDS, sayChanges, sayDay } from "../../../words/account.ts";
import { taskLine } from "../../../words/task.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayRoles, sayRoleTitle } from "../../../words/roles.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type AccountAct = StateAct | "enrol";
export type ActField = "act" | "reason" | "version";
export const EMPTY_ACT = formWith<ActField>({ act: "", reason: "", version: "" }, []);

const ACTS: Readonly<Record<AccountAct, { readonly text: string; readonly hint: string }>> = {
  reactivate: { text: "Reactivate", hint: "The person can sign in again." },
  enrol: {
    text: "Create a new enrolment link",
    hint: "For an expired link or a lost second factor. The old password, second factor and passkeys stop working once the new link is used.",
  },
  suspend: { text: "Suspend", hint: "Every session ends at once. The account can be reactivated." },
  end: {
    text: "End for good",
    hint: "The account cannot be brought back, and its username is never used again.",
  },
};
const mayBeDone = (act: AccountAct, state: AccountState): boolean =>
  act === "enrol" ? takesLink(state) : fits(act, state);
const DONE: Readonly<Record<string, string>> = {
  changed: "The account has been changed.",
  suspend: "The account has been suspended, and its sessions have ended.",
  reactivate: "The account has been reactivated.",
  end: "The account has ended.",
  asked:
    "A second person, a supervisor or another administrator, must approve the link under Tasks. After that, ask for it here again.",
  reviewed: "This has been recorded as done.",
};

export const isAccountAct = (act: string): act is AccountAct => act in ACTS;

/** One account: whose it is, what it may do, what is due about it, what became of it, and what may be done now. */
export function accountOfView(parts: {
  opened: AccountInFull;
  caller: Caller;
  now: number;
  paged: boolean;
  done?: string;
  form?: Form<ActField>;
  conflict?: string;
}) {
  const { opened, caller, now, paged, done = "", form = EMPTY_ACT, conflict = "" } = parts;
  const { account, tasks, suspicionWaits, history } = opened;
  const { username, state } = account;
  const mayManage = mayDo(caller.roles, "account.manage");
  const own = account.username === caller.username;
  const acts = (Object.keys(ACTS) as AccountAct[])
    .filter((act) => mayBeDone(act, state))
    .filter((act) => act !== "reactivate" || !suspicionWaits);
  return {
    pageTitle: account.fullName,
    hasErrors: form.summary.length > 0,
    account,
    suspicionWaits,
    tag: ACCOUNT_STATE_TAGS[state],
    stateSince: sayTime(account.stateSince.toISOString()),
    kind: KIND_WORDS[account.kind],
    roles: account.roles.map(sayRoleTitle),
    trained: account.trainedOn === null ? "" : sayDay(account.trainedOn),
    leaves: account.leavesOn === null ? "" : sayDay(account.leavesOn),
    created: sayTime(account.created.toISOString()),
    lastUsed: account.lastUsed === null ? null : sayTime(account.lastUsed.toISOString()),
    tasks: tasks.map((task) => taskLine(task, caller, now)),
    mayChange: mayManage && !own && state !== "ended",
    whyNot: own
      ? "This is your own account: someone else has to change it."
      : mayManage
        ? ""
        : `Changing it is for ${sayRoles(rolesThatMay("account.manage"))}; you have ${sayRoles(caller.roles)}.`,
    acts: acts.map((act) => ({
      value: act,
      text: ACTS[act].text,
      hint: { text: ACTS[act].hint },
      checked: form.values.act === act,
    })),
    history: history.items.map((event) => ({
      what: EVENT_WORDS[event.what],
      by: event.by ?? "the service",
      at: sayTime(event.at.toISOString()),
      changes: sayChanges(event),
      reason: event.reason,
    })),
    next: history.next === null ? "" : paths.accountOf(username, { cursor: history.next }),
    start: paged ? paths.accountOf(username) : "",
    done: Object.hasOwn(DONE, done) ? DONE[done] : "",
    form,
    conflict,
  };
}
