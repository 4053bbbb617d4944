import type { AuditLog } from "./audit-log.ts";

/** Entries redacted in one step; between two steps the log takes what others write. */
const AT_ONCE = 1_000;

/**
 * Takes the personal values out of every entry made before a moment (epoch ms UTC): the duty behind the pack's years of
 * keeping. Each step is logged before it is done; after a crash the next run takes up where it ended.
 * @returns how many entries were redacted
 */
export async function forgetBefore(log: AuditLog, before: number, atOnce = AT_ONCE): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const range = await log.toForget(before, atOnce);
    if (range === null) return forgotten;
    await log.append({
      actor: "audit-forgetting",
      organisation: null,
      action: "audit.redact",
      outcome: "allowed",
      subject: { kind: "age", ...range },
      requestId: null,
    });
    await log.forget(range);
    forgotten += range.count;
  }
}
