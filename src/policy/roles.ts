/** The roles a person may hold, all of one kind: user and administrator functions are never on one login (ACC-2). */
export const ROLES = [
  "operator",
  "investigator",
  "analyst",
  "listmanager",
  "authoriser",
  "estate",
  "supervisor",
  "auditor",
  "nationalauditor",
  "dpo",
  "commissioner",
  "admin",
  "nationaladmin",
] as const;
export type Role = (typeof ROLES)[number];

/** Whether an account works with reads, watches those who do, or administers accounts; never two of these (ACC-2). */
export const ACCOUNT_KINDS = ["user", "oversight", "administrator"] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

const OVERSIGHT: readonly Role[] = ["auditor", "nationalauditor", "dpo", "commissioner"];
const ADMINISTRATORS: readonly Role[] = ["admin", "nationaladmin"];

export const kindOfRole = (role: Role): AccountKind =>
  ADMINISTRATORS.includes(role) ? "administrator" : OVERSIGHT.includes(role) ? "oversight" : "user";

/** The one kind of some roles; undefined where they are of several kinds, which no account may be, or none at all. */
export function kindOfRoles(roles: readonly Role[]): AccountKind | undefined {
  const kinds = new Set(roles.map(kindOfRole));
  return kinds.size === 1 ? [...kinds][0] : undefined;
}

/** What a role may be allowed to do; which role may is said in the policy pack, part 1 of `access.cedar`. */
export const ACTIONS = [
  "hit.see",
  "hit.act",
  "image.overview",
  "list.see",
  "list.manage",
  "enquiry.ask",
  "export.make",
  "authority.see",
  "authority.request",
  "authority.decide",
  "estate.see",
  "estate.manage",
  "quarantine.see",
  "quarantine.decide",
  "retention.see",
  "retention.run",
  "doctor.see",
  "account.see",
  "account.manage",
  "suspension.see",
  "suspension.lift",
  "organisation.see",
  "organisation.manage",
  "organisation.policy",
  "duty.see",
  "policy.propose",
  "policy.approve",
  "audit.search",
  "audit.leaves",
  "audit.export",
  "audit.review",
  "audit.recheck",
  "audit.charts",
] as const;
export type Action = (typeof ACTIONS)[number];

/** For every action the roles that may take it. */
export type Permissions = Readonly<Record<Action, readonly Role[]>>;

/** One process, one law: everybody is held to the same pack, and before one is in force nobody may do anything. */
let inForce: Permissions | undefined;

/** Holds everybody to these permissions from now on; `PolicyInForce` alone calls it. */
export const putInForce = (permissions: Permissions): void => void (inForce = permissions);

/** Whether somebody with these roles may take an action. */
export const mayDo = (roles: readonly Role[], action: Action): boolean =>
  roles.some((role) => rolesThatMay(action).includes(role));

/** The roles that may take an action, to tell a person what would be needed. */
export const rolesThatMay = (action: Action): readonly Role[] => inForce?.[action] ?? [];
