import type { Role } from "../../policy/roles.ts";

/** What people must do about accounts and organisations, each with its due date (ACC-1, ACC-3, ACC-4, ACC-7). */
export const ACCOUNT_DUTIES = [
  /** Suspended for want of use: reactivate or end it; the service ends it at the due date. */
  "review-need",
  /** The person leaves: end the account; the service ends it at the due date. */
  "end-leaver",
  /** The roles changed: look whether every permission is still needed. */
  "review-permissions",
  /** A link for somebody who enrolled before: a second person approves it, or it lapses at the due date. */
  "approve-link",
  /** Training lapses at the due date; from then on the person cannot enquire. */
  "renew-training",
  /** The organisation's written policy lapses at the due date; from then on its people cannot enquire. */
  "renew-policy",
] as const;
export type AccountDutyKind = (typeof ACCOUNT_DUTIES)[number];

export interface DutyToOpen {
  readonly kind: AccountDutyKind;
  /** Epoch milliseconds UTC. */
  readonly due: number;
}

export interface AccountDuty {
  readonly id: number;
  readonly kind: AccountDutyKind;
  /** Null for a duty of the organisation itself. */
  readonly person: {
    readonly id: number;
    readonly username: string;
    readonly fullName: string;
    readonly roles: readonly Role[];
  } | null;
  readonly organisation: { readonly id: number; readonly name: string; readonly code: string };
  readonly opened: Date;
  readonly due: Date;
  readonly done: Date | null;
  /** Username; null where the service closed it, or it is still open. */
  readonly doneBy: string | null;
  readonly outcome: string | null;
  readonly note: string | null;
  /** Ids of the persons who made it due since it was opened: a second person does it. */
  readonly authors: readonly number[];
}

/** A link for somebody who enrolled before, as it was asked for. Times are epoch milliseconds UTC. */
export interface LinkRequest extends DutyToOpen {
  readonly person: number;
  readonly organisation: number;
  /** Person id. */
  readonly by: number;
  readonly reason: string;
  readonly now: number;
}

export interface DutyFilter {
  /** Null or absent: of every organisation. */
  readonly organisation?: number | null;
  /** Only of this person. */
  readonly person?: number | undefined;
  /** The place after which the page begins: due date (epoch ms) and id. */
  readonly after?: { readonly due: number; readonly id: number } | undefined;
  readonly limit: number;
}

/** Duties on record. Opening and closing again changes nothing, so that a clock may be stopped anywhere and run again. */
export interface AccountDutyStore {
  /** Open ones, the longest overdue first. */
  open(filter: DutyFilter): Promise<readonly AccountDuty[]>;
  byId(id: number): Promise<AccountDuty | undefined>;
  /** False when it was done before. */
  close(
    id: number,
    done: { by: number | null; outcome: string; note: string; now: number },
  ): Promise<boolean>;
  counts(
    now: number,
    organisation: number | null,
  ): Promise<{ readonly open: number; readonly overdue: number }>;
  /** Ids of the persons whose duty of a kind was due by a moment. */
  overdue(kind: AccountDutyKind, now: number, limit: number): Promise<readonly number[]>;
  /** Opens the duty to approve a link, with a line in the account's history. False where one waits already. */
  askLink(request: LinkRequest): Promise<boolean>;
  /** Uses up the approval, since a moment, of a link that this person asked for. @returns who approved; undefined for none */
  takeApproval(of: { person: number; by: number; since: number }): Promise<string | undefined>;
  /** The last time since a moment that somebody asked for a link in a person's name. */
  lastLink(person: number, since: number): Promise<{ readonly at: Date; readonly by: string } | undefined>;
  /** Closes the requests for links that nobody approved in time. */
  lapseLinks(now: number): Promise<void>;
  /** Opens, moves and closes the duties of training, by the day of training of every active account of users and oversight. */
  keepTraining(rule: { months: number; warnMs: number; now: number }): Promise<void>;
  /** The same for leavers, by the day on which they leave. */
  keepLeavers(rule: { hours: number; now: number }): Promise<void>;
  /** The same for the written policies of approved organisations that have accounts. */
  keepPolicies(rule: { warnMs: number; now: number }): Promise<void>;
}
