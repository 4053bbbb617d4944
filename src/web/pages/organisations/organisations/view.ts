import type { OrganisationInUse } from "../../../../identity/organisations/organisations.ts";
import {
  ORGANISATION_KINDS,
  ORGANISATION_STATES,
  type OrganisationState,
} from "../../../../identity/organisations/organisation.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { sayDay } from "../../../words/account.ts";
import type { Page } from "../../../../flow/page.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type NewOrganisationField = "name" | "code" | "kind";
const EMPTY = formWith<NewOrganisationField>({ name: "", code: "", kind: "" }, []);

export const ORGANISATION_TAGS: Readonly<Record<OrganisationState, string>> = {
  approved: "govuk-tag--green",
  suspended: "govuk-tag--yellow",
  withdrawn: "govuk-tag--grey",
};
export const ORGANISATION_KIND_WORDS: Readonly<Record<string, string>> = {
  force: "Police force",
  agency: "Agency or other body",
  regulator: "Regulator",
  processor: "Processor: works for one of the others",
};

export const isOrganisationState = (state: unknown): state is OrganisationState =>
  ORGANISATION_STATES.some((known) => known === state);

export const kindItems = (chosen: string) => [
  { value: "", text: "Select", selected: chosen === "" },
  ...ORGANISATION_KINDS.map((kind) => ({
    value: kind,
    text: ORGANISATION_KIND_WORDS[kind] ?? kind,
    selected: kind === chosen,
  })),
];

/** The approved organisations, searched and filtered; adding one is for those who keep them. */
export function organisationsView(parts: {
  page: Page<OrganisationInUse>;
  search: string;
  state: string;
  paged: boolean;
  asker: Caller;
  form?: Form<NewOrganisationField>;
}) {
  const { page, search, state, paged, asker, form = EMPTY } = parts;
  return {
    pageTitle: "Organisations",
    hasErrors: form.summary.length > 0,
    search,
    filtered: search !== "" || state !== "",
    states: [
      { value: "", text: "Any state", selected: state === "" },
      ...ORGANISATION_STATES.map((value) => ({ value, text: value, selected: value === state })),
    ],
    organisations: page.items.map((organisation) => ({
      ...organisation,
      href: paths.organisation(organisation.code),
      kindWords: ORGANISATION_KIND_WORDS[organisation.kind] ?? organisation.kind,
      tag: ORGANISATION_TAGS[organisation.state],
      until: organisation.policy === null ? "" : sayDay(organisation.policy.until),
    })),
    mayAdd: mayDo(asker.roles, "organisation.manage"),
    kinds: kindItems(form.values.kind),
    form,
    next: page.next === null ? "" : paths.organisations({ search, state, cursor: page.next }),
    start: paged ? paths.organisations({ search, state }) : "",
  };
}
