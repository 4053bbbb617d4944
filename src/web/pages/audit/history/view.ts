import type { AuditEntryView } from "../../../../api/audit/views.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayIndex } from "../audit/entry-line.ts";
import type { Page } from "../../../../flow/page.ts";

/** In an entry's own words, to the person it is about. */
const toYou = (words: string): string => `You ${words.replace(/\btheir own\b/g, "your own")}`;

function lineOf({ id, index, at, head, words, outcome, subject }: AuditEntryView) {
  // The entry that says how a look ended repeats the reason of the one before it.
  const repeats = head === "consultation" && outcome === "allowed";
  return {
    number: sayIndex(index),
    proof: paths.auditProof(id),
    at: sayTime(at),
    words: toYou(words),
    reason: typeof subject["reason"] === "string" && !repeats ? subject["reason"] : "",
    refused: outcome === "refused" || outcome === "failed",
  };
}

/** A person's own entries by day, newest first; reasons are shown as they gave them. */
export function historyView(page: Page<AuditEntryView>, first: boolean) {
  const days: { day: string; lines: ReturnType<typeof lineOf>[] }[] = [];
  for (const line of page.items.map(lineOf)) {
    const day = line.at.full.replace(/, [^,]*$/, "");
    if (days.at(-1)?.day !== day) days.push({ day, lines: [] });
    days.at(-1)?.lines.push(line);
  }
  return {
    pageTitle: "Your history",
    first,
    days,
    next: page.next === null ? "" : paths.history(page.next),
  };
}
