import { fitting, type SuspicionAct, type SuspicionSeen } from "../../../../identity/monitoring/decision.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayRoles } from "../../../words/roles.ts";
import { sayDecision } from "../suspicions/view.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type DecisionField = "decision" | "reason";
export const EMPTY_DECISION = formWith<DecisionField>({ decision: "", reason: "" }, []);

const ACTS: Readonly<Record<SuspicionAct, { readonly text: string; readonly hint: string }>> = {
  lift: {
    text: "Lift the suspension",
    hint: "The account becomes active again and the person can sign in as before.",
  },
  uphold: {
    text: "Uphold the suspension",
    hint: "The account stays suspended until somebody who can decide on suspicions lifts it, or an administrator ends the account.",
  },
  note: { text: "Record what you found", hint: "The account was flagged, not suspended." },
};

export const isSuspicionAct = (act: string): act is SuspicionAct => act in ACTS;

/** One suspicion: who, why, what shows it, and the decision. */
export function suspicionView(parts: {
  suspicion: SuspicionSeen;
  caller: Caller;
  form?: Form<DecisionField>;
  conflict?: string;
}) {
  const { suspicion, caller, form = EMPTY_DECISION, conflict = "" } = parts;
  const { person, decided } = suspicion;
  const mayLift = mayDo(caller.roles, "suspension.lift");
  return {
    pageTitle: `Suspicion about ${person.fullName}`,
    hasErrors: form.summary.length > 0,
    suspicion,
    state: sayDecision(suspicion),
    at: sayTime(suspicion.at.toISOString()),
    decided: decided === null ? null : sayTime(decided.toISOString()),
    entries: suspicion.evidence.entries.map((index) => ({
      index,
      href: mayDo(caller.roles, "audit.search") ? paths.auditEntry(index) : "",
    })),
    account: mayDo(caller.roles, "account.see") ? paths.accountOf(person.username) : "",
    acts: suspicion.mayDecide
      ? fitting(suspicion).map((act) => ({
          value: act,
          text: ACTS[act].text,
          hint: { text: ACTS[act].hint },
          checked: form.values.decision === act,
        }))
      : [],
    whyNot:
      decided !== null || suspicion.mayDecide
        ? ""
        : person.username === caller.username
          ? "You cannot decide about yourself."
          : `Deciding is for ${sayRoles(rolesThatMay("suspension.lift"))}; you have ${sayRoles(caller.roles)}.${mayLift ? " You do not have access to this one." : ""}`,
    form,
    conflict,
  };
}
