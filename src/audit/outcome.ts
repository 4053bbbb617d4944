export const AUDIT_OUTCOMES = ["asked", "allowed", "refused", "done", "failed"] as const;
/** `asked`: written before looking or doing; a second entry says how it ended. */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];
