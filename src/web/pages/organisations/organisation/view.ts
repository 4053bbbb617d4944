import type { OrganisationInUse, OrganisationAct } from "../../../../identity/organisations/organisations.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { formWith, type FieldError } from "../../../form.ts";
import { sayDay } from "../../../words/account.ts";
import { sayRoles } from "../../../words/roles.ts";
import { kindItems, ORGANISATION_KIND_WORDS, ORGANISATION_TAGS } from "../organisations/view.ts";
import type { Caller } from "../../../../identity/caller.ts";

export const ORGANISATION_FIELDS = [
  "name",
  "kind",
  "contact",
  "policyReference",
  "policyDate",
  "policyUntil",
  "policyOwner",
  "allowedNetworks",
  "reason",
  "version",
  "act",
  "stateReason",
] as const;
export type OrganisationField = (typeof ORGANISATION_FIELDS)[number];
export type OrganisationValues = Record<OrganisationField, string>;

const ACTS: Readonly<Record<OrganisationAct, { readonly text: string; readonly hint: string }>> = {
  approve: {
    text: "Approve",
    hint: "Its people can make enquiries, and its feed sources can send, while its written policy is current.",
  },
  suspend: {
    text: "Suspend",
    hint: "Its people cannot make enquiries, and its feed sources are turned away, until it is approved again.",
  },
  withdraw: {
    text: "Withdraw the approval",
    hint: "Its people cannot make enquiries, and its feed sources are turned away.",
  },
};
const FITTING: Readonly<Record<OrganisationInUse["state"], readonly OrganisationAct[]>> = {
  approved: ["suspend", "withdraw"],
  suspended: ["approve", "withdraw"],
  withdrawn: ["approve"],
};
const DONE: Readonly<Record<string, string>> = {
  changed: "The organisation has been changed.",
  approve: "The organisation has been approved.",
  suspend: "The organisation has been suspended.",
  withdraw: "The approval has been withdrawn.",
};

export const isOrganisationAct = (act: string): act is OrganisationAct => act in ACTS;

/** The forms filled in with the organisation as it is. */
export const valuesOfOrganisation = (organisation: OrganisationInUse): OrganisationValues => ({
  name: organisation.name,
  kind: organisation.kind,
  contact: organisation.contact,
  policyReference: organisation.policy?.reference ?? "",
  policyDate: organisation.policy?.date ?? "",
  policyUntil: organisation.policy?.until ?? "",
  policyOwner: organisation.policy?.owner ?? "",
  allowedNetworks: organisation.allowedNetworks.join("\n"),
  reason: "",
  version: String(organisation.version),
  act: "",
  stateReason: "",
});

/** One organisation: its standing, its policy, contact and networks, and what may be changed. */
export function organisationView(parts: {
  organisation: OrganisationInUse;
  asker: Caller;
  own: boolean;
  values?: OrganisationValues;
  errors?: readonly FieldError[];
  conflict?: string;
  done?: string;
}) {
  const { organisation, asker, own, errors = [], conflict = "", done = "" } = parts;
  const { policy, state } = organisation;
  const form = formWith<OrganisationField>(parts.values ?? valuesOfOrganisation(organisation), errors);
  const mayManage = mayDo(asker.roles, "organisation.manage");
  const mayChange = mayManage || (own && mayDo(asker.roles, "organisation.policy"));
  return {
    pageTitle: organisation.name,
    hasErrors: errors.length > 0,
    organisation,
    tag: ORGANISATION_TAGS[state],
    kind: ORGANISATION_KIND_WORDS[organisation.kind] ?? organisation.kind,
    policy: policy && { ...policy, date: sayDay(policy.date), until: sayDay(policy.until) },
    why: organisation.mayEnquire
      ? ""
      : state !== "approved"
        ? `Its people cannot make enquiries: it is ${state}.`
        : policy === null
          ? "Its people cannot make enquiries: there is no written policy on record."
          : "Its people cannot make enquiries: its written policy has lapsed.",
    mayManage,
    mayChange,
    whyNot: mayChange
      ? ""
      : `Changing it is for ${sayRoles(rolesThatMay("organisation.manage"))}, and for its own administrators; you have ${sayRoles(asker.roles)}.`,
    kinds: kindItems(form.values.kind),
    acts: mayManage
      ? FITTING[state].map((act) => ({
          value: act,
          text: ACTS[act].text,
          hint: { text: ACTS[act].hint },
          checked: form.values.act === act,
        }))
      : [],
    form,
    conflict,
    done: Object.hasOwn(DONE, done) ? DONE[done] : "",
  };
}
