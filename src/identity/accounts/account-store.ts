import type { Role } from "../../policy/roles.ts";
import type { EnrolmentLink } from "../sign-in/enrolment-link.ts";
import type { NewTask, TaskKind, TaskRules } from "../tasks/task.ts";
import type { Account, AccountChange, AccountEvent } from "./account.ts";
import type { AccountState } from "./account-state.ts";
import type { AccountEventKind } from "./account-events.ts";

/** Who changes an account, when and why, as its history has it. */
export interface HistoryNote {
  /** Person id; null for the service itself. */
  readonly by: number | null;
  readonly reason: string;
  /** Epoch milliseconds UTC. */
  readonly now: number;
}

export interface AccountFilter {
  /** Only of this organisation; null: of all. */
  readonly organisation: number | null;
  /** Part of a username or a name. */
  readonly search?: string | undefined;
  readonly state?: AccountState | undefined;
  /** Only accounts whose username comes later in the alphabet: the cursor of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** An account to make; its person enrols by a link. */
export interface NewAccount {
  readonly username: string;
  readonly fullName: string;
  readonly organisation: number;
  readonly roles: readonly Role[];
  readonly rank: string | null;
  readonly vetting: string;
  /** `YYYY-MM-DD` */
  readonly trainedOn: string | null;
  readonly covert: boolean;
}

/** A change of state, the tasks that it does, and the one that it opens. */
export interface StateChange {
  readonly account: number;
  /** The version that was seen. */
  readonly version: number;
  /** The states in which it may be done. */
  readonly from: readonly AccountState[];
  readonly to: AccountState;
  readonly event: AccountEventKind;
  readonly does: readonly TaskKind[] | "all";
  readonly opens?: NewTask | undefined;
  readonly note: HistoryNote;
}

/** What became of a link: given, with who approved it, or not given. */
export type LinkGiven =
  | { readonly given: true; readonly approvedBy: string | null }
  | { readonly given: false; readonly why: "unapproved" | "changed" };

/**
 * Accounts on record. Every change of one account is one transaction with its history, its tasks and its enrolment link, and
 * happens only to the version that was seen: `false` says that somebody else was first.
 */
export interface AccountStore {
  /** By username. */
  list(filter: AccountFilter): Promise<readonly Account[]>;
  byUsername(username: string): Promise<Account | undefined>;
  byId(id: number): Promise<Account | undefined>;
  /** Newest first. */
  history(
    account: number,
    page: { before?: number | undefined; limit: number },
  ): Promise<readonly AccountEvent[]>;
  /** Makes it, with its link: all of it is there when it resolves, or nothing. @throws Problem CONFLICT where the username is taken */
  add(account: NewAccount, link: EnrolmentLink, note: HistoryNote, rules: TaskRules): Promise<Account>;
  change(
    account: Account,
    to: AccountChange,
    note: HistoryNote,
    rules: TaskRules & { readonly opens?: NewTask | undefined },
  ): Promise<boolean>;
  /** Ends sessions and enrolment links of an account that stops. */
  setState(change: StateChange): Promise<boolean>;
  /**
   * Gives a link in the place of those before. For somebody who enrolled before it takes an approval, and uses it up.
   * @param approvedSince approvals that are older count no more (epoch ms)
   */
  giveLink(
    account: Account,
    link: EnrolmentLink,
    note: HistoryNote,
    approvedSince: number,
  ): Promise<LinkGiven>;
  /** Whether no other administrator's account is left, in its organisation or, of a national one, in the nation. */
  isLastKeeper(account: Account): Promise<boolean>;
  /** Active and invited accounts not used, made or reactivated since a moment, oldest first. */
  idleSince(moment: number, limit: number): Promise<readonly Account[]>;
}
