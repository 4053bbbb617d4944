import type { AuditEntry, AuditLog } from "../audit/audit-log.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import { Problem } from "../errors.ts";
import type { Decision, Refusal } from "../policy/engine.ts";
import type { Grant } from "../policy/grant.ts";
import type { Asked } from "./enquiry-law.ts";
import type { Caller } from "../identity/caller.ts";

/** An entry about a look at the archive, before who and when. */
export interface LookEntry {
  readonly action: AuditAction;
  readonly outcome: "asked" | "allowed" | "refused" | "failed";
  readonly subject: Readonly<Record<string, unknown>>;
}

/** Appends an entry of an asker; resolves once it is durable (AUD-1). */
export const logLook = (
  audit: Pick<AuditLog, "append">,
  { actor }: Caller,
  entry: LookEntry,
  requestId: string,
): Promise<AuditEntry> =>
  audit.append({ actor: actor.name, organisation: actor.organisation, requestId, ...entry });

/** What the log says of an enquiry; purpose and level are the authority's where one is relied on. */
export function subjectOf(record: Asked, decision: Decision): Record<string, unknown> {
  const { id: enquiry, question, authority, reference, reason } = record;
  const { purpose, level } = decision.allowed ? decision.grant : record;
  const { kind, from, to, ...about } = question;
  return {
    enquiry,
    kind,
    ...about,
    authority,
    ...(authority === null ? { reference } : {}),
    purpose,
    level,
    reason,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  };
}

/** The rules that decided and the pack they stand in, which need not be the one in force by now. */
export function lawOf(decision: Decision): Record<string, unknown> {
  const { rules, policyPack, policyPackDigest } = decision.allowed ? decision.grant : decision;
  return { rules, policyPack, policyPackDigest };
}

/** The grant of a decision. @throws Problem NOT_AUTHORISED with the rules that refused and what would be needed */
export function granted(decision: Decision): Grant {
  if (decision.allowed) return decision.grant;
  throw refused(decision);
}

/** What somebody is told who is refused. */
export const refused = ({ rules, needed }: Refusal): Problem =>
  new Problem("NOT_AUTHORISED", `This may not be looked at. ${needed.join(" ")}`, {
    extra: { rules, needed },
  });
