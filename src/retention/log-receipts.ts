import { retentionActs } from "../audit/acts/retention.ts";
import { service } from "../audit/actor.ts";
import type { Audited } from "../audit/audited.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Receipt } from "./receipt.ts";

/** So many of the newest receipts are held against the log; more days than that are never deleted between two runs. */
const NEWEST = 1_000;

/**
 * Has each deletion that a receipt proves in the log, as done (RET-6, AUD-1): also those that a crash kept from it.
 * @returns how many entries were missing
 */
export async function logReceipts(
  audited: Audited,
  log: Pick<AuditLog, "find">,
  store: { list(page: { limit: number }): Promise<readonly { readonly receipt: Receipt }[]> },
): Promise<number> {
  const entries = await log.find({ action: "retention.day", limit: 3 * NEWEST });
  const logged = new Set(
    entries
      .filter(({ outcome }) => outcome === "done" || outcome === "allowed")
      .map(({ subject }) => nameOf(subject["day"], subject["digest"])),
  );
  const kept = await store.list({ limit: NEWEST });
  const missing = kept
    .map(({ receipt }) => receipt)
    .filter(({ day, digest }) => !logged.has(nameOf(day, digest)))
    .reverse();
  for (const { day, counts, digest } of missing)
    await audited.do(service("retention"), retentionActs.day, { day, counts, digest });
  return missing.length;
}

const nameOf = (day: unknown, digest: unknown): string => `${String(day)} ${String(digest)}`;
