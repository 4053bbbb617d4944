import { ROLES, wordsOfRole, type Role } from "../../policy/roles.ts";

const isRole = (text: string): text is Role => ROLES.some((role) => role === text);

/** `dpo` as `data protection officer`; what is no role stays as it is. */
export const sayRole = (role: string): string => (isRole(role) ? wordsOfRole(role).name : role);

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
