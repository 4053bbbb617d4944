import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import type { QuarantinedOnScreen } from "../../../ports.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayRoles } from "../../../words/roles.ts";
import { sayCode } from "../quarantine/codes.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type DecisionField = "reason" | "decision";
export const EMPTY_DECISION = formWith<DecisionField>({ reason: "", decision: "" }, []);

/** One quarantined read: what was sent, why it is here, and the decision. */
export function quarantinedView(
  item: QuarantinedOnScreen,
  asker: Caller,
  form: Form<DecisionField> = EMPTY_DECISION,
  conflict = "",
) {
  const mayDecide = mayDo(asker.roles, "quarantine.decide");
  return {
    pageTitle: `Quarantined read ${item.id}`,
    hasErrors: form.summary.length > 0,
    item,
    why: sayCode(item.code),
    received: sayTime(item.received),
    captured: sayTime(item.captured),
    deleteBy: sayTime(item.deleteBy),
    sent: item.sent === undefined || item.sent === null ? "" : JSON.stringify(item.sent, null, 2),
    patch: item.images.includes("patch") ? paths.quarantinedImage(item.id, "patch") : "",
    overview: item.images.includes("overview") ? paths.quarantinedImage(item.id, "overview") : "",
    whyNot: mayDecide
      ? ""
      : `Deciding is for ${sayRoles(rolesThatMay("quarantine.decide"))}; you have ${sayRoles(asker.roles)}.`,
    form,
    conflict,
  };
}
