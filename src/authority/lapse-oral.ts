import type { AuditLog } from "../audit/audit-log.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import type { SuspicionStore } from "../identity/monitoring/suspicion.ts";
import type { PolicyNumbers } from "../policy/pack/numbers.ts";
import type { AuthorityLifeStore } from "./authority-life-store.ts";
import type { AuthorityRecord } from "./authority-record.ts";
import type { AuditOutcome } from "../audit/outcome.ts";

const HOUR_MS = 3_600_000;
/** What a supervisor is asked to look into: whoever claims what nobody confirms may have made it up. */
const NEVER_CONFIRMED = {
  name: "oral-authority-never-confirmed",
  effect: "flag",
  why: "Relied on an authority that was said to be given by word of mouth but was never confirmed in writing.",
} as const;

export interface LapseParts {
  readonly store: Pick<AuthorityLifeStore, "unconfirmedSince" | "withdraw">;
  readonly audit: Pick<AuditLog, "append">;
  readonly suspicions: Pick<SuspicionStore, "raise">;
  readonly access: Pick<PolicyNumbers["access"], "oralConfirmHours">;
}

/**
 * Withdraws the authorities that were given orally and not confirmed in writing in time, and raises a suspicion about whoever
 * asked (INV-2, ACC-5); answers how many. The log has each before it is withdrawn, and then how that ended. Run as often as
 * you like: a confirmation that comes first wins.
 * @param now epoch ms
 */
export async function lapseOral(parts: LapseParts, now: number): Promise<number> {
  const { store, access } = parts;
  let withdrawn = 0;
  for (const late of await store.unconfirmedSince(now - access.oralConfirmHours * HOUR_MS))
    if (await lapse(parts, late, now)) withdrawn++;
  return withdrawn;
}

/** Whether it was withdrawn; not where somebody confirmed or withdrew it in the meantime. */
async function lapse(
  { store, audit, suspicions, access }: LapseParts,
  late: AuthorityRecord,
  now: number,
): Promise<boolean> {
  const note = `Not confirmed in writing within ${access.oralConfirmHours} hours.`;
  const log = (action: AuditAction, outcome: AuditOutcome, subject: Readonly<Record<string, unknown>>) =>
    audit.append({
      actor: "authorities",
      organisation: late.organisation,
      action,
      outcome,
      subject,
      requestId: null,
    });
  const subject = { authority: late.reference, purpose: late.purpose, level: late.level, reason: note };
  await log("authority.withdraw", "asked", subject);
  let changed: AuthorityRecord | undefined;
  try {
    changed = await store.withdraw(late.id, { by: null, at: now, note });
  } catch (error) {
    await log("authority.withdraw", "failed", subject);
    throw error;
  }
  const { index } = await log("authority.withdraw", changed === undefined ? "failed" : "done", subject);
  if (changed === undefined || late.asked === null) return changed !== undefined;
  const { id: person, username: account } = late.asked.by;
  const { name: rule, effect, why } = NEVER_CONFIRMED;
  const evidence = { count: 1, entries: [index] };
  await log("suspicion.raise", "allowed", { account, person, rule, effect, why, ...evidence });
  await suspicions.raise({
    person,
    organisation: late.organisation,
    rule: NEVER_CONFIRMED,
    evidence,
    now,
  });
  return true;
}
