import type { FindingFilter, FindingSeen } from "../../../../oversight/findings.ts";
import { FINDING_STATES, type FindingState } from "../../../../oversight/finding.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { tabsFor } from "../audit/tabs.ts";
import type { Page } from "../../../../flow/page.ts";
import type { Caller } from "../../../../identity/caller.ts";

export const STATE_WORDS: Readonly<Record<FindingState, string>> = {
  open: "Open",
  explained: "Explained",
  training: "Training",
  misconduct: "Misconduct",
  "data-breach": "Data breach",
};

/** GOV.UK tag colours; the word says it too. */
export const STATE_COLOURS: Readonly<Record<FindingState, string>> = {
  open: "yellow",
  explained: "green",
  training: "blue",
  misconduct: "red",
  "data-breach": "red",
};

/** What the filter shows, from its name; anything else shows all. */
export function shownAs(name: string): { readonly name: string; readonly filter: FindingFilter } {
  if (name === "overdue") return { name, filter: { overdue: true } };
  const state = FINDING_STATES.find((known) => known === name);
  return state === undefined ? { name: "", filter: {} } : { name, filter: { state } };
}

/** The list of findings, newest first. */
export function findingsView(
  page: Page<FindingSeen>,
  {
    chosen,
    asker,
    first,
    reason,
  }: {
    readonly chosen: string;
    readonly asker: Caller;
    readonly first: boolean;
    readonly reason: string | undefined;
  },
) {
  const option = (value: string, text: string) => ({ value, text, selected: value === chosen });
  return {
    pageTitle: "Findings",
    tabs: tabsFor(asker, "findings"),
    chosen,
    first,
    reason: reason ?? "",
    start: paths.findings({ show: chosen, reason }),
    choices: [
      option("", "All"),
      option("overdue", "Overdue"),
      ...FINDING_STATES.map((state) => option(state, STATE_WORDS[state])),
    ],
    findings: page.items.map((finding) => ({
      ...finding,
      href: paths.finding(String(finding.id), reason),
      stateWord: STATE_WORDS[finding.state],
      colour: STATE_COLOURS[finding.state],
      due: sayTime(finding.dueAt),
    })),
    next: page.next === null ? "" : paths.findings({ show: chosen, cursor: page.next, reason }),
  };
}
