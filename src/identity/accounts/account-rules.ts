import type { InputError } from "../../errors.ts";
import type { PolicyNumbers } from "../../policy/pack/numbers.ts";
import {
  isNationalRole,
  kindOfRoles,
  mayDo,
  ROLES,
  type AccountKind,
  type Role,
} from "../../policy/roles.ts";
import { isDay, isPlainText } from "../sign-in/plain-input.ts";
import { readUsername } from "../username.ts";
import type { AccountChange } from "./account.ts";

/** The pack's numbers that accounts are held to. */
export type AccountNumbers = Pick<PolicyNumbers, "accounts" | "access">;

/** An account that is asked for. Days are `YYYY-MM-DD`. */
export interface AskedAccount extends AccountChange {
  readonly username: string;
  readonly fullName: string;
  readonly roles: readonly Role[];
  readonly vetting: string;
}

/** The roles that an administrator with these roles may give. */
export const rolesToGive = (roles: readonly Role[]): readonly Role[] =>
  mayDo(roles, "account.manage-national") ? ROLES : ROLES.filter((role) => !isNationalRole(role));

/** What is wrong with an account that is asked for; nothing when it may be made (ACC-2, ACC-7). */
export const faultsOfNew = (
  asked: AskedAccount,
  giver: readonly Role[],
  numbers: AccountNumbers,
  now: number,
): readonly InputError[] => [
  ...(readUsername(asked.username) === undefined
    ? [
        fault(
          "username",
          "USERNAME_INVALID",
          "Username must be 2 to 64 characters: letters a to z, digits, dots, hyphens and underscores, starting with a letter or digit.",
        ),
      ]
    : []),
  ...faultsOfRoles(asked.roles, giver),
  ...faultsOf(asked, kindOfRoles(asked.roles), numbers, now),
];

/** What is wrong with a change of an account; `kind` and `roles` are those it has. */
export function faultsOfChange(
  to: AccountChange,
  account: { readonly kind: AccountKind; readonly roles: readonly Role[] },
  giver: readonly Role[],
  numbers: AccountNumbers,
  now: number,
): readonly InputError[] {
  const faults = to.roles === undefined ? [] : faultsOfRoles(to.roles, giver);
  const kind = to.roles === undefined ? account.kind : kindOfRoles(to.roles);
  if (faults.length === 0 && kind !== account.kind)
    faults.push(
      fault(
        "roles",
        "ROLES_OF_ANOTHER_KIND",
        `This is a ${KIND_WORDS[account.kind]} account and stays one. For other work the person needs a second account.`,
      ),
    );
  return [...faults, ...faultsOf(to, kind, numbers, now)];
}

/** How a kind of account is said in a sentence. */
export const KIND_WORDS: Readonly<Record<AccountKind, string>> = {
  user: "user",
  oversight: "oversight",
  administrator: "administrator",
};

function faultsOfRoles(roles: readonly Role[], giver: readonly Role[]): InputError[] {
  if (roles.length === 0) return [fault("roles", "ROLES_MISSING", "Select at least one role.")];
  if (new Set(roles).size < roles.length)
    return [fault("roles", "ROLES_TWICE", "Each role can be given only once.")];
  if (kindOfRoles(roles) === undefined)
    return [
      fault(
        "roles",
        "ROLES_MIXED",
        "One account cannot combine working with reads, oversight, and administering accounts. Create a second account.",
      ),
    ];
  const beyond = roles.filter((role) => !rolesToGive(giver).includes(role));
  if (beyond.length === 0) return [];
  return [
    fault("roles", "ROLES_NATIONAL", `Only a national administrator can give ${beyond.join(" and ")}.`),
  ];
}

function faultsOf(
  to: AccountChange,
  kind: AccountKind | undefined,
  { accounts, access }: AccountNumbers,
  now: number,
): InputError[] {
  const faults: InputError[] = [];
  const { fullName, rank, vetting, trainedOn, leavesOn } = to;
  if (fullName !== undefined && !isPlainText(fullName))
    faults.push(fault("fullName", "TEXT_INVALID", "The name contains a character that cannot be shown."));
  for (const [path, day] of Object.entries({ trainedOn, leavesOn }))
    if (typeof day === "string" && !isDay(day))
      faults.push(fault(path, "DAY_INVALID", "Enter a date between 1900 and 2200, like 2026-11-23."));
  if (rank !== undefined && rank !== null && !access.ranks.includes(rank))
    faults.push(fault("rank", "RANK_UNKNOWN", `Rank must be one of ${access.ranks.join(", ")}.`));
  if (vetting !== undefined) {
    const level = accounts.vetting.indexOf(vetting);
    const least = kind === undefined ? undefined : accounts.minimumVetting[kind];
    if (level < 0)
      faults.push(
        fault("vetting", "VETTING_UNKNOWN", `Vetting must be one of ${accounts.vetting.join(", ")}.`),
      );
    else if (kind !== undefined && least !== undefined && level < accounts.vetting.indexOf(least))
      faults.push(
        fault(
          "vetting",
          "VETTING_TOO_LOW",
          `This type of account (${KIND_WORDS[kind]}) needs vetting of at least ${least}.`,
        ),
      );
  }
  if (trainedOn !== undefined && trainedOn !== null && Date.parse(trainedOn) > now)
    faults.push(fault("trainedOn", "DAY_IN_FUTURE", "Training date must be today or in the past."));
  return faults;
}

const fault = (path: string, code: string, message: string): InputError => ({ path, code, message });
