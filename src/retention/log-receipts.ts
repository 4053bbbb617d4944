import type { AuditLog } from "../audit/audit-log.ts";
import type { Receipt } from "./receipt.ts";

/** So many of the newest receipts are held against the log; more days than that are never deleted between two runs. */
const NEWEST = 1_000;

/**
 * Has each deletion that a receipt proves in the log, as done (RET-6, AUD-1): those just made, and those that a crash kept from it.
 * @returns how many entries were missing
 */
export async function logReceipts(
  audit: Pick<AuditLog, "append" | "find">,
  store: { list(page: { limit: number }): Promise<readonly { readonly receipt: Receipt }[]> },
): Promise<number> {
  const entries = await audit.find({ action: "retention.day", limit: 3 * NEWEST });
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
    await audit.append({
      actor: "retention",
      organisation: null,
      action: "retention.day",
      outcome: "done",
      subject: { day, counts, digest },
      requestId: null,
    });
  return missing.length;
}

const nameOf = (day: unknown, digest: unknown): string => `${String(day)} ${String(digest)}`;
