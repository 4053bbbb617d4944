import type { FindingInFull } from "../../../../oversight/findings.ts";
import { FINDING_STATES, type FindingState } from "../../../../oversight/finding.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { tabsFor } from "../audit/tabs.ts";
import { STATE_COLOURS, STATE_WORDS } from "../findings/view.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type ChangeField = "seen" | "state" | "owner" | "note";

const MEANINGS: Readonly<Record<FindingState, string>> = {
  open: "Not yet resolved",
  explained: "There was a good reason after all",
  training: "The person is given training",
  misconduct: "Passed to professional standards",
  "data-breach": "Dealt with as a personal data breach",
};

/** One finding: what it is about, its way so far, and the form to take it further. */
export function findingPageView(
  finding: FindingInFull,
  asker: Caller,
  again: { readonly form?: Form<ChangeField>; readonly conflict?: string },
) {
  const { state, owner } = finding;
  const form =
    again.form ?? formWith<ChangeField>({ seen: state, state, owner: owner.username, note: "" }, []);
  const owners = finding.owners.some(({ username }) => username === owner.username)
    ? finding.owners
    : [owner, ...finding.owners];
  return {
    pageTitle: `Finding ${finding.id}`,
    tabs: tabsFor(asker, "findings"),
    form,
    hasErrors: form.summary.length > 0,
    conflict: again.conflict ?? "",
    finding,
    stateWord: STATE_WORDS[state],
    colour: STATE_COLOURS[state],
    opened: sayTime(finding.openedAt),
    due: sayTime(finding.dueAt),
    closed: finding.closedAt && sayTime(finding.closedAt),
    entryHref: finding.entry === null ? "" : paths.auditEntry(String(finding.entry)),
    itemHref:
      finding.item !== null && mayDo(asker.roles, "audit.review")
        ? paths.auditItem(String(finding.item))
        : "",
    history: finding.history.map((event) => ({
      ...event,
      at: sayTime(event.at),
      state: STATE_WORDS[event.state],
    })),
    href: paths.finding(String(finding.id)),
    states: FINDING_STATES.map((value) => ({
      value,
      text: STATE_WORDS[value],
      hint: { text: MEANINGS[value] },
      checked: form.values.state === value,
    })),
    owners: owners.map(({ username, fullName }) => ({
      value: username,
      text: `${fullName} (${username})`,
      selected: form.values.owner === username,
    })),
    whyNot: finding.mayChange
      ? ""
      : "Only its owner or an auditor can update it, and never the person it is about.",
  };
}
