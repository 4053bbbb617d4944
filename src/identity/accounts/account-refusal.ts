import { Problem } from "../../errors.ts";
import { isNationalRole, mayDo, rolesThatMay } from "../../policy/roles.ts";
import { refusedBy } from "../../policy/scope.ts";
import type { Caller } from "../caller.ts";
import type { Account } from "./account.ts";

/** Why somebody may not change an account of their organisation; undefined where they may (ACC-2). */
export function changeRefusal(account: Account, caller: Caller): Problem | undefined {
  if (account.id === caller.person)
    return refusedBy(
      "account-is-somebody-else's",
      "You cannot change your own account.",
      "Another administrator of your organisation, or a national administrator.",
    );
  if (account.roles.some(isNationalRole) && !mayDo(caller.roles, "account.manage-national"))
    return refusedBy(
      "national-accounts-are-kept-nationally",
      "This account has a national role.",
      `One of the roles ${rolesThatMay("account.manage-national").join(", ")}.`,
    );
  return undefined;
}

/** Somebody else changed the account since it was looked at. */
export const changedMeanwhile = (username: string): Problem =>
  new Problem(
    "CONFLICT",
    `The account ${username} has changed since you opened it. Check it again before you decide.`,
  );
