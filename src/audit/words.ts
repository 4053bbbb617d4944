import { actNamed } from "./acts.ts";
import type { NewAuditEntry } from "./audit-log.ts";
import type { AuditOutcome } from "./outcome.ts";
import { auditCategory, type AuditAction } from "./vocabulary.ts";

type Subject = Readonly<Record<string, unknown>>;
type Said = Pick<NewAuditEntry, "action" | "outcome" | "subject">;

const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
/** ` under MID-2026-0417`, or nothing where the member is absent. */
const after = (word: string, value: unknown): string => (text(value) === "" ? "" : ` ${word} ${text(value)}`);

const SENTENCES: Readonly<Partial<Record<AuditAction, (subject: Subject) => string>>> = {
  "read.collect": (s) => `collected reads${after("of", s["source"])}`,
  "organisation.change": () => "changed an organisation",
};

/** What an entry says happened, to follow a name or "You": `asked for VRM AB12CDE under MID-2026-0417`. */
export function sayEntry({ action, outcome, subject }: Said): string {
  const say = actNamed(action)?.say ?? SENTENCES[action];
  const said = (say?.(subject) ?? action).replace(/\s+/g, " ").trim();
  return `${said}${sayEnd(action, outcome)}`;
}

/** How it ended, where that is not what its sentence says: an act that is only begun is not done yet. */
function sayEnd(action: AuditAction, outcome: AuditOutcome): string {
  if (outcome === "failed") return ", which failed";
  if (outcome === "refused") return action.endsWith(".refuse") ? "" : ", and was refused";
  // Of a look the log has what was asked for, and then what was shown.
  return outcome === "asked" && auditCategory(action) !== "consultation" ? " (begun)" : "";
}
