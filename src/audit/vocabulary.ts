import { allActs, type ActName } from "./acts.ts";
import { AUDIT_HEADS, type AuditCategory } from "./head.ts";

/** What an entry may say was done: an act of the table. */
export type AuditAction = ActName;

const HEAD_OF = new Map<string, AuditCategory>(allActs().map(({ name, head }) => [name, head] as const));

/** Every action, by head and then by name. */
export const ALL_ACTIONS = AUDIT_HEADS.flatMap((head) =>
  [...HEAD_OF]
    .filter(([, its]) => its === head)
    .map(([action]) => action)
    .sort(),
) as readonly AuditAction[];

/** The actions under a head. */
export const actionsUnder = (head: AuditCategory): readonly AuditAction[] =>
  ALL_ACTIONS.filter((action) => HEAD_OF.get(action) === head);

/**
 * For each action the members of its entries that say which vehicle was where (RET-9), those of an older form included: a
 * question was one member once.
 */
export const VEHICLE_MEMBERS: readonly {
  readonly action: AuditAction;
  readonly members: readonly string[];
}[] = allActs()
  .filter(({ vehicle }) => vehicle.length > 0)
  .map(({ name, vehicle }) => ({ action: name as AuditAction, members: [...vehicle, "question"] }));

/** Whether a text, from a filter or an older log, is an act of the table. */
export const isAuditAction = (text: string): text is AuditAction => HEAD_OF.has(text);

/** The head an action belongs under; older logs name actions that are done no more, which stand under governance. */
export const auditCategory = (action: string): AuditCategory => HEAD_OF.get(action) ?? "governance";
