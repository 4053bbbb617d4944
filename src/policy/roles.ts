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

/** What each role may do; everything not listed is refused. Readable by a lawyer, replaced by Cedar policies later. */
const MAY = {
  "hit.see": ["operator", "investigator", "analyst", "listmanager"],
  "hit.act": ["operator", "listmanager"],
  "list.see": [
    "operator",
    "investigator",
    "analyst",
    "listmanager",
    "authoriser",
    "auditor",
    "nationalauditor",
  ],
  "list.manage": ["listmanager"],
  "enquiry.ask": ["investigator", "analyst"],
  "authority.see": ["investigator", "analyst", "authoriser", "supervisor", "auditor", "nationalauditor"],
  "estate.see": [
    "operator",
    "investigator",
    "analyst",
    "listmanager",
    "estate",
    "auditor",
    "nationalauditor",
    "dpo",
  ],
  "estate.manage": ["estate"],
  "quarantine.see": ["estate"],
  "quarantine.decide": ["estate"],
  "retention.see": ["dpo", "auditor", "nationalauditor", "commissioner", "admin", "nationaladmin"],
  "retention.run": ["dpo", "admin"],
  "doctor.see": ["admin", "nationaladmin", "estate", "dpo", "nationalauditor"],
  "authority.request": ["investigator", "analyst"],
  "authority.decide": ["authoriser"],
  "account.see": ["admin", "nationaladmin", "supervisor"],
  "account.manage": ["admin", "nationaladmin"],
  "suspension.see": ["supervisor", "admin", "nationaladmin", "auditor", "nationalauditor"],
  "suspension.lift": ["supervisor"],
  "organisation.see": ["admin", "nationaladmin", "auditor", "nationalauditor", "dpo", "commissioner"],
  "organisation.manage": ["nationaladmin"],
  "organisation.policy": ["admin", "nationaladmin"],
  "duty.see": ["admin", "nationaladmin", "supervisor", "dpo"],
  "policy.propose": ["nationaladmin"],
  "policy.approve": ["nationaladmin", "dpo"],
  "audit.search": ["auditor", "nationalauditor", "commissioner", "dpo"],
  "audit.leaves": ["auditor", "nationalauditor", "commissioner", "dpo"],
  "audit.export": ["nationalauditor", "commissioner"],
  "audit.review": ["auditor", "nationalauditor"],
  "audit.recheck": ["nationalauditor"],
  "audit.charts": ["auditor", "nationalauditor", "dpo", "commissioner"],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof MAY;
export const ACTIONS = Object.keys(MAY) as readonly Action[];

/** Whether somebody with these roles may take an action. */
export const mayDo = (roles: readonly Role[], action: Action): boolean =>
  roles.some((role) => (MAY[action] as readonly Role[]).includes(role));

/** The roles that may take an action, to tell a person what would be needed. */
export const rolesThatMay = (action: Action): readonly Role[] => MAY[action];
