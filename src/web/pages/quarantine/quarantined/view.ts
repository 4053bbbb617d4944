import { presentCapture } from "../../../../api/quarantine/present.ts";
import type { QuarantinedReads } from "../../../../ingest/quarantine/quarantined-reads.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayRoles } from "../../../words/roles.ts";
import { sayCode } from "../quarantine/codes.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type DecisionField = "reason" | "decision";
export const EMPTY_DECISION = formWith<DecisionField>({ reason: "", decision: "" }, []);

/** One quarantined read: what was sent, why it is here, and the decision. */
export function quarantinedView(
  held: Awaited<ReturnType<QuarantinedReads["find"]>>,
  caller: Caller,
  form: Form<DecisionField> = EMPTY_DECISION,
  conflict = "",
) {
  const mayDecide = mayDo(caller.roles, "quarantine.decide");
  return {
    pageTitle: `Quarantined read ${held.id}`,
    hasErrors: form.summary.length > 0,
    item: { ...held, source: held.source.name },
    why: sayCode(held.code),
    received: sayTime(held.received.getTime()),
    captured: sayTime(held.captured.getTime()),
    deleteBy: sayTime(held.deleteBy.getTime()),
    sent: held.capture === null ? "" : JSON.stringify(presentCapture(held.capture), null, 2),
    patch: held.images.includes("patch") ? paths.quarantinedImage(held.id, "patch") : "",
    overview: held.images.includes("overview") ? paths.quarantinedImage(held.id, "overview") : "",
    whyNot: mayDecide
      ? ""
      : `Deciding is for ${sayRoles(rolesThatMay("quarantine.decide"))}; you have ${sayRoles(caller.roles)}.`,
    form,
    conflict,
  };
}
