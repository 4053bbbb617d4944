/**
 * Everything that is ever written to the audit log, under the six heads of section 62 and of AUD-1, with two of our own:
 * `access` (who came in) and `governance` (what was decided). Closed: an action that is not here cannot be logged.
 */
export const AUDIT_ACTIONS = {
  collection: [
    "read.collect",
    "feed.add",
    "feed.change",
    "quarantine.release",
    "nrd.add",
    "nrd.import",
    "nrd.state",
  ],
  alteration: [
    "read.correct",
    "list.add",
    "list.change",
    "list.entry.add",
    "list.entry.remove",
    "list.import",
    "list.expire",
  ],
  consultation: [
    "enquiry.ask",
    "enquiry.page",
    "enquiry.list",
    "read.open",
    "read.image",
    "hit.open",
    "hit.list",
    "hit.stream",
    "quarantine.open",
    "quarantine.list",
    "list.open",
    "audit.search",
    "audit.entry",
    "audit.leaves",
    "audit.charts",
    "history.open",
    "account.open",
  ],
  disclosure: ["hit.acknowledge", "hit.verify", "hit.disposition", "export.make", "audit.export"],
  combination: ["analysis.run"],
  erasure: [
    "quarantine.discard",
    "retention.run",
    "retention.day",
    "retention.forget",
    "preservation.release",
    "audit.redact",
  ],
  access: [
    "session.open",
    "session.refuse",
    "session.close",
    "session.step-up",
    "role.refuse",
    "network.refuse",
    "passkey.add",
    "passkey.remove",
    "recovery.make",
    "recovery.use",
    "password.change",
    "person.add",
    "person.change",
    "person.enrol",
    "person.suspend",
    "person.reactivate",
    "person.end",
    "suspicion.raise",
    "suspicion.decide",
  ],
  governance: [
    "organisation.change",
    "authority.add",
    "authority.decide",
    "authority.withdraw",
    "authority.extend",
    "authority.confirm",
    "authority.open",
    "duty.done",
    "preservation.make",
    "policy.propose",
    "policy.decide",
    "policy.load",
    "sample.draw",
    "sample.next",
    "sample.review",
    "sample.recheck",
    "finding.open",
    "finding.change",
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
