import type { Scope } from "../policy/scope.ts";
import type {
  AuthorityEvent,
  AuthorityRecord,
  AuthorityState,
  EnquiryUnder,
  NewAuthorityRequest,
} from "./authority-record.ts";

/** Which authorities somebody may see. */
export interface AuthoritiesSeen extends Scope {
  /** Where given, only those this person asked for or may rely on. */
  readonly person: number | null;
}

/** Where a page of authorities begins: after this one, in the order of the list. */
export interface AuthorityPlace {
  /** 0 to 3, most urgent first. */
  readonly group: number;
  readonly turn: number;
}

export interface AuthorityFilter {
  readonly seen: AuthoritiesSeen;
  readonly state?: AuthorityState;
  /** Person id. */
  readonly askedBy?: number;
  /** Those that wait for a decision or a confirmation come before those in force; otherwise after. */
  readonly waitingFirst: boolean;
  /** Epoch ms. */
  readonly now: number;
  readonly after?: AuthorityPlace;
  readonly limit: number;
}

/** Who changed an authority, when (epoch ms) and why; `by` null: the service itself. */
export interface AuthorityChange {
  readonly by: number | null;
  readonly at: number;
  readonly note: string;
}

/** Somebody of an organisation, found by username. */
export interface Colleague {
  readonly id: number;
  readonly username: string;
  readonly active: boolean;
}

/**
 * Authorities as their life changes them. Each change and its line of history are one transaction, and hold only where the
 * authority is still as the change expects: of two at once one wins, and the other is answered undefined.
 */
export interface AuthorityLifeStore {
  /** @throws Problem CONFLICT when the reference is taken, or another one that the asker says was given orally is unconfirmed */
  request(request: NewAuthorityRequest): Promise<AuthorityRecord>;
  /** By id or reference, of those that are seen. */
  record(idOrReference: string, seen: AuthoritiesSeen): Promise<AuthorityRecord | undefined>;
  list(filter: AuthorityFilter): Promise<readonly { place: AuthorityPlace; authority: AuthorityRecord }[]>;
  /** Oldest first. */
  history(id: string): Promise<readonly AuthorityEvent[]>;
  /** Enquiries made under it, newest first; `after` is the last one of the page before. */
  enquiriesUnder(
    authority: Pick<AuthorityRecord, "id" | "reference" | "organisation">,
    page: { readonly limit: number; readonly after?: { readonly asked: number; readonly id: string } },
  ): Promise<readonly EnquiryUnder[]>;
  /** People of an organisation with these usernames; unknown names are left out. */
  colleagues(organisation: number, usernames: readonly string[]): Promise<readonly Colleague[]>;
  approve(
    id: string,
    decision: { readonly rank: string | null; readonly exceptional: string | null; readonly until: number },
    change: AuthorityChange & { readonly by: number },
  ): Promise<AuthorityRecord | undefined>;
  refuse(
    id: string,
    rank: string | null,
    change: AuthorityChange & { readonly by: number },
  ): Promise<AuthorityRecord | undefined>;
  withdraw(id: string, change: AuthorityChange): Promise<AuthorityRecord | undefined>;
  /** @param seen the end as whoever extends it saw it, epoch ms; a different one means that somebody was quicker */
  extend(
    id: string,
    until: { readonly seen: number; readonly to: number },
    change: AuthorityChange,
  ): Promise<AuthorityRecord | undefined>;
  confirm(id: string, change: AuthorityChange): Promise<AuthorityRecord | undefined>;
  /** The reference of one given orally to this asker that is not confirmed, or was withdrawn unconfirmed since then (epoch ms). */
  unsettledOral(asker: number, since: number): Promise<string | undefined>;
  /** Approved ones that were given orally at or before a moment (epoch ms) and never confirmed in writing. */
  unconfirmedSince(givenBefore: number): Promise<readonly AuthorityRecord[]>;
}
