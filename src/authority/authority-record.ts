import type { AuthorityScope } from "../policy/facts.ts";
import type { Level, Purpose } from "../policy/purpose.ts";
import type { Authority } from "./authority-store.ts";

/** How an authority stands; one that is approved serves until its end, and is then called ended. */
export const AUTHORITY_STATES = ["requested", "approved", "ended", "refused", "withdrawn"] as const;
export type AuthorityState = (typeof AUTHORITY_STATES)[number];

/** What is done to an authority, as its history tells it. */
export const AUTHORITY_EVENTS = [
  "requested",
  "given-orally",
  "approved",
  "refused",
  "withdrawn",
  "extended",
  "confirmed",
] as const;
export type AuthorityEventKind = (typeof AUTHORITY_EVENTS)[number];

/** Somebody of the service, by name. */
export interface Named {
  readonly id: number;
  readonly username: string;
  readonly fullName: string;
}

/** An authority with everything on record about it. Times are epoch milliseconds UTC. */
export interface AuthorityRecord extends Authority {
  readonly organisationName: string;
  readonly reason: string;
  /** Usernames of those who may rely on it; empty: everyone of the organisation. */
  readonly holderNames: readonly string[];
  /** Null for authorities from before requests were made here. */
  readonly asked: { readonly by: Named; readonly at: number } | null;
  /** Who approved or refused it, or gave it orally, and when. */
  readonly decided: {
    readonly by: Named;
    readonly at: number;
    readonly reason: string;
  } | null;
  /** Given by word of mouth in urgency. */
  readonly oral: boolean;
  /** When an oral one was confirmed in writing. */
  readonly confirmedAt: number | null;
  readonly stateSince: number;
}

/** One line of an authority's history; `by` is null when the service itself did it. */
export interface AuthorityEvent {
  readonly at: number;
  readonly by: Named | null;
  readonly event: AuthorityEventKind;
  readonly note: string;
}

/** A request that was checked; nothing in it needs a second look. Times are epoch milliseconds UTC. */
export interface NewAuthorityRequest {
  readonly reference: string;
  readonly organisation: number;
  readonly purpose: Purpose;
  readonly level: Level;
  readonly reason: string;
  readonly holders: readonly number[];
  readonly scope: AuthorityScope;
  readonly from: number;
  readonly until: number;
  readonly askedBy: number;
  readonly askedAt: number;
  /** Who gave it orally and when; null: it waits for a decision. */
  readonly oral: { readonly by: number; readonly rank: string | null; readonly at: number } | null;
}

/** An enquiry made under an authority; what it was about stays with whoever asked, and with the auditors' log. */
export interface EnquiryUnder {
  readonly id: string;
  readonly by: Named;
  readonly asked: number;
  readonly kind: string;
  readonly reason: string;
  readonly outcome: string;
  readonly count: number | null;
}

/** An authority as it stands at a moment: its state then, and until when it is to be confirmed where it was given orally. */
export interface StandingAuthority extends AuthorityRecord {
  readonly state: AuthorityState;
  /** Epoch ms; null for one given in writing. */
  readonly confirmBy: number | null;
}

const HOUR_MS = 3_600_000;

/** How an authority stands. @param at.now epoch ms @param at.oralConfirmHours of the policy pack in force */
export const standingOf = (
  authority: AuthorityRecord,
  { now, oralConfirmHours }: { readonly now: number; readonly oralConfirmHours: number },
): StandingAuthority => ({
  ...authority,
  state: stateOf(authority, now),
  confirmBy:
    authority.oral && authority.decided !== null ? authority.decided.at + oralConfirmHours * HOUR_MS : null,
});

/** The state as people are told it. @param now epoch ms */
export const stateOf = ({ state, until }: Pick<Authority, "state" | "until">, now: number): AuthorityState =>
  state === "approved" && until <= now ? "ended" : (state as AuthorityState);
