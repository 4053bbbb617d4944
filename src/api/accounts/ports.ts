import type { Readable } from "node:stream";
import type { AccountChange, AccountState } from "../../identity/accounts/account.ts";
import type { AskedAccount } from "../../identity/accounts/account-rules.ts";
import type { OrganisationChange, OrganisationState } from "../../identity/organisations/organisation.ts";
import type {
  AccountInFull,
  AccountView,
  DutyView,
  EnrolmentView,
  OrganisationView,
  SuspicionView,
} from "./views.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import type { RowVerdict } from "../../flow/row-verdict.ts";
import type { Caller } from "../../identity/caller.ts";

/** A change that names the version it was made on, and why. */
export interface Deliberate {
  readonly version: number;
  readonly reason: string;
}

export type StateAct = "suspend" | "reactivate" | "end";

/**
 * The accounts of the asker's organisation, or of all for a national administrator; others are Problem NOT_FOUND (ACC-2).
 * Nobody changes the own account: NOT_AUTHORISED. What was changed meanwhile: CONFLICT.
 */
export interface AccountPort {
  list(
    filter: {
      search?: string | undefined;
      state?: AccountState | undefined;
      organisation?: string | undefined;
    },
    page: PageRequest,
    caller: Caller,
  ): Promise<Page<AccountView>>;
  /** With its open duties and a page of its history, newest first. */
  open(username: string, history: PageRequest, caller: Caller): Promise<AccountInFull>;
  /** @throws Problem INPUT_INVALID naming every field that is wrong */
  add(
    asked: AskedAccount & { readonly organisation?: string | undefined },
    caller: Caller,
  ): Promise<{ account: AccountView; enrolment: EnrolmentView }>;
  change(username: string, to: AccountChange, why: Deliberate, caller: Caller): Promise<AccountView>;
  setState(username: string, to: StateAct, why: Deliberate, caller: Caller): Promise<AccountView>;
  /**
   * A new one-time link, for a person whose link expired or whose second factor is lost. For somebody who enrolled before a
   * second person approves first: until then the answer is the duty to do so, and who asked asks again (ACC-2).
   */
  enrol(username: string, why: Deliberate, caller: Caller): Promise<EnrolmentView | DutyView>;
}

export type OrganisationAct = "approve" | "suspend" | "withdraw";

/** The organisations (ACC-1). Everybody who may see them sees all; each administrator keeps the own one's policy. */
export interface OrganisationPort {
  list(
    asker: Caller,
    filter: { search?: string | undefined; state?: OrganisationState | undefined },
    page: PageRequest,
  ): Promise<Page<OrganisationView>>;
  find(asker: Caller, code: string): Promise<OrganisationView>;
  add(organisation: { name: string; code: string; kind: string }, caller: Caller): Promise<OrganisationView>;
  importCsv(csv: Readable, caller: Caller): AsyncIterable<RowVerdict>;
  /** @param address where the asker comes from: nobody locks the own organisation's administrators out by mistake */
  change(
    code: string,
    to: OrganisationChange,
    why: Deliberate & { address: string },
    caller: Caller,
  ): Promise<OrganisationView>;
  setState(code: string, to: OrganisationAct, why: Deliberate, caller: Caller): Promise<OrganisationView>;
}

/** What is to be done about accounts and organisations, and until when; the longest overdue first (ACC-3, ACC-4). */
export interface DutyPort {
  list(page: PageRequest, caller: Caller): Promise<Page<DutyView>>;
  counts(asker: Caller): Promise<{ readonly open: number; readonly overdue: number }>;
  /** The last time that somebody lately asked for an enrolment link in the asker's own name. */
  linkAsked(asker: Caller): Promise<{ readonly at: Date; readonly by: string } | undefined>;
  /** A review of permissions, and the approval of a link, are done by saying so; the others by what they ask for. */
  done(duty: string, note: string, caller: Caller): Promise<void>;
}

export type SuspicionAct = "lift" | "uphold" | "note";

/** What protective monitoring found, within the asker's remit; nobody decides about themselves (ACC-5, ACC-8). */
export interface SuspicionPort {
  list(
    filter: { waiting?: boolean | undefined },
    page: PageRequest,
    caller: Caller,
  ): Promise<Page<SuspicionView>>;
  open(suspicion: string, caller: Caller): Promise<SuspicionView>;
  waiting(asker: Caller): Promise<number>;
  decide(suspicion: string, decision: SuspicionAct, reason: string, caller: Caller): Promise<SuspicionView>;
}

/** People and organisations, as the edges use them. */
export interface PeoplePorts {
  readonly accounts: AccountPort;
  readonly organisations: OrganisationPort;
  readonly duties: DutyPort;
  readonly suspicions: SuspicionPort;
}
