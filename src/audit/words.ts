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
const many = (value: unknown, one: string): string => {
  const count = Array.isArray(value) ? value.length : typeof value === "number" ? value : 0;
  return count === 0 ? "" : `${count.toLocaleString("en-GB")} ${one}${count === 1 ? "" : "s"}`;
};

const SENTENCES: Readonly<Partial<Record<AuditAction, (subject: Subject) => string>>> = {
  "read.collect": (s) => `collected reads${after("of", s["source"])}`,
  "feed.add": (s) => `added the feed ${text(s["name"] ?? s["feed"])}`,
  "feed.change": (s) => `changed the feed ${text(s["name"] ?? s["feed"])}`,
  "quarantine.release": (s) => `released the quarantined read ${text(s["quarantined"])}`,
  "read.correct": (s) => `corrected the read ${text(s["read"])}`,
  "quarantine.open": (s) => `opened the quarantined read ${text(s["quarantined"])}`,
  "quarantine.list": () => "looked at the quarantine",
  "export.make": () => "exported results",
  "analysis.run": () => "ran an analysis",
  "quarantine.discard": (s) => `discarded the quarantined read ${text(s["quarantined"])}`,
  "retention.run": (s) => `ran the deletion of ${text(s["day"])}`,
  "retention.day": (s) => `deleted the day ${text(s["day"])}`,
  "retention.forget": (s) =>
    `deleted what had reached its limit: ${many(s["count"], "item")} of ${text(s["kind"])}`,
  "preservation.release": (s) => `ended the preservation ${text(s["reference"] ?? s["preservation"])}`,
  "session.open": () => "signed in",
  "session.refuse": () => "was refused sign-in",
  "session.close": () => "signed out",
  "session.step-up": () => "entered the second factor again",
  "role.refuse": (s) =>
    `tried something that their role does not include${text(s["wanted"]) === "" ? "" : `: ${text(s["wanted"])}`}`,
  "network.refuse": () => "came from a network that is not allowed",
  "passkey.add": () => "added a passkey",
  "passkey.remove": () => "removed a passkey",
  "recovery.make": () => "created recovery codes",
  "recovery.use": () => "used a recovery code",
  "password.change": () => "changed the password",
  "person.enrol": () => "enrolled",
  "organisation.change": () => "changed an organisation",
  "preservation.make": (s) => `preserved reads${after("under", s["reference"])}`,
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
