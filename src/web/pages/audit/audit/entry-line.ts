import type { AuditEntryView } from "../../../../api/audit/views.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";

export const OUTCOME_WORDS: Readonly<Record<AuditEntryView["outcome"], string>> = {
  asked: "asked",
  allowed: "allowed",
  refused: "refused",
  done: "done",
  failed: "failed",
};

export const HEAD_WORDS: Readonly<Record<AuditEntryView["head"], string>> = {
  collection: "Collection",
  alteration: "Alteration",
  consultation: "Consultation",
  disclosure: "Disclosure",
  combination: "Combination",
  erasure: "Erasure",
  access: "Access to the service",
  governance: "Decisions",
};

/** The number of an entry as people read it: `1,234`. */
export const sayIndex = (index: number): string => index.toLocaleString("en-GB");

/** An entry as one line of a list. `reason` goes with the link of those who give one with every look. */
export function entryLine(entry: AuditEntryView, reason?: string) {
  const { id, index, at, actor, words, outcome } = entry;
  return {
    number: sayIndex(index),
    href: paths.auditEntry(id, reason),
    at: sayTime(at),
    actor: actor === "" ? "taken out" : actor,
    words,
    outcome: OUTCOME_WORDS[outcome],
    refused: outcome === "refused" || outcome === "failed",
  };
}
