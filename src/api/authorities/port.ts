import type { z } from "zod";
import type { AskedAuthority } from "../../authority/check-request.ts";
import type { AuthorityState } from "../../authority/authority-record.ts";
import type { authorityInFull, authorityView } from "./views.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import type { Caller } from "../../identity/caller.ts";

export type AuthorityView = z.infer<typeof authorityView>;
export type AuthorityInFull = z.infer<typeof authorityInFull>;

/** What a request would become, and who could approve it; nothing is stored. */
export type AuthorityPreview = Pick<
  AuthorityView,
  "reference" | "purpose" | "level" | "reason" | "from" | "until" | "scope"
> & { readonly approver: string };

export interface AuthorityQuery {
  readonly state?: AuthorityState | undefined;
  /** Only those the person asked for. */
  readonly mine?: boolean | undefined;
}

/**
 * Authorities as people ask for, decide on and look at them (INV-2). One outside the person's remit is Problem NOT_FOUND; an
 * act that does not fit how it stands is CONFLICT; one that the policy refuses is NOT_AUTHORISED with `rules` and `needed`.
 * An authority is named by its id or its reference. Times are epoch milliseconds UTC.
 */
export interface AuthorityPort {
  list(query: AuthorityQuery, page: PageRequest, caller: Caller): Promise<Page<AuthorityView>>;
  /** With its history, what was done under it (a page of that) and what the person may do to it. */
  open(authority: string, page: PageRequest, caller: Caller): Promise<AuthorityInFull>;
  /** @throws Problem INPUT_INVALID naming every field that is wrong, as `request` would */
  preview(asked: AskedAuthority, asker: Caller): Promise<AuthorityPreview>;
  request(asked: AskedAuthority, caller: Caller): Promise<AuthorityView>;
  approve(
    authority: string,
    decision: {
      readonly reason: string;
      readonly exceptional?: string | undefined;
      readonly until?: number | undefined;
    },
    caller: Caller,
  ): Promise<AuthorityView>;
  refuse(authority: string, reason: string, caller: Caller): Promise<AuthorityView>;
  withdraw(authority: string, reason: string, caller: Caller): Promise<AuthorityView>;
  extend(
    authority: string,
    to: { readonly until: number; readonly reason: string },
    caller: Caller,
  ): Promise<AuthorityView>;
  confirm(authority: string, reason: string, caller: Caller): Promise<AuthorityView>;
}
