import { ROLES, type Role } from "../../policy/roles.ts";

/** What a role is called and what it does. Programs and rules have the code; people are told these words. */
export const ROLE_WORDS: Readonly<Record<Role, { readonly name: string; readonly does: string }>> = {
  operator: { name: "operator", does: "Watches the board and acts on hits" },
  investigator: { name: "investigator", does: "Asks the archive and asks for authorities" },
  analyst: { name: "analyst", does: "Asks the archive and asks for authorities" },
  listmanager: { name: "list manager", does: "Keeps lists of vehicles of interest" },
  authoriser: { name: "authoriser", does: "Decides on authorities" },
  estate: {
    name: "camera manager",
    does: "Keeps the register of cameras and the quarantine",
  },
  supervisor: {
    name: "supervisor",
    does: "Sees the team’s accounts and duties, and decides about suspicions",
  },
  auditor: { name: "auditor", does: "Audits the own organisation" },
  nationalauditor: { name: "national auditor", does: "Audits every organisation" },
  dpo: { name: "data protection officer", does: "Sees the log and deletion, and approves policy" },
  commissioner: { name: "Information Commissioner", does: "Inspects the log of every organisation" },
  admin: { name: "administrator", does: "Keeps the organisation’s accounts and its policy document" },
  nationaladmin: {
    name: "national administrator",
    does: "Keeps organisations and accounts everywhere",
  },
};

const isRole = (text: string): text is Role => ROLES.some((role) => role === text);

/** `dpo` as `data protection officer`; what is no role stays as it is. */
export const sayRole = (role: string): string => (isRole(role) ? ROLE_WORDS[role].name : role);

/** The same at the beginning of a line: `Data protection officer`. */
export const sayRoleTitle = (role: Role): string =>
  sayRole(role).replace(/^./, (first) => first.toUpperCase());

/** A person's own roles: `operator`, `analyst and list manager`. */
export const sayOwn = (roles: readonly string[]): string =>
  roles
    .map(sayRole)
    .join(", ")
    .replace(/, ([^,]*)$/, " and $1");

/** Roles in a sentence: `the role operator`, `the roles analyst and list manager`. */
export const sayRoles = (roles: readonly string[]): string =>
  `the ${roles.length === 1 ? "role" : "roles"} ${sayOwn(roles)}`;

/** The start of a sentence: `Your role, operator, does` or `Your roles, analyst and list manager, do`. */
export const sayOwnRoles = (roles: readonly string[]): string =>
  roles.length === 1 ? `Your role, ${sayOwn(roles)}, does` : `Your roles, ${sayOwn(roles)}, do`;

const CODE = `(?:${ROLES.join("|")})`;
const NAMED = new RegExp(String.raw`\b(roles? )(${CODE}(?:, ${CODE})*)\b`, "g");

/** What the rules say of roles by their codes, in words: `One of the roles auditor, data protection officer.` */
export const sayRolesIn = (text: string): string =>
  text.replace(NAMED, (_, lead: string, codes: string) => lead + codes.split(", ").map(sayRole).join(", "));
