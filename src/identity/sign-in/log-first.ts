import type { AuditLog, NewAuditEntry } from "../../audit/audit-log.ts";
import { Problem } from "../../errors.ts";

/** Writes an entry; only then may what it says be done (AUD-1). @throws Problem LOG_UNAVAILABLE when it cannot be written */
export async function logFirst(audit: Pick<AuditLog, "append">, entry: NewAuditEntry): Promise<void> {
  try {
    await audit.append(entry);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem("LOG_UNAVAILABLE", "Nothing was done. Try again in a minute.", {
      cause,
      retryAfter: 60,
    });
  }
}

/** Runs a part of coming in; a store that does not answer becomes Problem NOT_READY, which tells nobody anything (ACC-6). */
export async function orNotReady<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem("NOT_READY", "You cannot sign in at the moment. Try again in a minute.", {
      cause,
      retryAfter: 60,
    });
  }
}
