import type { Task } from "./task.ts";
import type { Problem } from "../../errors.ts";
import { isNationalRole, kindOfRole, mayDo } from "../../policy/roles.ts";
import { isEverywhere, refusedBy } from "../../policy/scope.ts";
import type { Caller } from "../caller.ts";

/** Why somebody may not say that a task is done; undefined where they may. Whoever made it due never may (ACC-2, ACC-4). */
export function taskRefusal({ kind, person, authors }: Task, caller: Caller): Problem | undefined {
  const manages = mayDo(caller.roles, "account.manage");
  const another = "Another administrator of your organisation, or a national administrator.";
  if (person?.id === caller.person)
    return refusedBy("account-is-somebody-else's", "You cannot decide about your own account.", another);
  if (authors.includes(caller.person))
    return refusedBy(
      "a-second-person-decides",
      "You asked for this yourself: a second person has to decide.",
      another,
    );
  if (kind === "review-permissions" && !manages)
    return refusedBy(
      "administrators-review-permissions",
      "Only an administrator can review permissions.",
      another,
    );
  if (kind !== "approve-link") return undefined;
  if (!manages && !mayDo(caller.roles, "suspension.lift"))
    return refusedBy(
      "links-are-approved",
      "Only supervisors and administrators can approve a link.",
      "A supervisor or another administrator of your organisation.",
    );
  // Whoever is watched by an account, or is below it, does not help to take it over.
  const watches = person?.roles.some((role) => kindOfRole(role) === "oversight" || isNationalRole(role));
  return watches && !isEverywhere(caller.roles, "task.see")
    ? refusedBy(
        "oversight-links-are-approved-nationally",
        "This account oversees or administers others: its link has to be approved nationally.",
        "A national auditor, or a national administrator who did not ask for it.",
      )
    : undefined;
}
