import type { AccountKind, Role } from "../../policy/roles.ts";
import type { AccountState } from "./account-state.ts";
import type { AccountEventKind } from "./account-events.ts";

/** A named account as those who keep accounts see it (ACC-2, ACC-7). Days are `YYYY-MM-DD`. */
export interface Account {
  readonly id: number;
  /** Grows with every change; whoever changes an account names the version that was seen. */
  readonly version: number;
  readonly username: string;
  readonly fullName: string;
  readonly organisation: { readonly id: number; readonly name: string; readonly code: string };
  readonly roles: readonly Role[];
  readonly kind: AccountKind;
  readonly state: AccountState;
  readonly stateSince: Date;
  readonly stateWhy: string | null;
  /** Has a password: a new link would take the place of what proves the person now. */
  readonly enrolled: boolean;
  readonly rank: string | null;
  readonly vetting: string;
  readonly trainedOn: string | null;
  readonly covert: boolean;
  readonly created: Date;
  readonly lastUsed: Date | null;
  /** The last day with the organisation, once it is known. */
  readonly leavesOn: string | null;
}

/** What may be changed about an account. Members that are absent stay as they are; null takes a value away. */
export interface AccountChange {
  readonly fullName?: string | undefined;
  readonly roles?: readonly Role[] | undefined;
  readonly rank?: string | null | undefined;
  readonly vetting?: string | undefined;
  readonly trainedOn?: string | null | undefined;
  readonly covert?: boolean | undefined;
  readonly leavesOn?: string | null | undefined;
}

/** One line of an account's history. */
export interface AccountEvent {
  readonly id: number;
  readonly at: Date;
  /** Username; null where the service itself did it. */
  readonly by: string | null;
  readonly what: AccountEventKind;
  /** The members that changed, as they were and as they became. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

const MEMBERS = ["fullName", "roles", "rank", "vetting", "trainedOn", "covert", "leavesOn"] as const;

const only = (change: AccountChange, wanted: (member: (typeof MEMBERS)[number]) => boolean): AccountChange =>
  Object.fromEntries(MEMBERS.filter(wanted).map((member) => [member, change[member]]));

/** Of what is asked, the members that are there. */
export const given = (asked: AccountChange): AccountChange =>
  only(asked, (member) => asked[member] !== undefined);

/** Of what is asked, what is not so already. */
export const differing = (account: Account, asked: AccountChange): AccountChange =>
  only(
    asked,
    (member) =>
      asked[member] !== undefined && JSON.stringify(asked[member]) !== JSON.stringify(account[member]),
  );

/** The same members as they are now. */
export const asItIs = (account: Account, change: AccountChange): AccountChange =>
  only(account, (member) => member in change);
