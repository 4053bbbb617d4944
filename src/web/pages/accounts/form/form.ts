import type { AskedAccount } from "../../../../identity/accounts/account-rules.ts";
import { isDay } from "../../../../identity/sign-in/plain-input.ts";
import { ROLES, type Role } from "../../../../policy/roles.ts";
import { valuesOf, type FieldError } from "../../../form.ts";

export const ACCOUNT_FIELDS = [
  "username",
  "fullName",
  "organisation",
  "rank",
  "vetting",
  "trainedOn",
  "leavesOn",
  "covert",
  "reason",
  "version",
] as const;
/** `roles` are checkboxes, whose values stand apart. */
export type AccountField = (typeof ACCOUNT_FIELDS)[number] | "roles";
export type AccountValues = Record<(typeof ACCOUNT_FIELDS)[number], string>;

export interface FilledForm {
  readonly values: AccountValues;
  readonly roles: readonly Role[];
  readonly errors: readonly FieldError[];
}

const isRole = (text: unknown): text is Role => ROLES.some((role) => role === text);

/** Reads the form of an account. What only the room can judge is left to it. */
export function readAccountForm(body: unknown, what: "new" | "change"): FilledForm {
  const values = valuesOf(body, ACCOUNT_FIELDS);
  const sent = (body as Record<string, unknown> | null)?.["roles"];
  const roles = [sent].flat().filter(isRole);
  const errors: FieldError[] = [];
  const blame = (field: AccountField, message: string): void => void errors.push({ field, message });
  if (what === "new" && values.username === "") blame("username", "Enter a username");
  if (values.fullName.length < 2) blame("fullName", "Enter the person’s name");
  if (values.fullName.length > 200) blame("fullName", "This must be 200 characters or fewer");
  if (roles.length === 0) blame("roles", "Select at least one role");
  if (values.vetting === "") blame("vetting", "Select the level of vetting");
  for (const day of ["trainedOn", "leavesOn"] as const)
    if (values[day] !== "" && !isDay(values[day])) blame(day, "Enter a date like 2026-11-23");
  if (what === "change" && values.reason.length < 3) blame("reason", "Enter a reason, for the record");
  return { values, roles, errors };
}

/** What is asked, once nothing is wrong with the form itself. */
export const askedOf = ({ values, roles }: FilledForm): AskedAccount => ({
  username: values.username,
  fullName: values.fullName,
  roles,
  rank: values.rank === "" ? null : values.rank,
  vetting: values.vetting,
  trainedOn: values.trainedOn === "" ? null : values.trainedOn,
  covert: values.covert === "yes",
});
