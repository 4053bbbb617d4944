import { DecisionPoint, type Party } from "./cedar/decision-point.ts";
import type { PolicyRule } from "./cedar/rules.ts";
import { ACTIONS, ROLES, type Permissions, type Role } from "./roles.ts";

const SERVICE: Party = { type: "Service", id: "waywarden", attrs: {} };

/** Who may do what by a pack: every role held against every action, once, by the sentences of part 1. */
export function permissionsOf(pack: string, rules: readonly PolicyRule[]): Permissions {
  const decide = ACTIONS.map((action) => {
    const point = new DecisionPoint(pack, action, rules);
    return [action, ROLES.filter((role) => point.decide(holderOf(role), SERVICE).allowed)] as const;
  });
  return Object.fromEntries(decide) as unknown as Permissions;
}

/** Somebody who holds a role and nothing else. */
const holderOf = (role: Role): Party => ({ type: "Person", id: role, attrs: {}, roles: [role] });
