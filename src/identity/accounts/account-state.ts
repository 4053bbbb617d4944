import { Problem } from "../../errors.ts";
import type { TaskKind } from "../tasks/task.ts";
import type { AccountEventKind } from "./account-events.ts";

/**
 * The states of an account (ACC-2 to ACC-5). It is invited until its person has enrolled, then active; suspended, it has no
 * session from that moment and may come back to where it was; ended, it never comes back, and its username is never given
 * again.
 */
export const ACCOUNT_STATES = ["invited", "active", "suspended", "ended"] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

export const STATE_ACTS = ["suspend", "reactivate", "end"] as const;
export type StateAct = (typeof STATE_ACTS)[number];

interface Rule {
  /** The states it may be done in. */
  readonly from: readonly AccountState[];
  readonly event: AccountEventKind;
  /** Why it may be done in no other state. */
  readonly why: string;
  /** The open tasks of the account that it does. */
  readonly does: readonly TaskKind[] | "all";
}

const RULES: Readonly<Record<StateAct, Rule>> = {
  suspend: {
    from: ["invited", "active"],
    event: "suspended",
    why: "Only an account that is in use can be suspended.",
    does: [],
  },
  reactivate: {
    from: ["suspended"],
    event: "reactivated",
    why: "Only a suspended account can be reactivated.",
    does: ["review-need"],
  },
  end: {
    from: ["invited", "active", "suspended"],
    event: "ended",
    why: "It cannot be ended again.",
    does: "all",
  },
};

type InState = { readonly username: string; readonly state: AccountState; readonly enrolled: boolean };

/** Whether an act fits the state of an account. */
export const fits = (act: StateAct, state: AccountState): boolean => RULES[act].from.includes(state);

/** Whether a person may follow an enrolment link in this state. */
export const takesLink = (state: AccountState): boolean => state === "invited" || state === "active";

/** What an act makes of an account: who never enrolled is invited again. @throws Problem CONFLICT where it does not fit */
export function moved(
  account: InState,
  act: StateAct,
): Pick<Rule, "event" | "does" | "from"> & { readonly to: AccountState } {
  const { from, event, why, does } = RULES[act];
  if (!fits(act, account.state))
    throw new Problem("CONFLICT", `The account ${account.username} is ${account.state}. ${why}`);
  const back = account.enrolled ? "active" : "invited";
  const to = { suspend: "suspended", reactivate: back, end: "ended" } as const;
  return { from, event, does, to: to[act] };
}

/** @throws Problem CONFLICT where an account has ended */
export function requireChangeable({ username, state }: InState): void {
  if (state === "ended")
    throw new Problem("CONFLICT", `The account ${username} is ended. An ended account cannot be changed.`);
}

/** @throws Problem CONFLICT where nobody could follow a link */
export function requireTakesLink({ username, state }: InState): void {
  if (!takesLink(state))
    throw new Problem(
      "CONFLICT",
      `The account ${username} is ${state}; only an account in use can have an enrolment link.`,
    );
}
