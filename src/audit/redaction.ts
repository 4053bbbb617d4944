import { auditActs } from "./acts/audit.ts";
import { service } from "./actor.ts";
import type { AuditLog, Forgettable } from "./audit-log.ts";
import type { Audited } from "./audited.ts";

/** Entries redacted in one step; between two steps the log takes what others write. */
const AT_ONCE = 1_000;

/**
 * Takes the personal values out of every entry made before a moment (epoch ms UTC): all of them when the pack's years of keeping
 * are over (`age`), and those that say which vehicle was where when the reads are deleted (`vehicles`, RET-9); who acted, why and
 * under which authority stays for the years, and the leaves prove their places as before. Each step is logged before and after;
 * after a crash the next run takes up where it ended.
 * @returns how many entries were redacted
 */
export async function forgetBefore(
  log: Pick<AuditLog, "toForget" | "forget">,
  audited: Audited,
  before: number,
  what: Forgettable,
  atOnce = AT_ONCE,
): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const range = await log.toForget(before, atOnce, what);
    if (range === null) return forgotten;
    await audited.do(service("redaction"), auditActs.redact, { kind: what, ...range }, () =>
      log.forget(range, what),
    );
    forgotten += range.count;
  }
}
