import type { DutyToOpen } from "../tasks/task.ts";
import type { Account, AccountChange, AccountEvent, AccountEventKind, AccountState } from "./account.ts";

/** Who changes an account, when and why. */
export interface AccountDeed {
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

/** A change of state, and the duty that it opens. */
export interface StateChange extends AccountDeed {
  readonly account: number;
  /** The version that was seen. */
  readonly version: number;
  /** `active` makes an account that never enrolled `invited` again. */
  readonly to: Extract<AccountState, "active" | "suspended" | "ended">;
  readonly opens?: DutyToOpen | undefined;
}

/**
 * Accounts on record. Every change of one account is one transaction with its history and its duties, and happens only to
 * the version that was seen: `false` says that somebody else was first.
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
  /** Adds a line to the history beside what another store did. */
  record(
    account: number,
    what: AccountEventKind,
    after: Record<string, unknown>,
    deed: AccountDeed,
  ): Promise<void>;
  change(account: Account, to: AccountChange, deed: AccountDeed, opens?: DutyToOpen): Promise<boolean>;
  /** Ends sessions and enrolment links of an account that stops; ending it ends its duties too. */
  setState(change: StateChange): Promise<boolean>;
  /** Whether no other administrator's account is left, in its organisation or, of a national one, in the nation. */
  isLastKeeper(account: Account): Promise<boolean>;
  /** Active and invited accounts not used, made or reactivated since a moment, oldest first. */
  idleSince(moment: number, limit: number): Promise<readonly Account[]>;
}
