import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { monthBefore } from "../../src/oversight/draw-month.ts";
import { putGovernedStore } from "../servers/governed-stores.ts";
import { WholeApp } from "../app/whole-app.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The demo's organisations, in the order in which the seed makes them. */
export const [FIRST, SECOND] = [1, 2];

interface PastEnquiry {
  readonly actor: string;
  readonly organisation: number;
  readonly subject?: Readonly<Record<string, unknown>>;
  readonly count?: number;
}

/**
 * Starts the whole service on a log that already holds a month: its enquiries were made on the 10th of last month, a few
 * minutes apart, before the service was started again.
 */
export async function startAfterMonth(enquiries: readonly PastEnquiry[]): Promise<WholeApp> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-whole-"));
  await putGovernedStore(join(folder, "postgres"));
  const database = await openPglite(join(folder, "postgres"));
  const tenth = Date.parse(`${monthBefore(Date.now())}-10T09:30:00Z`);
  for (const [n, { actor, organisation, subject, count = 3 }] of enquiries.entries()) {
    const at = tenth + n * 5 * MINUTE_MS;
    const log = new PostgresAuditLog(database, () => at);
    const who = { actor, organisation, action: "enquiry.ask", requestId: `past-${n}` } as const;
    const about = {
      enquiry: `past-${n}`,
      kind: "vrm",
      vrm: `AB${10 + n}CDE`,
      authority: "MID-2026-0417",
      purpose: "law-enforcement",
      level: "serious",
      reason: "Vehicle seen near the scene of the robbery in Fore Street",
      from: new Date(at - 7 * DAY_MS).toISOString(),
      to: new Date(at).toISOString(),
      rules: ["authority-current"],
      policyPack: "uk-2026.3",
      ...subject,
    };
    await log.append({ ...who, outcome: "asked", subject: about });
    await log.append({ ...who, outcome: "allowed", subject: { ...about, count } });
  }
  await database.close();
  // Without what the seed answers a service is seeded as on its first start; only its folder is there before it.
  return WholeApp.start({ folder } as WholeApp);
}
