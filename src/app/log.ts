import { serviceActs } from "../audit/acts/service.ts";
import { service } from "../audit/actor.ts";
import { Audited } from "../audit/audited.ts";
import { join, resolve } from "node:path";
import { CollectionLog } from "../audit/collection.ts";
import { conditionOf, troubleOf, type LogCondition } from "../audit/log-condition.ts";
import { GuardedLog } from "../audit/guarded-log.ts";
import { LogBroken } from "../audit/log-broken.ts";
import { logSigner } from "../audit/log-key.ts";
import { PublishedLog } from "../audit/published-log.ts";
import { mirroredCheckpoint } from "../audit/mirrored-checkpoint.ts";
import { Publisher } from "../audit/publisher.ts";
import { Receipts } from "../audit/receipts.ts";
import { signedFile } from "../audit/signed-file.ts";
import { checkpointText } from "../audit/tlog/checkpoint.ts";
import { EMPTY_ROOT } from "../audit/tlog/hash.ts";
import { signNote, type NoteVerifier } from "../audit/tlog/signed-note.ts";
import { knownWitness, WitnessRound } from "../audit/witness-round.ts";
import type { Settings } from "../config.ts";
import type { Keys } from "../identity/keys/key-files.ts";
import type { Logger } from "../observe/log.ts";
import { readsStoredSince } from "../storage/clickhouse/archive/stored-since.ts";
import { requireDurable } from "../storage/postgres/durable.ts";
import { PostgresLogStore } from "../storage/postgres/audit/log-store.ts";
import { NUMBERS_A_NODE } from "./intake.ts";
import type { Stores } from "./stores.ts";

/** Entries that are not what was logged are named up to so many; by then it is clear that somebody changed the log. */
const MOST_FAULTY = 100;

/** Others may take so long to say what they have seen of the log; whoever is away does not hold up a start. */
const ELSEWHERE_MS = 3_000;
const SEEN_ELSEWHERE =
  "Was all of it, log.signed too, put back from a backup? Put the newest state back, with everything written since. Only if that " +
  "is lost for good, or if it is they who are wrong: tell mirrors and witnesses that the log forks here, take this one out of the " +
  "settings, and start again (docs/audit-log.md).";

/** Everything of the audit log: its guarded writing side, what publishes it, and what it shows. */
export async function openLog(
  { settings, stores, keys }: { readonly settings: Settings; readonly stores: Stores; readonly keys: Keys },
  logger: Logger,
  now: () => number,
) {
  await requireDurable(stores.database);
  const store = new PostgresLogStore(stores.database);
  const signer = logSigner(keys.logKey);
  const published = new PublishedLog(store, signer.verifier);
  const witnesses = new WitnessRound({
    store,
    witnesses: settings.witnesses.map(knownWitness),
    cosigns: settings.roles.includes("jobs"),
    contradicted: (why) => publisher.halt(`${why} ${SEEN_ELSEWHERE}`),
    empty: () => signNote(checkpointText({ origin: signer.name, size: 0, root: EMPTY_ROOT }), [signer]),
    readTile: published.readTile,
    now,
    failed: (witness, why) => logger.warn({ event: "witness-refused", witness, why }),
  });
  const publisher = new Publisher(store, signer, now, {
    memory: signedFile(join(resolve(settings.data), "keys/log.signed")),
    published: () => witnesses.wake(),
    failed: (error) => {
      const line = { event: "log-not-published", err: error };
      if (error instanceof LogBroken) logger.fatal(line, "The audit log is broken; nothing is answered.");
      else logger.error(line);
    },
  });
  // Others remember what a folder that was put back whole, `log.signed` with it, has forgotten.
  await Promise.all([
    witnesses.ask(ELSEWHERE_MS),
    ...settings.logMirrors.map((mirror) => continueMirror(mirror, signer.verifier, publisher, logger)),
  ]);
  if (publisher.broken !== undefined) throw new LogBroken(publisher.broken);
  await publisher.start();
  if (publisher.broken !== undefined) throw new LogBroken(publisher.broken);
  const receipts = new Receipts();
  const faulty = new Set<number>();
  const audit = new GuardedLog(stores.audit, () => troubleOf(publisher), receipts, {
    grew: () => publisher.wake(),
    faulty: ({ index, fault }) => {
      if (faulty.has(index) || faulty.size >= MOST_FAULTY) return;
      faulty.add(index);
      logger.fatal(
        { event: "log-entry-changed", entry: index, why: fault },
        "An entry is not what was logged.",
      );
    },
  });
  const condition = (): Promise<LogCondition> =>
    conditionOf(store, publisher, witnesses.states, now(), faulty);
  const numbers = { first: settings.node * NUMBERS_A_NODE, end: (settings.node + 1) * NUMBERS_A_NODE };
  const collection = new CollectionLog({
    log: audit,
    node: settings.node,
    now,
    storedSince: (received) => readsStoredSince(stores.clickhouse, received, numbers),
    failed: (error) => logger.error({ event: "collection-not-logged", err: error }),
    broken: () => publisher.broken,
  });
  return {
    /** What every room is given. */
    audit,
    store,
    published,
    receipts,
    collection,
    condition,
    /** Looks at every entry that was signed; answers how many. @throws LogBroken where one is not what was signed */
    checkAll: (): Promise<number> => publisher.check(0),
    /** Resolves when entries can be logged. @throws Error that says why they cannot */
    check: async (): Promise<void> => {
      const { trouble } = await condition();
      if (trouble !== undefined) throw new Error(trouble);
    },
    /** Logs the end, publishes what has been written, and ends. */
    async close(): Promise<void> {
      await new Audited(audit)
        .do(service("service"), serviceActs.stop, { roles: settings.roles })
        .catch((error: unknown) => logger.error({ event: "stop-not-logged", err: error }));
      await publisher.stop();
      await witnesses.stop();
    },
  };
}

/** What a mirror kept of the log must be continued. A mirror that is away, or holds nothing of this log, is told and passed by. */
async function continueMirror(
  mirror: string,
  key: NoteVerifier,
  publisher: Publisher,
  logger: Logger,
): Promise<void> {
  try {
    const shown = await mirroredCheckpoint(mirror, key, { timeoutMs: ELSEWHERE_MS });
    await publisher.requireShown(shown, `The mirror ${mirror} kept it. ${SEEN_ELSEWHERE}`);
  } catch (error) {
    if (!(error instanceof LogBroken)) logger.warn({ event: "mirror-not-asked", mirror, why: String(error) });
  }
}
