import { Problem } from "../errors.ts";
import type { Principal } from "../policy/principal.ts";
import { mayDo } from "../policy/roles.ts";
import { isWithin, refusedBy, scopeOf, type Scope } from "../policy/scope.ts";

type Asker = Pick<Principal, "roles" | "organisation">;

/** Whose entries somebody may look at (AUD-6). */
export const auditScope = (asker: Asker): Scope => scopeOf(asker, "audit.search");

/**
 * What to look at, out of what was asked for.
 * @throws Problem NOT_AUTHORISED for another organisation than one's own
 */
export function auditScopeWithin(asker: Asker, wanted: number | undefined): Scope {
  const scope = auditScope(asker);
  if (wanted === undefined) return scope;
  if (isWithin(scope, wanted)) return { organisation: wanted };
  throw refusedBy(
    "audit-own-organisation",
    "You can see only the log of your own organisation.",
    "A national auditor or the Commissioner, to see other organisations.",
  );
}

/** Holds those to a reason with every look whom the pack does not let look without. @throws Problem INPUT_INVALID */
export function requireReason({ roles }: Asker, reason: string | undefined): void {
  if (mayDo(roles, "audit.search-without-reason") || (reason ?? "") !== "") return;
  throw new Problem("INPUT_INVALID", "Your looks at the log are recorded with their reason.", {
    errors: [{ path: "reason", code: "missing", message: "Enter the reason for opening this." }],
  });
}
