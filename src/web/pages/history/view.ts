import type { AuditEntryView } from "../../../api/audit-views.ts";
import type { Page } from "../../../api/ports.ts";
import { paths } from "../../paths.ts";
import { sayTime } from "../../words/london-time.ts";
import { sayIndex } from "../audit/entry-line.ts";

/** In an entry's own words, to the person it is about. */
const toYou = (words: string): string => `You ${words.replace(/\bthe own\b/g, "your own")}`;

/** A person's own entries; reasons are shown as they gave them. */
export function historyView(page: Page<AuditEntryView>, first: boolean) {
  return {
    pageTitle: "Your history",
    first,
    lines: page.items.map(({ id, index, at, words, outcome, subject }) => ({
      number: sayIndex(index),
      proof: paths.auditProof(id),
      at: sayTime(at),
      words: toYou(words),
      reason: typeof subject["reason"] === "string" ? subject["reason"] : "",
      refused: outcome === "refused" || outcome === "failed",
      before: outcome === "asked",
    })),
    next: page.next === null ? "" : paths.history(page.next),
  };
}
