import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Audited } from "../../src/audit/audited.ts";
import { expirableImages } from "../../src/archive/expirable-images.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { projectRoot } from "../../src/project-root.ts";
import { Retention } from "../../src/retention/retention.ts";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import {
  expirableImageIndex,
  expirableReads,
} from "../../src/storage/clickhouse/retention/expirable-tables.ts";
import { migrateClickHouse } from "../../src/storage/clickhouse/migrate.ts";
import { openFolderVault } from "../../src/storage/images/folder-vault.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { migrate } from "../../src/storage/postgres/migrate.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { archiveTraces } from "../../src/storage/clickhouse/retention/traces.ts";
import { PageRewriting } from "../../src/storage/postgres/retention/page-rewriting.ts";
import { governedTraces } from "../../src/storage/postgres/retention/traces.ts";
import { PostgresReceiptStore } from "../../src/storage/postgres/retention/receipt-store.ts";
import { generator } from "./enquiry.ts";
import type { Figure } from "./report.ts";

const DAY_MS = 86_400_000;
const NRDS = 18_000;

/** Deleting a whole day: digest, partition, keys, the look for survivors, and the signed receipt. */
export async function benchRetention(scale: { reads: number }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-bench-"));
  const clickhouse = await openClickHouse({ folder: join(folder, "clickhouse") });
  const database = await openPglite(join(folder, "postgres"));
  const vault = openFolderVault({
    folder: join(folder, "days"),
    keys: join(folder, "keys"),
    masterKey: randomBytes(32),
  });
  try {
    await migrateClickHouse(clickhouse);
    await migrate(database);
    const pack = loadPolicyPack(join(projectRoot, "policies/uk"));
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    await clickhouse.command(
      generator(NRDS, scale.reads, today - (pack.retention.deleteAfterDays + 1) * DAY_MS, 0, scale.reads),
    );
    const retention = new Retention({
      rules: pack.retention,
      policyPack: pack.id,
      reads: expirableReads(clickhouse),
      others: [expirableImageIndex(clickhouse), expirableImages(vault)],
      traces: [
        governedTraces(database, new PageRewriting(database, { largestBytes: Number.POSITIVE_INFINITY })),
        archiveTraces(clickhouse),
      ],
      signingKey: generateKeyPairSync("ed25519").privateKey,
      store: new PostgresReceiptStore(database, Date.now),
      audited: new Audited(new PostgresAuditLog(database, Date.now)),
    });
    const started = performance.now();
    const outcomes = await retention.expire(Date.now());
    const seconds = (performance.now() - started) / 1000;
    const deleted = outcomes.filter(({ kind }) => kind === "deleted").length;
    return [
      {
        measure: `a day of ${scale.reads.toLocaleString("en-GB")} reads deleted and proved`,
        value: seconds,
        unit: "s",
        target: { atMost: 60 },
      },
      { measure: "days deleted with a receipt", value: deleted, unit: "days", target: { atLeast: 1 } },
    ];
  } finally {
    await vault.close();
    await clickhouse.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
