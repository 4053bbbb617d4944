import { expirableImages } from "../archive/expirable-images.ts";
import type { Audited } from "../audit/audited.ts";
import type { Keys } from "../identity/keys/key-files.ts";
import { ClockGuard } from "../retention/clock-guard.ts";
import { Retention } from "../retention/retention.ts";
import type { ClickHouse } from "../storage/clickhouse/clickhouse.ts";
import type { Database } from "../storage/postgres/database.ts";
import { expirableImageIndex, expirableReads } from "../storage/clickhouse/retention/expirable-tables.ts";
import { expirableTable } from "../storage/postgres/retention/expirable-table.ts";
import { governedTraces } from "../storage/postgres/retention/traces.ts";
import { archiveTraces } from "../storage/clickhouse/retention/traces.ts";
import { PostgresLogStore } from "../storage/postgres/audit/log-store.ts";
import type { Stores } from "./stores.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";

/** Retention over every store that holds data of reads; a store that is not named here is one that forgets nothing. */
export const openRetention = (
  stores: Stores,
  audited: Audited,
  pack: () => PolicyPack,
  keys: Keys,
): Retention =>
  new Retention({
    get rules() {
      return pack().retention;
    },
    get policyPack() {
      return pack().id;
    },
    reads: expirableReads(stores.clickhouse),
    others: [
      expirableImageIndex(stores.clickhouse),
      expirableImages(stores.vault),
      expirableTable(stores.database, "hit"),
      expirableTable(stores.database, "quarantine"),
      expirableTable(stores.database, "pending_image"),
    ],
    traces: [governedTraces(stores.database, stores.pages), archiveTraces(stores.clickhouse)],
    signingKey: keys.signingKey,
    store: stores.receipts,
    heldBack: (day) => uncopied(stores, day),
    audited,
  });

/**
 * Holds deletion while the clock may be wrong; made before anything is written with that clock.
 * @param trusted the clock is right now, whatever was known last
 */
export async function openClockGuard(
  { database, clickhouse, receipts }: Pick<Stores, "database" | "clickhouse" | "receipts">,
  pack: () => PolicyPack,
  now: () => number,
  trusted: boolean,
): Promise<ClockGuard> {
  return new ClockGuard({
    known: trusted ? null : ((await receipts.lastClock("right")) ?? (await newestOf(database, clickhouse))),
    record: receipts,
    storeClock: () => storeClock(database),
    leapHours: () => pack().retention.clockLeapHours,
    now,
  });
}

/** When the newest entry was made or the newest read captured, epoch ms; null where there is neither. */
async function newestOf(database: Database, clickhouse: ClickHouse): Promise<number | null> {
  const entry = await new PostgresLogStore(database).newestEntry();
  const [read] = await clickhouse.query<{ newest: number }>(
    "SELECT toUnixTimestamp64Milli(max(captured)) AS newest FROM reads",
  );
  return Math.max(entry?.at.getTime() ?? 0, read?.newest ?? 0) || null;
}

/** What the governed store believes the time is, epoch ms. */
export async function storeClock(database: Database): Promise<number> {
  const [row] = await database.query<{ now: Date }>("select clock_timestamp() as now");
  return row?.now.getTime() ?? 0;
}

/** A preserved read must have its copy before its day may go (RET-3): why a day waits, or null. */
export async function uncopied(
  { preservations, preserved }: Pick<Stores, "preservations" | "preserved">,
  day: string,
): Promise<string | null> {
  const ids = await preservations.readsOfDay(day);
  if (ids.length === 0) return null;
  const missing = await preserved.missing(ids);
  return missing.length === 0 ? null : `${missing.length} preserved reads of ${day} are not copied yet.`;
}
