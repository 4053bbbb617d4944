/** Whether an account works with reads, watches those who do, or administers accounts; never two of these (ACC-2). */
export const ACCOUNT_KINDS = ["user", "oversight", "administrator"] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

interface RoleEntry {
  readonly kind: AccountKind;
  /** Looks beyond its organisation, and so is given nationally; no pack lets another role look there. */
  readonly national?: true;
  /** What it is called and what it does, as people are told. Programs and rules have the code. */
  readonly name: string;
  readonly does: string;
}

/**
 * The roles a person may hold, all of one kind: user and administrator functions are never on one login (ACC-2). A new role is
 * a line here and the sentences of the policy pack that let it do something.
 */
const ROLE_TABLE = {
  operator: { kind: "user", name: "operator", does: "Watches the board and deals with hits" },
  investigator: {
    kind: "user",
    name: "investigator",
    does: "Makes enquiries and requests authorities",
  },
  analyst: { kind: "user", name: "analyst", does: "Makes enquiries and requests authorities" },
  listmanager: { kind: "user", name: "list manager", does: "Manages lists of vehicles of interest" },
  authoriser: { kind: "user", name: "authoriser", does: "Decides on authorities" },
  estate: {
    kind: "user",
    name: "camera manager",
    does: "Manages the register of cameras, feed sources and the quarantine",
  },
  supervisor: {
    kind: "user",
    name: "supervisor",
    does: "Sees the team’s accounts and tasks, and decides on suspicions",
  },
  auditor: { kind: "oversight", name: "auditor", does: "Audits their own organisation" },
  nationalauditor: {
    kind: "oversight",
    national: true,
    name: "national auditor",
    does: "Audits every organisation",
  },
  dpo: {
    kind: "oversight",
    name: "data protection officer",
    does: "Sees the log and deletions, and approves policy",
  },
  commissioner: {
    kind: "oversight",
    national: true,
    name: "Information Commissioner",
    does: "Inspects the log of every organisation",
  },
  admin: {
    kind: "administrator",
    name: "administrator",
    does: "Manages the organisation’s accounts, written policy and feed sources",
  },
  nationaladmin: {
    kind: "administrator",
    national: true,
    name: "national administrator",
    does: "Manages organisations, accounts and feed sources nationally",
  },
} as const satisfies Readonly<Record<string, RoleEntry>>;

export type Role = keyof typeof ROLE_TABLE;
export const ROLES = Object.keys(ROLE_TABLE) as [Role, ...Role[]];

const entryOf = (role: Role): RoleEntry => ROLE_TABLE[role];

export const kindOfRole = (role: Role): AccountKind => entryOf(role).kind;

/** Whether a role looks beyond its organisation; whoever gives such a role may do so nationally. */
export const isNationalRole = (role: Role): boolean => entryOf(role).national === true;

/** What a role is called and what it does. */
export const wordsOfRole = (role: Role): Pick<RoleEntry, "name" | "does"> => entryOf(role);

/** The roles that administer accounts: whoever sets the service up has them all. */
export const ADMINISTRATOR_ROLES: readonly Role[] = ROLES.filter(
  (role) => kindOfRole(role) === "administrator",
);

/** The roles of those who keep accounts everywhere; one such person must always be left. */
export const NATIONAL_ADMINISTRATOR_ROLES = ADMINISTRATOR_ROLES.filter(isNationalRole);

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
  "authority.see-organisation",
  "authority.see-everywhere",
  "authority.request",
  "authority.decide",
  "estate.see",
  "estate.manage",
  "source.see",
  "source.see-everywhere",
  "source.manage",
  "source.manage-national",
  "quarantine.see",
  "quarantine.decide",
  "retention.see",
  "retention.run",
  "doctor.see",
  "account.see",
  "account.see-everywhere",
  "account.manage",
  "account.manage-national",
  "suspension.see",
  "suspension.see-everywhere",
  "suspension.lift",
  "organisation.see",
  "organisation.manage",
  "organisation.policy",
  "task.see",
  "task.see-everywhere",
  "policy.propose",
  "policy.approve",
  "audit.search",
  "audit.search-everywhere",
  "audit.search-without-reason",
  "audit.leaves",
  "audit.export",
  "audit.review",
  "audit.recheck",
  "audit.settle",
  "audit.charts",
] as const;
export type Action = (typeof ACTIONS)[number];

/** What is decided case by case: the last part of the pack's schema. */
export const DECISIONS = [
  "answer",
  "show-hit",
  "look-through",
  "show-reads-of",
  "take-out",
  "request",
  "refuse",
  "approve",
] as const;
export type DecisionName = (typeof DECISIONS)[number];

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
