import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CollectionLog } from "../../src/audit/collection.ts";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import { migrateClickHouse } from "../../src/storage/clickhouse/migrate.ts";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import { readsStoredSince } from "../../src/storage/clickhouse/archive/stored-since.ts";
import { migrate } from "../../src/storage/postgres/migrate.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { aRead } from "../archive/read-builders.ts";

/**
 * Stores reads without end and logs their collection, and prints a line after each group and each entry; to be killed. With
 * `end` it stores one group and ends as a service does.
 */
const [folder, first, end] = process.argv.slice(2) as [string, string, string?];
const database = await openPglite(join(folder, "postgres"));
await migrate(database);
const clickhouse = await openClickHouse({ folder: join(folder, "clickhouse") });
await migrateClickHouse(clickhouse);
const reads = openReadStore(clickhouse);
const collection = new CollectionLog({
  log: new PostgresAuditLog(database, Date.now),
  node: 0,
  now: Date.now,
  storedSince: (received) => readsStoredSince(clickhouse, received, { first: 0, end: 32 }),
  failed: (error) => {
    throw error;
  },
});
await collection.start(60);

let number = Number(first);
const group = (size: number): Promise<unknown> =>
  collection.count(7, size, async (received) => {
    await reads.insert(
      Array.from({ length: size }, () => aRead({ captured: Date.now() - 1_000_000 + number++, received })),
    );
    return Array.from({ length: size }, () => ({ verdict: "stored" }) as const);
  });
const say = (what: string): void => void process.stdout.write(`${what}\n`);

if (end === "end") {
  await group(5);
  await collection.stop();
  await clickhouse.close();
  await database.close();
} else {
  const storing = async (): Promise<never> => {
    for (;;) {
      await group(1 + (number % 9));
      say("group");
    }
  };
  const logging = async (): Promise<never> => {
    for (;;) {
      await sleep(40);
      await collection.write();
      say("entry");
    }
  };
  await Promise.all([storing(), storing(), logging()]);
}
