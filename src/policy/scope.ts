import { Problem } from "../errors.ts";
import type { Principal } from "./principal.ts";
import { mayDo, type Action } from "./roles.ts";

/** Which organisation's things somebody may see: one, by its id, or null for every one. */
export interface Scope {
  readonly organisation: number | null;
}

/** Actions that reach over every organisation for whom the pack says so, by the action of the same name with `-everywhere`. */
export type ScopedAction = {
  [Everywhere in Action]: Everywhere extends `${infer Of}-everywhere` ? Of & Action : never;
}[Action];

type Asker = Pick<Principal, "roles" | "organisation">;

/** Where somebody may do something: in their own organisation, or everywhere where the pack in force lets their role (ACC-2, AUD-6). */
export const scopeOf = ({ roles, organisation }: Asker, action: ScopedAction): Scope => ({
  organisation: isEverywhere(roles, action) ? null : organisation.id,
});

/** Whether somebody may do something in every organisation. */
export const isEverywhere = (roles: Asker["roles"], action: ScopedAction): boolean =>
  mayDo(roles, `${action}-everywhere`);

/** Whether what is of an organisation is in a scope; null is of the service itself, which only a scope over all holds. */
export const isWithin = ({ organisation }: Scope, of: number | null): boolean =>
  organisation === null || organisation === of;

/** A refusal by one named rule, with what would be needed. */
export const refusedBy = (rule: string, detail: string, needed: string): Problem =>
  new Problem("NOT_AUTHORISED", detail, { extra: { rules: [rule], needed: [needed] } });
