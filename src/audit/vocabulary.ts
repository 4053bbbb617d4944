/**
 * Everything that is ever written to the audit log, under the six heads of section 62 and of AUD-1, with two of our own:
 * `access` (who came in) and `governance` (what was decided). Closed: an action that is not here cannot be logged.
 */
export const AUDIT_ACTIONS = {
  collection: ["feed.add", "feed.change", "quarantine.release", "nrd.add", "nrd.import", "nrd.state"],
  alteration: [
    "read.correct",
    "list.add",
    "list.change",
    "list.entry.add",
    "list.entry.remove",
    "list.import",
  ],
  consultation: [
    "enquiry.ask",
    "enquiry.page",
    "read.open",
    "read.image",
    "hit.open",
    "quarantine.open",
    "audit.search",
  ],
  disclosure: ["hit.acknowledge", "hit.verify", "hit.disposition", "export.make"],
  combination: ["analysis.run"],
  erasure: ["quarantine.discard", "retention.run", "retention.day", "preservation.release"],
  access: ["session.open", "session.refuse", "session.close", "role.refuse", "person.add", "person.change"],
  governance: [
    "authority.add",
    "authority.decide",
    "preservation.make",
    "policy.load",
    "service.start",
    "service.stop",
  ],
} as const;

export type AuditCategory = keyof typeof AUDIT_ACTIONS;
export type AuditAction = (typeof AUDIT_ACTIONS)[AuditCategory][number];

const CATEGORY_OF = new Map<string, AuditCategory>(
  (Object.keys(AUDIT_ACTIONS) as AuditCategory[]).flatMap((category) =>
    AUDIT_ACTIONS[category].map((action) => [action, category] as const),
  ),
);

/** Whether a text, from a filter or an older log, is an action of the vocabulary. */
export const isAuditAction = (text: string): text is AuditAction => CATEGORY_OF.has(text);

/** The head an action belongs under. */
export const auditCategory = (action: AuditAction): AuditCategory => CATEGORY_OF.get(action) as AuditCategory;
