import type { AuditLog } from "../../audit/audit-log.ts";
import type { PolicyNumbers } from "../../policy/pack/numbers.ts";
import type { AuthorityLifeBook } from "./authority-life-book.ts";

const HOUR_MS = 3_600_000;

/**
 * Withdraws the authorities that were given orally and not confirmed in writing in time; answers how many. Each is in the log
 * before it is withdrawn. Run as often as you like: a confirmation that comes first wins.
 * @param now epoch ms
 */
export async function lapseOral(
  {
    book,
    audit,
    access,
  }: {
    readonly book: Pick<AuthorityLifeBook, "unconfirmedSince" | "withdraw">;
    readonly audit: Pick<AuditLog, "append">;
    readonly access: Pick<PolicyNumbers["access"], "oralConfirmHours">;
  },
  now: number,
): Promise<number> {
  let withdrawn = 0;
  const note = `Not confirmed in writing within ${access.oralConfirmHours} hours.`;
  for (const late of await book.unconfirmedSince(now - access.oralConfirmHours * HOUR_MS)) {
    await audit.append({
      actor: "authorities",
      organisation: late.organisation,
      action: "authority.withdraw",
      outcome: "done",
      subject: { authority: late.reference, purpose: late.purpose, level: late.level, reason: note },
      requestId: null,
    });
    if ((await book.withdraw(late.id, { by: null, at: now, note })) !== undefined) withdrawn++;
  }
  return withdrawn;
}
