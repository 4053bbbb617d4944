import { auditAction, HEADS, OUTCOMES, type AuditEntryView } from "../../../../api/audit/views.ts";
import { sayEntry } from "../../../../audit/words.ts";
import { mayDo } from "../../../../policy/roles.ts";
import type { Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { entryLine, HEAD_WORDS, OUTCOME_WORDS } from "./entry-line.ts";
import { SEARCH_FIELDS, type SearchField } from "./form.ts";
import { tabsFor } from "./tabs.ts";
import type { Page } from "../../../../flow/page.ts";
import type { Caller } from "../../../../identity/caller.ts";

export interface Found {
  readonly page: Page<AuditEntryView>;
  readonly first: boolean;
}

type Options = readonly (readonly [value: string, text: string])[];

const choose = (options: Options, chosen: string, everything: string) => [
  { value: "", text: everything, selected: chosen === "" },
  ...options.map(([value, text]) => ({ value, text, selected: value === chosen })),
];

const ACTIONS: Options = auditAction.options.map((action) => {
  const said = sayEntry({ action, outcome: "allowed", subject: {} });
  return [action, `${said} (${action})`] as const;
});

/** The search of the log: the form, and what was found. */
export function searchView(shown: {
  form: Form<SearchField>;
  found?: Found;
  asker: Caller;
  organisations: readonly { readonly id: number; readonly name: string }[];
}) {
  const { form, found, asker, organisations } = shown;
  const { values } = form;
  const query = Object.fromEntries(SEARCH_FIELDS.map((field) => [field, values[field]]));
  const saysWhy = !mayDo(asker.roles, "audit.search-without-reason");
  const reason = saysWhy ? values.reason : undefined;
  const next = found?.page.next ?? null;
  return {
    pageTitle: "Search the log",
    tabs: tabsFor(asker, "search"),
    form,
    hasErrors: form.summary.length > 0,
    saysWhy,
    mayExport: mayDo(asker.roles, "audit.export"),
    remit: organisations.length === 0 ? asker.organisation.name : "every organisation",
    heads: choose(
      HEADS.map((head) => [head, HEAD_WORDS[head]]),
      values.head,
      "Every kind",
    ),
    actions: choose(ACTIONS, values.action, "Everything"),
    outcomes: choose(
      OUTCOMES.map((outcome) => [outcome, OUTCOME_WORDS[outcome]]),
      values.outcome,
      "Any",
    ),
    organisations: choose(
      organisations.map(({ id, name }) => [String(id), name]),
      values.organisation,
      "Every organisation",
    ),
    moreOpen: ["authority", "nrd", "action", "outcome", "from", "to"].some((field) => query[field] !== ""),
    filters: Object.entries(query)
      .filter(([field, value]) => value !== "" && field !== "reason")
      .map(([name, value]) => ({ name, value })),
    searched: found !== undefined,
    first: found?.first ?? true,
    start: paths.audit({ ...query, search: "1" }),
    lines: (found?.page.items ?? []).map((entry) => entryLine(entry, reason)),
    next: next === null ? "" : paths.audit({ ...query, search: "1", cursor: next }),
  };
}
