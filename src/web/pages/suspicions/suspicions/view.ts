import type { SuspicionSeen } from "../../../../identity/monitoring/decision.ts";
import { isEverywhere } from "../../../../policy/scope.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import type { Page } from "../../../../flow/page.ts";
import type { Caller } from "../../../../identity/caller.ts";

/** What a suspicion came to, in a word and its colour. */
export function sayDecision({ decision, effect }: SuspicionSeen): {
  readonly text: string;
  readonly tag: string;
} {
  if (decision === "lifted") return { text: "lifted", tag: "govuk-tag--green" };
  if (decision === "upheld") return { text: "upheld", tag: "govuk-tag--red" };
  if (decision === "noted") return { text: "noted", tag: "govuk-tag--grey" };
  return effect === "suspend"
    ? { text: "suspended", tag: "govuk-tag--yellow" }
    : { text: "flagged", tag: "govuk-tag--blue" };
}

/** The list of suspicions: those that wait, or all. */
export function suspicionsView(page: Page<SuspicionSeen>, caller: Caller, waiting: boolean, paged: boolean) {
  const query = { show: waiting ? "" : "all" };
  return {
    pageTitle: "Suspicions",
    waiting,
    national: isEverywhere(caller.roles, "suspension.see"),
    suspicions: page.items.map((suspicion) => ({
      href: paths.suspicion(String(suspicion.id)),
      at: sayTime(suspicion.at.toISOString()),
      fullName: suspicion.person.fullName,
      organisation: suspicion.organisation.name,
      why: suspicion.why,
      state: sayDecision(suspicion),
    })),
    next: page.next === null ? "" : paths.suspicions({ ...query, cursor: page.next }),
    start: paged ? paths.suspicions(query) : "",
  };
}
