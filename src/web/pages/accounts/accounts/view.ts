import type { Account } from "../../../../identity/accounts/account.ts";
import { ACCOUNT_STATES, type AccountState } from "../../../../identity/accounts/account-state.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { paths } from "../../../paths.ts";
import { ACCOUNT_STATE_TAGS } from "../../../words/account.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayOwn, sayRoles } from "../../../words/roles.ts";
import type { Page } from "../../../../flow/page.ts";
import type { Caller } from "../../../../identity/caller.ts";

export const isAccountState = (state: unknown): state is AccountState =>
  ACCOUNT_STATES.some((known) => known === state);

export interface AccountsQuery {
  readonly search: string;
  readonly state: string;
  readonly organisation: string;
}

/** The accounts, searched and filtered. */
export function accountsView(parts: {
  page: Page<Account>;
  query: AccountsQuery;
  caller: Caller;
  national: boolean;
  paged: boolean;
}) {
  const { page, query, caller, national, paged } = parts;
  const { search, state, organisation } = query;
  const mayMake = mayDo(caller.roles, "account.manage");
  return {
    pageTitle: "Accounts",
    search,
    organisation,
    national,
    filtered: search !== "" || state !== "" || organisation !== "",
    whose: national ? "every organisation" : caller.organisation.name,
    states: [
      { value: "", text: "Any state", selected: state === "" },
      ...ACCOUNT_STATES.map((value) => ({ value, text: value, selected: value === state })),
    ],
    mayMake,
    whyNotMake: mayMake
      ? ""
      : `Creating accounts is for ${sayRoles(rolesThatMay("account.manage"))}; you have ${sayRoles(caller.roles)}.`,
    accounts: page.items.map((account) => ({
      username: account.username,
      fullName: account.fullName,
      href: paths.accountOf(account.username),
      organisation: account.organisation.name,
      roles: sayOwn(account.roles),
      state: account.state,
      tag: ACCOUNT_STATE_TAGS[account.state],
      lastUsed: account.lastUsed === null ? null : sayTime(account.lastUsed.toISOString()),
    })),
    next: page.next === null ? "" : paths.accounts({ ...query, cursor: page.next }),
    start: paged ? paths.accounts({ ...query }) : "",
  };
}
