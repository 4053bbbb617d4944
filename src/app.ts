import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FastifyInstance } from "fastify";
import type { DestinationStream } from "pino";
import { AuthorityDesk } from "./api/desks/authority-desk.ts";
import { HitDesk } from "./api/desks/hit-desk.ts";
import { ListDesk } from "./api/desks/list-desk.ts";
import { LogDesk } from "./api/desks/log-desk.ts";
import { NrdDesk } from "./api/desks/nrd-desk.ts";
import { PolicyDesk } from "./api/desks/policy-desk.ts";
import { QuarantineDesk } from "./api/desks/quarantine-desk.ts";
import { ReaderRemit } from "./api/desks/reader-remit.ts";
import { RetentionDesk } from "./api/desks/retention-desk.ts";
import { feedSenders } from "./api/feed-senders.ts";
import { publicLog } from "./api/public-log.ts";
import { buildServer } from "./api/server.ts";
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "./api/server-options.ts";
import { openAuditors } from "./app/auditors.ts";
import { duties } from "./app/duties.ts";
import { openIdentity, type Identity } from "./app/identity.ts";
import { openIntake } from "./app/intake.ts";
import { openLog } from "./app/log.ts";
import { openPeople } from "./app/people.ts";
import { openRetention } from "./app/retention.ts";
import { storeDeath } from "./app/store-death.ts";
import { openStores } from "./app/stores.ts";
import { readImages } from "./archive/read-images.ts";
import type { Settings } from "./config.ts";
import { EnquiryDesk } from "./enquiry/enquiry-desk.ts";
import { EstateIndex } from "./estate/estate-index.ts";
import { hitReadFacts } from "./hit/hit.ts";
import { HitOutbox } from "./hit/outbox.ts";
import { openKeys } from "./identity/key-files.ts";
import { FeedSources } from "./ingest/feed-sources.ts";
import { DEFAULT_FEED_LIMITS } from "./ingest/feeds/protocol.ts";
import { PROTOCOLS } from "./ingest/feeds/registry.ts";
import { ListFollower } from "./list/follower.ts";
import { MatchSet } from "./match/match-set.ts";
import { watchAuditLog } from "./observe/audit-metrics.ts";
import { examine } from "./observe/doctor.ts";
import { createEvents } from "./observe/events.ts";
import { Health } from "./observe/health.ts";
import { createLogger } from "./observe/log.ts";
import { createMetrics } from "./observe/metrics.ts";
import { PackKeeper } from "./policy/pack-keeper.ts";
import { projectRoot } from "./project-root.ts";
import { moves } from "./read/nrd.ts";
import { Schedule } from "./retention/schedule.ts";
import { nrdHistory } from "./web/nrd-history.ts";
import { webPages } from "./web/web.ts";

/** A running service. */
export interface App {
  /** Where it listens. */
  readonly url: string;
  /** The HTTP edge, for whoever asks it, or looks at its routes, from within its process. */
  readonly server: FastifyInstance;
  /** The rooms' books, for whoever seeds or inspects a running service from within its process. */
  readonly stores: Awaited<ReturnType<typeof openStores>>;
  /** Coming in, for whoever makes accounts from within its process. */
  readonly identity: Identity;
  readonly masterKey: Buffer;
  /** Says that it may be used: `/readyz` answers well from now on. */
  ready(): void;
  /** Takes no more, finishes what is in flight, and closes everything in the reverse order of opening. */
  close(): Promise<void>;
}

export interface AppOptions {
  /** Make missing keys; a real installation has its keys made by `setup`. */
  readonly createKeys: boolean;
  /** The demo's people share one TOTP secret and sign in faster than its codes change. */
  readonly demo: boolean;
  /** Limits of the HTTP edge that differ from the defaults, for a test of what happens at one. */
  readonly limits?: Partial<ServerLimits>;
  /** Checks every reply against its schema: tests only. */
  readonly checkReplies?: boolean;
  /** Where log lines go instead of standard output. */
  readonly logTo?: DestinationStream;
}

/** The composition root: opens everything in order, hands each part what it needs, and listens. */
export async function startApp(settings: Settings, options: AppOptions): Promise<App> {
  const { createKeys, demo, checkReplies, logTo } = options;
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const data = resolve(settings.data);
    const keys = openKeys({ folder: join(data, "keys"), masterKeyFile: settings.masterKeyFile }, createKeys);
    const logger = createLogger({
      level: settings.logLevel,
      ...(logTo === undefined ? {} : { destination: logTo }),
    });
    const metrics = createMetrics();
    const events = createEvents(metrics, logger);
    const failed = (part: string) => (error: unknown) =>
      logger.error({ event: "follower-failed", part, err: error });
    const now = Date.now;

    const moving = (): readonly number[] => [...nrds.all()].filter(moves).map(({ id }) => id);
    const died = storeDeath(logger, {
      closeRest: async () => {
        const failures: unknown[] = [];
        for (const step of closing.splice(0).reverse()) await step().catch((error) => failures.push(error));
        if (failures.length > 0) throw new AggregateError(failures, "Not everything could be closed");
      },
      exit: (code) => process.exit(code),
    });
    const opened = await openStores(settings, keys, moving, died);
    closing.push(() => opened.close());
    const log = await openLog({ settings, stores: opened, keys }, logger, now);
    closing.push(() => log.close());
    watchAuditLog(metrics.registry, log.condition);
    // From here on nobody writes to the log but through its guard.
    const stores = { ...opened, audit: log.audit };
    const keeper = await PackKeeper.start({
      book: stores.policyPacks,
      audit: stores.audit,
      folder: resolve(settings.policyPack),
      now,
    });
    closing.push(keeper.follow(failed("policy")));
    const { policy } = keeper;
    const { pack } = policy;
    if (keeper.folderDiffers !== null)
      logger.warn({ event: "policy-pack-differs", inForce: pack.id, why: keeper.folderDiffers });
    const nrds = new EstateIndex(stores.nrds);
    await nrds.start({ failed: failed("estate") });
    closing.push(() => nrds.stop());
    const feedSources = new FeedSources(stores.feedSources);
    await feedSources.start({ failed: failed("feed sources") });
    closing.push(() => feedSources.stop());
    const outbox = new HitOutbox(stores.hits, {
      failed: failed("hit outbox"),
      told: ({ id, list, priority, received }) =>
        events.hitRaised({ id: String(id), list: list.name, priority, received: received.getTime() }),
    });
    await outbox.start();
    closing.push(() => outbox.stop());
    const matchSet = new MatchSet({ expected: await entriesToExpect(stores) });
    const listFollower = new ListFollower(stores.listFeed, matchSet);
    await listFollower.start({ failed: failed("lists") });
    closing.push(() => listFollower.stop());
    const takesReads = settings.roles.includes("ingest");
    if (takesReads) {
      await log.collection.start(pack.audit.collectionMinutes);
      closing.push(() => log.collection.stop());
    }
    const { intake, writer, refusals, lateImages } = await openIntake({
      settings,
      pack,
      stores,
      nrds,
      matchSet,
      outbox,
      events,
      sourceOf: (id) => feedSources.byId(id),
      imageFailed: failed("late images"),
    });
    closing.push(async () => {
      await intake[Symbol.asyncDispose]();
      await writer.drain();
      await refusals.write();
    });

    const retention = openRetention(stores, pack, keys);
    const schedule = new Schedule(stores.duties, (duty, error) =>
      logger.error({ event: "duty-failed", duty, err: error }),
    );
    const health = new Health([
      { name: "governed store", check: async () => void (await stores.database.query("select 1")) },
      { name: "archive", check: async () => void (await stores.clickhouse.query("select 1 as one")) },
      { name: "audit log", check: log.check },
    ]);
    metrics.watch({
      readsInFlight: () => intake.inFlight,
      matchEntries: () => matchSet.size,
      nrds: () => nrds.size,
    });

    const identity = openIdentity({
      database: stores.database,
      audit: stores.audit,
      masterKey: keys.masterKey,
      pack,
      now,
      repeatableCodes: demo,
    });
    const people = openPeople({
      database: stores.database,
      audit: stores.audit,
      enrolments: identity.enrolments,
      pack: () => policy.pack,
      now,
      failed: failed("protective monitoring"),
    });
    const images = readImages({ index: stores.imageIndex, vault: stores.vault });
    const enquiries = new EnquiryDesk({
      policy,
      authorities: stores.authorities,
      book: stores.enquiries,
      audit: stores.audit,
      reads: stores.reads,
      images,
      nrds,
      hitOf: async (readId, organisation) => {
        const [hit] = await stores.hits.ofRead(readId, organisation);
        return hit && hitReadFacts(hit, nrds.taggedReader(hit.site.nrd));
      },
      now,
    });
    const authorities = new AuthorityDesk({
      book: stores.authorityLife,
      policy,
      audit: stores.audit,
      people: stores.people,
      nrds,
      now,
    });
    const readers = new ReaderRemit(policy, nrds, now);
    const hits = new HitDesk({
      book: stores.hits,
      outbox,
      images,
      policy,
      readers,
      nrds,
      audit: stores.audit,
      events,
      now,
    });
    const lists = new ListDesk(stores.lists, stores.audit);
    const nrdDesk = new NrdDesk({
      register: stores.nrds,
      organisations: stores.organisations,
      audit: stores.audit,
      policy,
      now,
      nationalImport: demo,
    });
    const quarantine = new QuarantineDesk({
      book: stores.quarantine,
      source: (id) => feedSources.byId(id),
      intake,
      readers,
      nrds,
      audit: stores.audit,
      events,
      keptDays: pack.retention.quarantineDays,
      accessMonths: pack.retention.accessMonths,
      now,
    });
    const retentionDesk = new RetentionDesk({
      retention,
      receipts: (page) => stores.receipts.list(page),
      accessMonths: pack.retention.accessMonths,
      audit: stores.audit,
      events,
      now,
    });
    const auditors = openAuditors({
      database: stores.database,
      audit: stores.audit,
      organisations: stores.organisations,
      pack: () => policy.pack,
      now,
    });
    const doctor = {
      examine: () =>
        examine({
          now,
          stores: [
            { name: "governed store", check: () => stores.database.query("select 1") },
            { name: "archive", check: () => stores.clickhouse.query("select 1 as one") },
            { name: "images", check: () => stores.vault.daysHeld() },
          ],
          dataFolder: data,
          retention: () => retention.lateness(now()),
          duties: () => stores.duties.all(),
          storeClock: async () => {
            const [row] = await stores.database.query<{ now: Date }>("select clock_timestamp() as now");
            return row?.now.getTime() ?? 0;
          },
          heldInQuarantine: () => stores.quarantine.held(),
          people: people.counts,
          readsInFlight: () => intake.inFlight,
          auditLog: log.condition,
          policyPack: () => ({
            id: policy.pack.id,
            folderDiffers: keeper.folderDiffers,
            restartNeeded: keeper.restartNeeded,
          }),
        }),
    };
    const rooms = {
      version: versionOfProgram(),
      ...identity,
      audit: stores.audit,
      hits,
      lists,
      nrds: nrdDesk,
      quarantine,
      enquiries,
      authorities,
      retention: retentionDesk,
      policy: new PolicyDesk({ keeper, book: stores.policyPacks, audit: stores.audit, now }),
      auditors,
      people: people.desks,
      doctor,
      health,
    };
    const limits = {
      ...DEFAULT_SERVER_LIMITS,
      bodyBytes: settings.maxBodyBytes,
      connections: settings.maxConnections,
      ...options.limits,
    };
    const web = webPages({
      rooms,
      nrdHistory: nrdHistory({ nrds: nrdDesk, register: stores.nrds, people: stores.people }),
      get pack() {
        return policy.pack;
      },
      events,
      limits,
      https: settings.secureCookies,
      publicUrl: settings.publicUrl,
      now,
    });
    const server = await buildServer({
      logger,
      metrics,
      events,
      rooms,
      limits,
      https: settings.secureCookies,
      publicUrl: settings.publicUrl,
      trustProxy: settings.trustProxy,
      allowedNetworks: settings.allowedNetworks,
      metricsNetworks: settings.metricsNetworks,
      open: publicLog(log.published, { https: settings.secureCookies }),
      log: { desk: new LogDesk(log.audit, log.published), receipts: log.receipts },
      ...(checkReplies === undefined ? {} : { checkReplies }),
      ...(takesReads
        ? {
            feeds: {
              protocols: PROTOCOLS,
              context: {
                intake: {
                  take: (elements, source) =>
                    log.collection.count(source.id, elements.length, (received) =>
                      intake.take(elements, source, { received }),
                    ),
                  takeImage: (image, source) => lateImages.take(image, source),
                },
                limits: { ...DEFAULT_FEED_LIMITS, bodyBytes: settings.maxBodyBytes },
                sourceOf: feedSenders(feedSources),
                now,
              },
            },
          }
        : {}),
      ...(settings.roles.includes("web") ? web : {}),
    });
    closing.push(() => server.close());
    if (settings.roles.includes("jobs")) {
      schedule.start([
        ...duties({ pack, stores, identity, retention, auditors, refusals, lateImages, events }),
        people.clock,
      ]);
      closing.push(() => schedule.stop());
      closing.push(await people.watch());
    }
    const url = await server.listen({ port: settings.port, host: settings.host });
    closing.push(async () => health.stopping());
    await stores.audit.append({
      actor: "service",
      organisation: null,
      action: "service.start",
      outcome: "done",
      subject: { policyPack: pack.id, roles: settings.roles },
      requestId: null,
    });
    return { url, server, stores, identity, masterKey: keys.masterKey, ready: () => health.up(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Room for the active entries and a quarter more, so that the match set does not grow while reads flow. */
async function entriesToExpect({ lists }: Awaited<ReturnType<typeof openStores>>): Promise<number> {
  const active = (await lists.all()).reduce((sum, { entries }) => sum + entries, 0);
  return Math.ceil(active * 1.25);
}

const versionOfProgram = (): string =>
  (JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string }).version;
