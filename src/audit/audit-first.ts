import { Problem } from "../errors.ts";
import type { Page } from "../flow/page.ts";
import type { Actor } from "./actor.ts";
import type { AuditEntry, AuditLog } from "./audit-log.ts";
import type { AuditAction } from "./vocabulary.ts";
import type { AuditOutcome } from "./outcome.ts";

type Acting = { readonly actor: Actor };

/**
 * Writes what somebody is about to do. Resolves when the entry is durable: only then may the act go on (AUD-1).
 * @param subject ids, reasons and verdicts; never images
 */
export async function auditFirst(
  audit: Pick<AuditLog, "append">,
  caller: Acting,
  action: AuditAction,
  subject: Readonly<Record<string, unknown>>,
): Promise<void> {
  await auditOutcome(audit, caller, action, "allowed", subject);
}

/** What a look showed: how many things, and what else the log should have of it. */
export type Shown = { readonly count: number } & Readonly<Record<string, unknown>>;

/**
 * Looks at personal data, and has it in the log twice: `asked` before the look, and before anything is given out how it ended:
 * `allowed` with how much was shown, `refused` with the rules, or `failed` (AUD-1).
 * @param take makes the look; it is given the index of the entry that stands before it
 * @param shown how much that was; one thing unless it says otherwise
 */
export async function auditedLook<Found>(
  audit: Pick<AuditLog, "append">,
  caller: Acting,
  action: AuditAction,
  subject: Readonly<Record<string, unknown>>,
  take: (receipt: number) => Promise<Found>,
  shown: (found: Found) => Shown = () => ({ count: 1 }),
): Promise<Found> {
  const { index } = await auditOutcome(audit, caller, action, "asked", subject);
  let found: Found;
  try {
    found = await take(index);
  } catch (error) {
    const { outcome, ...said } = endOf(error);
    await auditOutcome(audit, caller, action, outcome, { ...subject, ...said });
    throw error;
  }
  await auditOutcome(audit, caller, action, "allowed", { ...subject, ...shown(found) });
  return found;
}

/** Judges whether an act may be done, and has it in the log where it may not (AUD-5). */
export const auditedRefusals = <Judged>(
  audit: Pick<AuditLog, "append">,
  caller: Acting,
  action: AuditAction,
  subject: Readonly<Record<string, unknown>>,
  judge: () => Promise<Judged>,
): Promise<Judged> =>
  loggedWhere(({ outcome }) => outcome === "refused", audit, caller, action, subject, judge);

/** Does what stands in the log as allowed; where it could not be done, as when somebody was first, the log has that too. */
export const auditedDoing = <Done>(
  audit: Pick<AuditLog, "append">,
  caller: Acting,
  action: AuditAction,
  subject: Readonly<Record<string, unknown>>,
  work: () => Promise<Done>,
): Promise<Done> => loggedWhere(() => true, audit, caller, action, subject, work);

async function loggedWhere<Done>(
  isLogged: (end: ReturnType<typeof endOf>) => boolean,
  audit: Pick<AuditLog, "append">,
  caller: Acting,
  action: AuditAction,
  subject: Readonly<Record<string, unknown>>,
  work: () => Promise<Done>,
): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    const end = endOf(error);
    const { outcome, ...said } = end;
    if (isLogged(end)) await auditOutcome(audit, caller, action, outcome, { ...subject, ...said });
    throw error;
  }
}

/** A page counts what is on it. */
export const countPage = ({ items }: Page<unknown>): Shown => ({ count: items.length });

/** How something ended that threw. What is not there for the asker is refused: whether it is there at all is not said. */
export function endOf(error: unknown): { readonly outcome: "refused" | "failed" } & Record<string, unknown> {
  if (!(error instanceof Problem)) return { outcome: "failed" };
  const codes = [error.code, ...error.errors.map(({ code }) => code)];
  const { rules } = error.extra;
  const refused = error.code === "NOT_AUTHORISED" || error.code === "NOT_FOUND";
  return { outcome: refused ? "refused" : "failed", codes, ...(rules === undefined ? {} : { rules }) };
}

/** Writes how something ended that stands in the log already. Resolves when the entry is durable. */
export function auditOutcome(
  audit: Pick<AuditLog, "append">,
  { actor }: Acting,
  action: AuditAction,
  outcome: AuditOutcome,
  subject: Readonly<Record<string, unknown>>,
): Promise<AuditEntry> {
  return audit.append({
    actor: actor.name,
    organisation: actor.organisation,
    action,
    outcome,
    subject,
    requestId: actor.requestId,
  });
}
