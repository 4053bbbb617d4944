import { join, resolve } from "node:path";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Settings } from "../config.ts";
import { openClickHouse } from "../storage/clickhouse/client.ts";
import type { ClientLog } from "../storage/clickhouse/client-log.ts";
import type { ClickHouse } from "../storage/clickhouse/clickhouse.ts";
import { openImageIndex } from "../storage/clickhouse/archive/image-index.ts";
import { migrateClickHouse } from "../storage/clickhouse/migrate.ts";
import { openPreservedStore } from "../storage/clickhouse/archive/preserved-store.ts";
import { openReadStore } from "../storage/clickhouse/archive/read-store.ts";
import { openFolderVault } from "../storage/images/folder-vault.ts";
import { requireSharedKeys } from "../storage/images/require-shared-keys.ts";
import type { Database } from "../storage/postgres/database.ts";
import { migrate } from "../storage/postgres/migrate.ts";
import { openPglite } from "../storage/postgres/pglite.ts";
import { PostgresAuditLog } from "../storage/postgres/audit/audit-log.ts";
import { PostgresAuthorityStore } from "../storage/postgres/authority/authority-store.ts";
import { PostgresAuthorityLife } from "../storage/postgres/authority/authority-life.ts";
import { PostgresJobStore } from "../storage/postgres/job-store.ts";
import { PostgresEnquiryStore } from "../storage/postgres/enquiry/enquiry-store.ts";
import { PostgresSourceStore } from "../storage/postgres/source/source-store.ts";
import { PostgresHitStore } from "../storage/postgres/hit/hit-store.ts";
import { PostgresListStore } from "../storage/postgres/list/list-store.ts";
import { PostgresListFeed } from "../storage/postgres/list/list-feed.ts";
import { PostgresEstateFollowers } from "../storage/postgres/estate/estate-followers.ts";
import { PostgresNrdRegister } from "../storage/postgres/estate/nrd-register.ts";
import { PostgresLostReadStore } from "../storage/postgres/ingest/lost-read-store.ts";
import { PostgresOrganisationStore } from "../storage/postgres/identity/organisation-store.ts";
import { PostgresPackStore } from "../storage/postgres/policy/pack-store.ts";
import { openArchiveKey } from "./archive-key.ts";
import { MASTER_KEY_IN_USE, openInstallationKeys } from "./keys.ts";
import { makePrivate } from "./private-folder.ts";
import { PageRewriting } from "../storage/postgres/retention/page-rewriting.ts";
import { PostgresPendingImages } from "../storage/postgres/ingest/pending-images.ts";
import { PostgresPersonStore } from "../storage/postgres/identity/person-store.ts";
import { PostgresPreservationStore } from "../storage/postgres/retention/preservation-store.ts";
import { PostgresQuarantine } from "../storage/postgres/ingest/quarantine.ts";
import { PostgresReceiptStore } from "../storage/postgres/retention/receipt-store.ts";
import { PostgresRefusalStore } from "../storage/postgres/ingest/refusal-store.ts";
import { PostgresSuspicionStore } from "../storage/postgres/identity/suspicion-store.ts";
import { openServer } from "../storage/postgres/server.ts";

/** Hears what the client of an archive's server has to say, and which migrations ran. */
export type StoresLog = ClientLog & { info(members: object, message: string): void };

const MEGABYTE = 2 ** 20;

/** Who hears what happens to stores. */
export interface Hearing {
  /** An embedded store ended by itself: nothing can be kept from then on. */
  readonly died?: (error: Error) => void;
  /** What the client of an archive's server has to say, and which migrations ran. */
  readonly log?: StoresLog;
  /** So many files of the data folder could be read by others until now. */
  readonly madePrivate?: (files: number) => void;
}

/** Everything that keeps data, opened and migrated. */
export type Stores = Awaited<ReturnType<typeof openStores>>;

/**
 * Opens the three stores where the settings say they are.
 * @param createKeys makes keys that are missing, where nobody has been set up yet
 * @param movingNrds ids of the NRDs whose reads carry their own position
 * @throws Error when a store cannot be opened or its migrations do not fit; what was opened is closed again
 */
export async function openStores(
  settings: Settings,
  createKeys: boolean,
  movingNrds: () => readonly number[],
  { died, log, madePrivate }: Hearing = {},
) {
  const data = resolve(settings.data);
  const open = makePrivate(data);
  if (open > 0) madePrivate?.(open);
  const database = await openDatabase(settings, data, died, log);
  const closed = async (error: unknown): Promise<never> => {
    await database.close();
    throw error;
  };
  // Held until the database is closed.
  if ((await database.lock(MASTER_KEY_IN_USE, { shared: true }).catch(closed)) === null)
    return closed(new Error("The master key is being changed: start again when that is done."));
  const keys = await openInstallationKeys(settings, database, createKeys).catch(closed);
  const clickhouse = await openReads(settings, data, keys.masterKey, log).catch(closed);
  const images = settings.images ?? join(data, "images");
  const imageKeys = imageKeysOf(settings);
  const days = { folder: join(images, "days"), keys: join(imageKeys, "images") };
  try {
    await requireSharedKeys(images, imageKeys);
  } catch (error) {
    await clickhouse.close();
    await database.close();
    throw error;
  }
  const { masterKey } = keys;
  const vault = openFolderVault({ ...days, masterKey });
  const preservedVault = openFolderVault({
    folder: join(images, "preserved"),
    keys: join(imageKeys, "preserved"),
    masterKey,
    bucketOf: () => "preserved",
  });
  return {
    keys,
    database,
    clickhouse,
    vault,
    preservedVault,
    reads: openReadStore(clickhouse, { movingNrds }),
    imageIndex: openImageIndex(clickhouse),
    audit: new PostgresAuditLog(database, Date.now) as AuditLog,
    authorities: new PostgresAuthorityStore(database),
    authorityLife: new PostgresAuthorityLife(database),
    policyPacks: new PostgresPackStore(database),
    enquiries: new PostgresEnquiryStore(database),
    hits: new PostgresHitStore(database, Date.now),
    lists: new PostgresListStore(database, Date.now),
    listFeed: new PostgresListFeed(database),
    nrds: new PostgresNrdRegister(database, Date.now),
    estateFollowers: new PostgresEstateFollowers(database),
    organisations: new PostgresOrganisationStore(database),
    pages: new PageRewriting(database, { largestBytes: settings.rewriteMegabytes * MEGABYTE }),
    pendingImages: new PostgresPendingImages(database),
    people: new PostgresPersonStore(database),
    quarantine: new PostgresQuarantine(database, Date.now),
    jobs: new PostgresJobStore(database, Date.now),
    preservations: new PostgresPreservationStore(database, Date.now),
    preserved: openPreservedStore(clickhouse),
    receipts: new PostgresReceiptStore(database, Date.now),
    sources: new PostgresSourceStore(database, Date.now),
    refusals: new PostgresRefusalStore(database),
    lostReads: new PostgresLostReadStore(database),
    suspicions: new PostgresSuspicionStore(database),
    async close(): Promise<void> {
      await vault.close();
      await preservedVault.close();
      await clickhouse.close();
      await database.close();
    },
  };
}

/** Folder of the images' wrapped keys. */
export const imageKeysOf = ({ data, imageKeys }: Settings): string =>
  imageKeys ?? join(resolve(data), "keys");

/** The governed store where the settings say it is, opened and migrated. */
export async function openDatabase(
  settings: Settings,
  data: string,
  died?: (error: Error) => void,
  log?: StoresLog,
): Promise<Database> {
  const database = await openGoverned(settings, data, died);
  return afterMigration(database, migrate(database), told(log, "governed store"));
}

/** The same as it is, whatever version its schema is of. */
export const openGoverned = (
  settings: Settings,
  data: string,
  died?: (error: Error) => void,
): Promise<Database> =>
  settings.postgresUrl === undefined
    ? openPglite(join(data, "postgres"), died && { died })
    : openServer(settings.postgresUrl, { statementSeconds: settings.statementSeconds });

async function openReads(
  settings: Settings,
  data: string,
  masterKey: Buffer,
  log: StoresLog | undefined,
): Promise<ClickHouse> {
  const folder = join(data, "clickhouse");
  const place =
    settings.clickhouseUrl === undefined
      ? { folder, key: openArchiveKey(join(data, "keys"), folder, masterKey) }
      : { url: settings.clickhouseUrl };
  const clickhouse = await openClickHouse(place, log && { log });
  return afterMigration(clickhouse, migrateClickHouse(clickhouse), told(log, "archive"));
}

async function afterMigration<Store extends { close(): Promise<void> }>(
  store: Store,
  migration: Promise<readonly string[]>,
  tell: (names: readonly string[]) => void,
): Promise<Store> {
  try {
    tell(await migration);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

const told = (log: StoresLog | undefined, store: string) => (names: readonly string[]) => {
  if (names.length > 0) log?.info({ event: "migrated", store, migrations: names }, "The schema was renewed.");
};
