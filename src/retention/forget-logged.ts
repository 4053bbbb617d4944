import type { AuditLog } from "../audit/audit-log.ts";

/** Something of which what reached its limit goes. Moments are epoch milliseconds UTC. */
export interface Forgettable {
  /** As the log names it. */
  readonly kind: string;
  /** How much reached its limit before a moment. */
  due(before: number): Promise<number>;
  /** Takes it away; answers how much. Safe to repeat. */
  forget(before: number): Promise<number>;
}

/**
 * Takes away what reached its limit before a moment (epoch ms UTC), having logged first what and how much (section 62: erasure;
 * AUD-1). Nothing due: nothing logged. A crash after the entry: the next run logs and does it again.
 * @returns how much went
 */
export async function forgetLogged(
  audit: Pick<AuditLog, "append">,
  forgettable: Forgettable,
  before: number,
): Promise<number> {
  const count = await forgettable.due(before);
  if (count === 0) return 0;
  await audit.append({
    actor: "retention",
    organisation: null,
    action: "retention.forget",
    outcome: "allowed",
    subject: { kind: forgettable.kind, to: new Date(before).toISOString(), count },
    requestId: null,
  });
  return forgettable.forget(before);
}
