import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { GuardedLog } from "../../src/audit/guarded-log.ts";
import { conditionOf, MOST_BEHIND_MS, troubleOf } from "../../src/audit/log-condition.ts";
import { logSigner } from "../../src/audit/log-key.ts";
import { Publisher } from "../../src/audit/publisher.ts";
import { Receipts } from "../../src/audit/receipts.ts";
import { auditFindings } from "../../src/observe/audit-findings.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresLogStore } from "../../src/storage/postgres/audit/log-store.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { NOON } from "../storage/governed-fixture.ts";
import { putGovernedStore } from "../servers/governed-stores.ts";
import { onBothTwins } from "../servers/governed-twins.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const entry = (reason: string) =>
  ({
    actor: "investigator",
    organisation: 1,
    action: "enquiry.ask",
    outcome: "asked",
    subject: { reason },
    requestId: null,
  }) as const;
const unavailable = { code: "LOG_UNAVAILABLE", status: 503, retryAfter: 5 };

/** The store of the log's tree, until its disk is full. */
class FillingStore extends PostgresLogStore {
  full = false;

  override grow<T>(work: Parameters<PostgresLogStore["grow"]>[0]): Promise<T> {
    if (this.full) return Promise.reject(new Error("could not extend file: No space left on device"));
    return super.grow(work) as Promise<T>;
  }
}

/** The store of the log's tree whose messages never arrive: a connection that is half open. */
class DeafStore extends PostgresLogStore {
  override onGrowth(): Promise<() => Promise<void>> {
    return Promise.resolve(() => Promise.resolve());
  }
}

onBothTwins("a log that cannot be written or proved", (twin) => {
  it("publishes what it writes, and what others wrote, though the store tells it nothing", async () => {
    const store = new DeafStore(twin.database);
    const raw = new PostgresAuditLog(twin.database, () => NOON);
    const published = async () => (await store.newest())?.size ?? 0;
    const publishing = async (lookMs: number) => {
      const publisher = new Publisher(store, logSigner(privateKey), () => NOON, { lookMs });
      const grew = () => publisher.wake();
      await publisher.start();
      return { publisher, log: new GuardedLog(raw, () => undefined, new Receipts(), { grew }) };
    };
    const writer = await publishing(3_600_000);
    const { index: own } = await writer.log.append(entry("of this process"));
    await expect.poll(published).toBe(own + 1);
    await writer.publisher.stop();

    const other = await publishing(20);
    const { index: others } = await raw.append(entry("of another process"));
    await expect.poll(published).toBe(others + 1);
    await other.publisher.stop();
  });

  it("takes no entry once its checkpoints are late, says why, and goes on by itself", async () => {
    let elapsed = 0;
    const store = new FillingStore(twin.database);
    const errors: unknown[] = [];
    const publisher = new Publisher(store, logSigner(privateKey), () => NOON, {
      elapsed: () => elapsed,
      failed: (error) => errors.push(error),
    });
    const raw = new PostgresAuditLog(twin.database, () => NOON);
    const log = new GuardedLog(raw, () => troubleOf(publisher), new Receipts());
    await publisher.start();
    await log.append(entry("before"));

    store.full = true;
    publisher.wake();
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    elapsed += MOST_BEHIND_MS;
    await log.append(entry("while it is only a little late"));
    elapsed += 1;
    const { length } = await raw.from(0, 99);
    await expect(log.append(entry("too late"))).rejects.toMatchObject(unavailable);
    expect(await raw.from(0, 99)).toHaveLength(length);
    const behind = await conditionOf(store, publisher, [], NOON);
    expect(behind.trouble).toMatch(/waiting for a signed checkpoint for 30 seconds/);
    expect(auditFindings(behind)[0]).toMatchObject({ name: "audit log", state: "critical" });

    store.full = false;
    await expect.poll(() => troubleOf(publisher)).toBeUndefined();
    await log.append(entry("after"));
    await publisher.stop();
    const { trouble, waiting, entries } = await conditionOf(store, publisher, [], NOON);
    expect({ trouble, waiting, entries }).toEqual({ trouble: undefined, waiting: 0, entries: length + 1 });
  });

  it("refuses an entry that its store does not take, in words for whoever asked", async () => {
    const broken: Database = { ...twin.database, transaction: () => Promise.reject(new Error("disk full")) };
    const log = new GuardedLog(new PostgresAuditLog(broken, Date.now), () => undefined, new Receipts());
    await expect(log.append(entry("x"))).rejects.toMatchObject(unavailable);
  });

  it("never goes back in time, and reports a clock that was moved back", async () => {
    const store = new PostgresLogStore(twin.database);
    const ahead = await new PostgresAuditLog(twin.database, () => NOON + 3_600_000).append(entry("ahead"));
    const back = await new PostgresAuditLog(twin.database, () => NOON).append(entry("moved back"));
    expect(back.at).toEqual(ahead.at);
    const publisher = { broken: undefined, behindMs: 0 };
    const moved = await conditionOf(store, publisher, [], NOON);
    expect(moved.clockBehindMs).toBe(3_600_000);
    expect(auditFindings(moved)[1]).toMatchObject({
      name: "audit clock",
      state: "critical",
      finding: "3600 s behind the newest entry of the log",
    });
    const inStep = await conditionOf(store, publisher, [], NOON + 3_600_000);
    expect(auditFindings(inStep)[1]).toMatchObject({ name: "audit clock", state: "well" });
  });
});

it("loses nothing it acknowledged when its disk fills up, and goes on when there is room again", async ({
  skip,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-full-"));
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", folder]).status !== 0) {
    process.stderr.write("SKIPPED: no small disk can be mounted here, a full one is not tested\n");
    skip();
  }
  const open = async () => {
    const database = await openPglite(join(folder, "postgres"));
    const raw = new PostgresAuditLog(database, Date.now);
    return { database, raw, log: new GuardedLog(raw, () => undefined, new Receipts()) };
  };
  try {
    await putGovernedStore(join(folder, "postgres"));
    let { database, raw, log } = await open();
    const acknowledged = new Map<number, string>();
    const write = async (): Promise<void> => {
      const { index, leafHash } = await log.append(entry("a long reason ".repeat(2_000)));
      acknowledged.set(index, leafHash.toString("hex"));
    };
    await write();
    const filler = join(folder, "filler");
    fill(filler);
    const writing = async (): Promise<never> => {
      for (;;) await write();
    };
    await expect(writing()).rejects.toMatchObject(unavailable);
    rmSync(filler);
    await write().catch(async () => {
      // A server that could not even write ahead has stopped; its supervisor starts it again.
      await database.close().catch(() => undefined);
      ({ database, raw, log } = await open());
      await write();
    });
    const entries = await raw.from(0, 10_000);
    expect(entries.map(({ index }) => index)).toEqual(entries.map((_, at) => at));
    for (const { index, leafHash } of entries)
      expect(leafHash.toString("hex")).toBe(acknowledged.get(index) ?? leafHash.toString("hex"));
    expect([...acknowledged.keys()].every((index) => index < entries.length)).toBe(true);
    await database.close();
  } finally {
    spawnSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

/** Takes all the room there is. */
function fill(file: string): void {
  const descriptor = openSync(file, "w");
  try {
    for (let size = 1 << 20; size >= 512;) {
      try {
        writeSync(descriptor, Buffer.alloc(size));
      } catch {
        size /= 2;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
