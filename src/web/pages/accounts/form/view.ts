import type { Account } from "../../../../identity/accounts/account.ts";
import type { EnrolmentLink } from "../../../../identity/sign-in/enrolment-link.ts";
import { rolesToGive } from "../../../../identity/accounts/account-rules.ts";
import type { PolicyNumbers } from "../../../../policy/pack/numbers.ts";
import { ACCOUNT_KINDS, kindOfRole, wordsOfRole, type Role } from "../../../../policy/roles.ts";
import { isEverywhere } from "../../../../policy/scope.ts";
import { formWith, type FieldError } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { KIND_WORDS } from "../../../words/account.ts";
import { sayRoleTitle } from "../../../words/roles.ts";
import { sayTime } from "../../../words/london-time.ts";
import type { AccountField, AccountValues } from "./form.ts";
import type { Caller } from "../../../../identity/caller.ts";

export const BLANK: AccountValues = {
  username: "",
  fullName: "",
  organisation: "",
  rank: "",
  vetting: "",
  trainedOn: "",
  leavesOn: "",
  covert: "",
  reason: "",
  version: "",
};

/** The form filled in with an account as it is. */
export const valuesOfAccount = (account: Account): AccountValues => ({
  ...BLANK,
  username: account.username,
  fullName: account.fullName,
  rank: account.rank ?? "",
  vetting: account.vetting,
  trainedOn: account.trainedOn ?? "",
  leavesOn: account.leavesOn ?? "",
  covert: account.covert ? "yes" : "",
  version: String(account.version),
});

/** The form of an account, to make one or, with `account`, to change it. */
export function accountFormView(parts: {
  caller: Caller;
  pack: Pick<PolicyNumbers, "accounts" | "access">;
  values: AccountValues;
  roles: readonly Role[];
  errors?: readonly FieldError[];
  account?: Account;
  conflict?: string;
}) {
  const { caller, pack, values, roles, errors = [], account, conflict = "" } = parts;
  const form = formWith<AccountField>({ ...values, roles: "" }, errors);
  const mayGive = rolesToGive(caller.roles);
  const item = (role: Role) => ({
    value: role,
    text: sayRoleTitle(role),
    hint: { text: wordsOfRole(role).does },
    checked: roles.includes(role),
  });
  const kinds = account === undefined ? ACCOUNT_KINDS : [account.kind];
  return {
    pageTitle: account === undefined ? "Create an account" : `Change ${account.fullName}`,
    hasErrors: errors.length > 0,
    account,
    form,
    conflict,
    national: isEverywhere(caller.roles, "account.see"),
    ownOrganisation: caller.organisation.name,
    kinds: kinds.map((kind, index) => ({
      id: index === 0 ? "roles" : `roles-${kind}`,
      words: KIND_WORDS[kind],
      items: mayGive.filter((role) => kindOfRole(role) === kind).map(item),
      least: pack.accounts.minimumVetting[kind],
    })),
    ranks: [
      { value: "", text: "None", selected: values.rank === "" },
      ...pack.access.ranks.map((rank) => ({ value: rank, text: rank, selected: rank === values.rank })),
    ],
    vetting: [
      { value: "", text: "Select", selected: values.vetting === "" },
      ...pack.accounts.vetting
        .filter((level) => level !== "none")
        .map((level) => ({ value: level, text: level, selected: level === values.vetting })),
    ],
    trainingMonths: pack.accounts.trainingMonths,
    leaverHours: pack.accounts.leaverHours,
    reviewDays: pack.accounts.roleChangeReviewDays,
    enrolmentHours: pack.accounts.enrolmentHours,
    back: account === undefined ? paths.accounts() : paths.accountOf(account.username),
  };
}

/** A one-time link, shown once. @param origin of the service, without a slash at its end */
export const linkView = (username: string, { path, expires }: EnrolmentLink, origin: string) => ({
  pageTitle: "Enrolment link",
  username,
  link: `${origin}${path}`,
  expires: sayTime(new Date(expires).toISOString()),
});
