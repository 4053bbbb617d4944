import type { FastifyRequest } from "fastify";
import type { AuditLog, AuditOutcome } from "../audit/audit-log.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import { whoAsks } from "./access.ts";
import type { Act } from "./ports.ts";

/** Who asks, and under which request. @throws Problem NOT_SIGNED_IN */
export const actOf = (request: FastifyRequest): Act => ({ by: whoAsks(request), requestId: request.id });

/**
 * Writes what somebody is about to do. Resolves when the entry is durable: only then may the act go on (AUD-1).
 * @param subject ids, reasons and verdicts; never images
 */
export async function auditFirst(
  audit: Pick<AuditLog, "append">,
  act: Act,
  action: AuditAction,
  subject: Readonly<Record<string, unknown>>,
): Promise<void> {
  await auditOutcome(audit, act, action, "allowed", subject);
}

/** Writes how something ended that stands in the log already. Resolves when the entry is durable. */
export async function auditOutcome(
  audit: Pick<AuditLog, "append">,
  { by, requestId }: Act,
  action: AuditAction,
  outcome: AuditOutcome,
  subject: Readonly<Record<string, unknown>>,
): Promise<void> {
  await audit.append({
    actor: by.username,
    organisation: by.organisation.id,
    action,
    outcome,
    subject,
    requestId,
  });
}
