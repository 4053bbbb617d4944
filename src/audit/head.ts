/** The six heads of section 62 and of AUD-1, with two of our own: who came in, and what was decided. */
export const AUDIT_HEADS = [
  "collection",
  "alteration",
  "consultation",
  "disclosure",
  "combination",
  "erasure",
  "access",
  "governance",
] as const;
export type AuditCategory = (typeof AUDIT_HEADS)[number];
