import type { AuditEntry } from "../../audit/audit-log.ts";
import { isOpenMember } from "../../audit/leaf.ts";
import { auditCategory } from "../../audit/vocabulary.ts";
import { sayEntry } from "../../audit/words.ts";
import type { AuditEntryView } from "./views.ts";

/** An entry in the clear, with what its leaf commits to. */
export function presentAuditEntry(entry: AuditEntry): AuditEntryView {
  const { index, at, action, outcome, actor, organisation, subject, requestId, redacted, leafHash } = entry;
  const { fault } = entry;
  const members = Object.keys(subject);
  return {
    id: String(index),
    index,
    at: at.toISOString(),
    head: auditCategory(action),
    action,
    outcome,
    actor,
    organisation,
    words: fault === null ? sayEntry(entry) : `${sayEntry(entry)} – THIS IS NOT WHAT WAS LOGGED: ${fault}`,
    subject: { ...subject },
    requestId,
    redacted: [...redacted],
    leaf: {
      hash: leafHash.toString("base64"),
      fault,
      open: members.filter((member) => isOpenMember(action, member)),
      sealed: [
        "actor",
        ...(requestId === null ? [] : ["requestId"]),
        ...members.filter((member) => !isOpenMember(action, member)),
        ...redacted,
      ].filter((member, at, all) => all.indexOf(member) === at),
    },
  };
}
