import { serviceActs } from "./audit/acts/service.ts";
import { service } from "./audit/actor.ts";
import { Audited } from "./audit/audited.ts";
import { resolve } from "node:path";
import type { FastifyInstance } from "fastify";
import type { DestinationStream } from "pino";
import type { ServerLimits } from "./api/http/server-options.ts";
import { Closing } from "./app/closing.ts";
import { requireNoRestore } from "./app/backup/unfinished-restore.ts";
import { openServices } from "./app/services.ts";
import { openArchiveWrites, openDoctor, openHealth } from "./app/doctor.ts";
import { jobs } from "./app/jobs.ts";
import { openEdge } from "./app/edge.ts";
import { openFollowers } from "./app/followers.ts";
import { type Identity, openIdentity } from "./app/identity.ts";
import { openIntake } from "./app/intake.ts";
import { openLog } from "./app/log.ts";
import { openPeople } from "./app/people.ts";
import { numbersInForce, openPolicy } from "./app/policy.ts";
import { openClockGuard, openRetention } from "./app/retention.ts";
import { storeDeath } from "./app/store-death.ts";
import { openStores } from "./app/stores.ts";
import { versionOfProgram } from "./app/version.ts";
import type { Settings } from "./config.ts";
import { watchAuditLog } from "./observe/audit-metrics.ts";
import { createEvents } from "./observe/events.ts";
import { createLogger } from "./observe/log.ts";
import { createMetrics } from "./observe/metrics.ts";
import type { Lists } from "./list/lists.ts";
import { moves } from "./read/nrd.ts";
import { LastMessages } from "./source/last-messages.ts";
import { Schedule } from "./flow/schedule.ts";

/** A running service. */
export interface App {
  /** Where it listens. */
  readonly url: string;
  /** The HTTP edge, for whoever asks it, or looks at its routes, from within its process. */
  readonly server: FastifyInstance;
  /** The rooms' stores, for whoever seeds or inspects a running service from within its process. */
  readonly stores: Awaited<ReturnType<typeof openStores>>;
  /** Lists of vehicles, for whoever fills them from within its process: by the rules, and in the log, as over the API. */
  readonly lists: Lists;
  /** Coming in, for whoever makes accounts from within its process. */
  readonly identity: Identity;
  readonly masterKey: Buffer;
  /** Says that it may be used: `/readyz` answers well from now on. */
  ready(): void;
  /** Takes no more, finishes what is in flight, and closes everything in the reverse order of opening. */
  close(): Promise<void>;
  /** Writes the last line of a process that ends because of an error nobody owned. */
  readonly fatal: (error: unknown) => void;
}

export interface AppOptions {
  /** Make missing keys; a real installation has its keys made by `setup`. */
  readonly createKeys: boolean;
  /** The demo's people share one TOTP secret and sign in faster than its codes change. */
  readonly demo: boolean;
  /** Deletion goes by the clock as it is: a demo that was put aside for days has nobody to confirm it. */
  readonly clockTrusted?: boolean;
  /** Limits of the HTTP edge that differ from the defaults, for a test of what happens at one. */
  readonly limits?: Partial<ServerLimits>;
  /** Checks every reply against its schema: tests only. */
  readonly checkReplies?: boolean;
  /** Where log lines go instead of standard output. */
  readonly logTo?: DestinationStream;
}

/** The composition root: opens everything in order, hands each part what it needs, and listens. */
export async function startApp(settings: Settings, options: AppOptions): Promise<App> {
  const { createKeys, demo, logTo } = options;
  const closing = new Closing();
  try {
    const data = resolve(settings.data);
    const logger = createLogger({
      level: settings.logLevel,
      ...(logTo === undefined ? {} : { destination: logTo }),
    });
    const now = Date.now;
    const begun = now();
    logger.info({
      event: "starting",
      version: versionOfProgram(),
      roles: settings.roles,
      node: settings.node,
    });
    const metrics = createMetrics();
    const events = createEvents(metrics, logger);
    const failed = (part: string) => (error: unknown) =>
      logger.error({ event: "follower-failed", part, err: error });

    const moving = (): readonly number[] => [...nrds.all()].filter(moves).map(({ id }) => id);
    const died = storeDeath(logger, {
      closeRest: () => closing.all(),
      exit: (code) => process.exit(code),
    });
    const madePrivate = (files: number): void =>
      logger.warn(
        { event: "data-made-private", files },
        "Others could read files of the data folder until now.",
      );
    requireNoRestore(settings);
    const opened = await openStores(settings, createKeys, moving, { died, log: logger, madePrivate });
    closing.add(() => opened.close());
    const { keys } = opened;
    const log = await openLog({ settings, stores: opened, keys }, logger, now);
    closing.add(() => log.close());
    watchAuditLog(metrics.registry, log.condition);
    // From here on nobody writes to the log but through its guard.
    const stores = { ...opened, audit: log.audit };
    const audited = new Audited(log.audit);
    // Before anything is written with this clock.
    const clock = await openClockGuard(stores, () => policy.pack, now, options.clockTrusted === true);
    const keeper = await openPolicy({ settings, stores, logger, failed: failed("policy"), closing, now });
    const { policy } = keeper;
    const { pack } = policy;
    const followers = await openFollowers({ stores, events, failed, closing });
    const { nrds, feedSources, matchSet } = followers;
    if (settings.roles.includes("ingest")) {
      await log.collection.start(pack.audit.collectionMinutes);
      closing.add(() => log.collection.stop());
    }
    const archiveWrites = openArchiveWrites(stores, now);
    const { intake, writer, refusals, lostReads, lateImages, lease } = await openIntake({
      settings,
      pack,
      stores,
      ...followers,
      events,
      archiveWrites,
      sourceOf: (id) => feedSources.byId(id),
      imageFailed: failed("late images"),
      leaseFailed: failed("estate"),
    });
    const lastMessages = new LastMessages(stores.sources, { now, failed: failed("last messages") });
    const noted = async (): Promise<void> => {
      await Promise.all([refusals.write(), lostReads.write(), lastMessages.write()]);
    };
    closing.add(async () => {
      await intake[Symbol.asyncDispose]();
      await lease.stop();
      await writer.drain();
      await noted();
    });

    const retention = openRetention(stores, audited, () => policy.pack, keys);
    const schedule = new Schedule(stores.jobs, (job, error) =>
      logger.error({ event: "job-failed", job, err: error }),
    );
    const health = openHealth({ stores, log, archiveWrites, events, now });
    metrics.watch({
      readsInFlight: () => intake.inFlight,
      matchEntries: () => matchSet.size,
      // Covert ones are not counted where anybody may read it: the register shows all others.
      nrds: () => [...nrds.all()].filter(({ type }) => type !== "covert").length,
    });

    const identity = openIdentity({
      database: stores.database,
      audited,
      masterKey: keys.masterKey,
      pack: numbersInForce(policy),
      now,
      repeatableCodes: demo,
      localProviders: demo,
    });
    const people = openPeople({
      database: stores.database,
      audited,
      pack: () => policy.pack,
      now,
      failed: failed("protective monitoring"),
    });
    const services = openServices({
      ...followers,
      stores,
      audited,
      keeper,
      intake,
      noted,
      retention,
      clock,
      events,
      now,
      demo,
    });
    const { auditors } = services;
    const rooms = {
      version: versionOfProgram(),
      ...identity,
      ...services,
      audit: stores.audit,
      audited,
      people: people.acts,
      doctor: openDoctor({
        data,
        encryptedVolumes: settings.encryptedVolumes,
        stores,
        retention,
        clock,
        people,
        intake,
        log,
        keeper,
        now,
      }),
      health,
    };
    const server = await openEdge({
      settings,
      options,
      logger,
      metrics,
      events,
      rooms,
      log,
      policy,
      feedSources,
      lastMessages,
      refusals,
      intake,
      lateImages,
      now,
    });
    closing.add(() => server.close());
    const hasJobs = settings.roles.includes("jobs");
    const all = jobs({
      pack: () => policy.pack,
      stores,
      audited,
      log,
      identity,
      retention,
      clock,
      auditors,
      noted,
      lateImages,
      events,
    });
    schedule.start([...all, people.clock].filter(({ everywhere }) => hasJobs || everywhere));
    closing.add(() => schedule.stop());
    if (hasJobs) closing.add(await people.watch());
    const url = await server.listen({ port: settings.port, host: settings.host });
    closing.add(async () => health.stopping());
    await audited.do(service("service"), serviceActs.start, {
      policyPack: pack.id,
      roles: settings.roles,
    });
    const { masterKey } = keys;
    logger.info({ event: "started", url, policyPack: pack.id, seconds: (now() - begun) / 1_000 });
    return {
      url,
      server,
      stores,
      lists: services.lists,
      identity,
      masterKey,
      ready: () => health.up(),
      close: async () => {
        logger.info({ event: "stopping" });
        await closing.all();
        logger.info({ event: "stopped" });
      },
      fatal: (error) => logger.fatal({ event: "unowned-error", err: error }, "The process ends."),
    };
  } catch (error) {
    // Why it did not start says more than what could not be closed then.
    await closing.all().catch(() => undefined);
    throw error;
  }
}
