import {
  ORGANISATION_KINDS,
  type OrganisationChange,
} from "../../../../identity/organisations/organisation.ts";
import { isDay } from "../../../../identity/sign-in/plain-input.ts";
import type { FieldError } from "../../../form.ts";
import type { OrganisationField, OrganisationValues } from "./view.ts";

const POLICY = ["policyReference", "policyDate", "policyUntil", "policyOwner"] as const;
const MISSING: Readonly<Record<(typeof POLICY)[number], string>> = {
  policyReference: "Enter the policy’s reference",
  policyDate: "Enter the date the policy starts",
  policyUntil: "Enter the last day the policy is valid",
  policyOwner: "Enter who owns the policy",
};
const MOST_NETWORKS = 200;

/** What is wrong with the form itself; what only the room can judge is left to it. */
export function errorsOfForm(values: OrganisationValues, national: boolean): readonly FieldError[] {
  const errors: FieldError[] = [];
  const blame = (field: OrganisationField, message: string): void => void errors.push({ field, message });
  if (national && (values.name.length < 2 || values.name.length > 200)) blame("name", "Enter a name");
  if (national && !ORGANISATION_KINDS.some((kind) => kind === values.kind)) blame("kind", "Select a kind");
  if (values.contact.length > 200) blame("contact", "This must be 200 characters or fewer");
  // A policy is given whole or not at all.
  if (POLICY.some((field) => values[field] !== ""))
    for (const field of POLICY) {
      if (values[field] === "") blame(field, MISSING[field]);
      else if (values[field].length > 200) blame(field, "This must be 200 characters or fewer");
    }
  for (const day of ["policyDate", "policyUntil"] as const)
    if (values[day] !== "" && !isDay(values[day])) blame(day, "Enter a date like 2026-11-23");
  if (networksOf(values).length > MOST_NETWORKS)
    blame("allowedNetworks", `Enter ${MOST_NETWORKS} networks or fewer`);
  if (values.reason.length < 3) blame("reason", "Enter a reason, for the record");
  return errors;
}

/** What is asked, once nothing is wrong with the form. Name and kind are kept nationally. */
export const changeOf = (values: OrganisationValues, national: boolean): OrganisationChange => ({
  ...(national ? { name: values.name, kind: values.kind } : {}),
  contact: values.contact,
  policy:
    values.policyReference === ""
      ? null
      : {
          reference: values.policyReference,
          date: values.policyDate,
          until: values.policyUntil,
          owner: values.policyOwner,
        },
  allowedNetworks: networksOf(values),
});

const networksOf = ({ allowedNetworks }: OrganisationValues): readonly string[] =>
  allowedNetworks.split(/[\s,;]+/).filter((network) => network !== "");
