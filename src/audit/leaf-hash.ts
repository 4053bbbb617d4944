import { createHash } from "node:crypto";
import type { AuditEntry } from "./audit-log.ts";
import { canonicalJson } from "./canonical-json.ts";

const LEAF = Buffer.from([0]);

/** The Merkle tree leaf hash of RFC 6962 section 2.1: SHA-256 of a zero byte and the entry's canonical JSON. */
export function leafHash(entry: Omit<AuditEntry, "leafHash">): Buffer {
  const { index, at, actor, organisation, action, outcome, subject, requestId } = entry;
  const text = canonicalJson({
    index,
    at: at.toISOString(),
    actor,
    organisation,
    action,
    outcome,
    subject,
    requestId,
  });
  return createHash("sha256").update(LEAF).update(text).digest();
}
