/** The roles a person may hold; user and administrator functions are never on one login (ACC-2). */
export const ROLES = [
  "operator",
  "investigator",
  "analyst",
  "listmanager",
  "authoriser",
  "estate",
  "auditor",
  "nationalauditor",
  "dpo",
  "admin",
] as const;
export type Role = (typeof ROLES)[number];

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
  "authority.see": ["investigator", "analyst", "authoriser", "auditor", "nationalauditor"],
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
  "retention.see": ["dpo", "auditor", "nationalauditor", "admin"],
  "retention.run": ["dpo", "admin"],
  "doctor.see": ["admin", "estate", "dpo", "nationalauditor"],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof MAY;
export const ACTIONS = Object.keys(MAY) as readonly Action[];

/** Whether a role may take an action. */
export const mayDo = (role: Role, action: Action): boolean => (MAY[action] as readonly Role[]).includes(role);

/** The roles that may take an action, to tell a person what would be needed. */
export const rolesThatMay = (action: Action): readonly Role[] => MAY[action];
