import type { AuditEntry } from "../audit/audit-log.ts";

/** Where the entries around one stand: those of the same request and of the same enquiry. */
export interface Neighbours {
  /**
   * Their indexes in order, the entry's own among them. Where there are more than `limit`, those of the enquiry come before
   * those of the request and the nearest before the farther, so that nothing written beside an enquiry hides its pages.
   * @param organisation only entries of this one; null for all
   */
  around(
    entry: Pick<AuditEntry, "index" | "requestId" | "subject">,
    organisation: number | null,
    limit: number,
  ): Promise<readonly number[]>;
}
