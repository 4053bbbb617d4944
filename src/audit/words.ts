import { actNamed } from "./acts.ts";
import type { NewAuditEntry } from "./audit-log.ts";
import type { AuditOutcome } from "./outcome.ts";
import { auditCategory, type AuditAction } from "./vocabulary.ts";

type Said = Pick<NewAuditEntry, "action" | "outcome" | "subject">;

/** What an entry says happened, to follow a name or "You": `asked for VRM AB12CDE under MID-2026-0417`. */
export function sayEntry({ action, outcome, subject }: Said): string {
  const said = (actNamed(action)?.say(subject) ?? action).replace(/\s+/g, " ").trim();
  return `${said}${sayEnd(action, outcome)}`;
}

/** How it ended, where that is not what its sentence says: an act that is only begun is not done yet. */
function sayEnd(action: AuditAction, outcome: AuditOutcome): string {
  if (outcome === "failed") return ", which failed";
  if (outcome === "refused") return action.endsWith(".refuse") ? "" : ", and was refused";
  // Of a look the log has what was asked for, and then what was shown.
  return outcome === "asked" && auditCategory(action) !== "consultation" ? " (begun)" : "";
}
