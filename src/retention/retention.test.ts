import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aGrant, aRead } from "../../test/archive/read-builders.ts";
import type { AuditEntry } from "../audit/audit-log.ts";
import { Audited } from "../audit/audited.ts";
import { ArchiveWriter } from "../archive/archive-writer.ts";
import { expirableImages } from "../archive/expirable-images.ts";
import { fitImages } from "../archive/image-policy.ts";
import type { ImageVault } from "../archive/image-vault.ts";
import { preserve, type PreservedStore } from "../archive/preservation-copy.ts";
import type { ReadStore } from "../archive/read-store.ts";
import { openClickHouse } from "../storage/clickhouse/client.ts";
import type { ClickHouse } from "../storage/clickhouse/clickhouse.ts";
import { expirableImageIndex, expirableReads } from "../storage/clickhouse/retention/expirable-tables.ts";
import { archiveTraces } from "../storage/clickhouse/retention/traces.ts";
import { openImageIndex } from "../storage/clickhouse/archive/image-index.ts";
import { migrateClickHouse } from "../storage/clickhouse/migrate.ts";
import { openPreservedStore } from "../storage/clickhouse/archive/preserved-store.ts";
import { openReadStore } from "../storage/clickhouse/archive/read-store.ts";
import { openFolderVault } from "../storage/images/folder-vault.ts";
import { type Receipt, verifyReceipt } from "./receipt.ts";
import type { TraceKeeper } from "./traces.ts";
import {
  type Expirable,
  type Intent,
  type ReceiptStore,
  Retention,
  type RetentionParts,
} from "./retention.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const rules = { accessMonths: 12, deleteAfterDays: 367, lateAfterHours: 36, daysAtOnce: 7 };
const operator = { name: "operator", person: 1, organisation: 1, requestId: "r" };
const at = (text: string): number => Date.parse(text);

class StoreInMemory implements ReceiptStore {
  intents: Intent[] = [];
  receipts: Receipt[] = [];
  success: number | null = null;
  unfinished = async (): Promise<readonly Intent[]> => [...this.intents];
  begin = async (intent: Intent): Promise<void> => void this.intents.push(intent);
  append = async (receipt: Receipt): Promise<void> => {
    this.receipts.push(receipt);
    this.intents = this.intents.filter(({ day }) => day !== receipt.day);
  };
  succeeded = async (moment: number): Promise<void> => void (this.success = moment);
  lastSuccess = async (): Promise<number | null> => this.success;
}

describe("retention over the real archive", () => {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-retention-"));
  const masterKey = randomBytes(32);
  let clickhouse: ClickHouse;
  let reads: ReadStore;
  let vault: ImageVault;
  let preservedVault: ImageVault;
  let preservedStore: PreservedStore;
  let writer: ArchiveWriter;
  let receipts: StoreInMemory;
  let logged: unknown[];

  const store = (captured: string, images = true): Promise<void> => {
    const read = aRead({ captured: at(captured), received: at(captured) + 500 });
    const image = { ...read, kind: "patch", jpeg: Buffer.from(`patch of ${captured}`) } as const;
    return writer.write([read], images ? [image] : []);
  };
  const retention = (more: Partial<RetentionParts> = {}): Retention =>
    new Retention({
      rules,
      policyPack: "uk-2026.1",
      reads: expirableReads(clickhouse),
      others: [expirableImageIndex(clickhouse), expirableImages(vault)],
      traces: [archiveTraces(clickhouse)],
      signingKey: privateKey,
      store: receipts,
      audited: new Audited({
        append: async ({ actor, outcome, subject }) => {
          logged.push({ actor, outcome, subject, held: await held() });
          return { index: logged.length } as AuditEntry;
        },
      }),
      ...more,
    });
  const held = (): Promise<readonly string[]> => expirableReads(clickhouse).daysHeld();

  beforeAll(async () => {
    clickhouse = await openClickHouse({ folder: join(folder, "clickhouse") });
    await migrateClickHouse(clickhouse);
    reads = openReadStore(clickhouse);
    vault = openFolderVault({ folder: join(folder, "images"), keys: join(folder, "keys"), masterKey });
    preservedVault = openFolderVault({
      folder: join(folder, "preserved"),
      keys: join(folder, "preserved-keys"),
      masterKey,
      bucketOf: () => "preserved",
    });
    preservedStore = openPreservedStore(clickhouse);
    const index = openImageIndex(clickhouse);
    writer = new ArchiveWriter({
      reads,
      index,
      vault,
      fit: fitImages({ patchBytes: 3072, overviewBytes: 25_600 }),
    });
  });
  beforeEach(async () => {
    receipts = new StoreInMemory();
    logged = [];
    for (const table of ["reads", "read_image"]) await clickhouse.command(`TRUNCATE TABLE ${table}`);
    for (const day of await vault.daysHeld()) await vault.destroyDay(day);
  });
  afterAll(async () => {
    await Promise.all([vault.close(), preservedVault.close(), clickhouse.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it("deletes what is past the limit, keeps what is not, and proves it", async () => {
    await store("2024-02-29T08:00:00Z");
    await store("2024-02-29T23:59:59.999Z", false);
    await store("2024-03-01T00:00:00Z");
    expect(await retention().expire(at("2025-03-01T23:59:59Z"))).toEqual([]);
    const outcomes = await retention().expire(at("2025-03-02T00:00:00Z"));
    expect(outcomes).toMatchObject([{ kind: "deleted", day: "2024-02-29" }]);
    expect(await held()).toEqual(["2024-03-01"]);
    expect(await vault.daysHeld()).toEqual(["2024-03-01"]);
    const [receipt] = receipts.receipts;
    expect(receipt).toMatchObject({
      day: "2024-02-29",
      policyPack: "uk-2026.1",
      counts: { reads: 2, "image-index": 1, "image-days": 1 },
      survivors: 0,
      finishedAt: "2025-03-02T00:00:00.000Z",
    });
    expect(receipt?.digest).toMatch(/^sum-of-sha256:[0-9a-f]{64}$/);
    expect(receipt?.digest).not.toMatch(/:0+$/);
    expect(verifyReceipt(receipt as Receipt, publicKey)).toBe(true);
  });

  it("leaves nothing of a dropped day on disk", async () => {
    const traces = (): string[] =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
        /20240505_.*\.bin|2024-05-05/.test(file),
      );
    await store("2024-05-05T08:00:00Z");
    expect(traces().length).toBeGreaterThan(3);
    await retention().expire(at("2025-06-01T00:00:00Z"));
    expect(traces()).toEqual([]);
  });

  it("returns nothing older than twelve months although it is not deleted yet", async () => {
    await store("2025-11-20T08:00:00Z");
    const query = { vrm: "AB12CDE", from: 0, to: at("2027-01-01T00:00:00Z"), limit: 10, cursor: null };
    const grant = aGrant({ accessFloor: at("2025-11-20T08:00:00.001Z") });
    expect((await reads.byVrm(grant, query)).count).toBe(0);
    expect(await held()).toEqual(["2025-11-20"]);
  });

  it("takes an interrupted deletion up again with the figures of the first run", async () => {
    await store("2024-01-10T08:00:00Z");
    const broken: Expirable = {
      name: "hits",
      countOfDay: async () => 7,
      deleteDay: () => Promise.reject(new Error("the power failed")),
    };
    await expect(retention({ others: [broken] }).expire(at("2025-06-01T00:00:00Z"))).rejects.toThrow("power");
    expect(await held()).toEqual([]);
    expect(receipts.success).toBeNull();
    await retention().expire(at("2025-06-01T01:00:00Z"));
    expect(receipts.receipts).toMatchObject([{ day: "2024-01-10", counts: { reads: 1, hits: 7 } }]);
    expect(await vault.daysHeld()).toEqual([]);
    expect(receipts.success).toBe(at("2025-06-01T01:00:00Z"));
  });

  it("has in the log what a day's deletion will destroy before it touches anything, and how it ended", async () => {
    await store("2024-01-10T08:00:00Z");
    const now = at("2025-06-01T00:00:00Z");
    const unwritable = new Audited({
      append: async () => {
        throw new Error("the log cannot be written");
      },
    });
    await expect(retention({ audited: unwritable }).expire(now)).rejects.toMatchObject({
      code: "LOG_UNAVAILABLE",
    });
    expect(await held()).toEqual(["2024-01-10"]);
    await retention().expire(now);
    const subject = {
      day: "2024-01-10",
      counts: { reads: 1, "image-index": 1, "image-days": 1 },
      digest: expect.any(String),
    };
    expect(logged).toEqual([
      { actor: "retention", outcome: "asked", subject, held: ["2024-01-10"] },
      { actor: "retention", outcome: "done", subject, held: [] },
    ]);
  });

  it("finds survivors in a store that says it has deleted and has not", async () => {
    await store("2024-01-10T08:00:00Z");
    const lying: Expirable = { name: "hits", countOfDay: async () => 2, deleteDay: async () => {} };
    const outcomes = await retention({ others: [lying], traces: [] }).expire(at("2025-06-01T00:00:00Z"));
    expect(outcomes).toEqual([{ kind: "survivors", day: "2024-01-10", survivors: { hits: 2 } }]);
    expect(logged.at(-1)).toMatchObject({ outcome: "failed", subject: { survivors: { hits: 2 } } });
    expect(receipts.receipts).toEqual([]);
    expect(receipts.success).toBeNull();
  });

  it("deletes one day on demand only when it is past the limit", async () => {
    await store("2025-01-10T08:00:00Z");
    const early = await retention().expireDay("2025-01-10", at("2026-01-11T00:00:00Z"), operator);
    expect(early).toMatchObject({ kind: "refused", reason: expect.stringContaining("2026-01-12") });
    expect(await held()).toEqual(["2025-01-10"]);
    expect(await retention().expireDay("2025-01-10", at("2026-01-12T00:00:00Z"), operator)).toMatchObject({
      kind: "deleted",
    });
    expect(await retention().expireDay("never", 0, operator)).toMatchObject({ kind: "refused" });
  });

  it("waits for a day that something holds back", async () => {
    await store("2024-01-10T08:00:00Z");
    const heldBack = async (): Promise<string> => "A preservation is being copied.";
    const outcomes = await retention({ heldBack }).expire(at("2025-06-01T00:00:00Z"));
    expect(outcomes).toMatchObject([{ kind: "refused", reason: "A preservation is being copied." }]);
    expect(logged.at(-1)).toMatchObject({
      outcome: "failed",
      subject: { day: "2024-01-10", reason: "A preservation is being copied." },
    });
    expect(await held()).toEqual(["2024-01-10"]);
  });

  it("deletes a later day without touching an older one that is held back", async () => {
    const key = { nrd: 5, captured: at("2024-01-10T08:00:00Z"), n: 0 };
    const heldBack = async (day: string): Promise<string | null> =>
      day === "2024-01-10" ? "One preserved read is not copied yet." : null;
    await store("2024-01-10T08:00:00Z");
    await store("2024-01-11T08:00:00Z");
    const now = at("2025-06-01T00:00:00Z");
    const outcomes = await retention({ heldBack }).expire(now);
    expect(outcomes).toMatchObject([
      { kind: "refused", day: "2024-01-10" },
      {
        kind: "deleted",
        day: "2024-01-11",
        receipt: { counts: { reads: 1, "image-index": 1, "image-days": 1 } },
      },
    ]);
    await store("2024-01-12T08:00:00Z");
    expect(await retention({ heldBack }).expireDay("2024-01-12", now, operator)).toMatchObject({
      kind: "deleted",
      receipt: { counts: { reads: 1 } },
    });
    expect(await held()).toEqual(["2024-01-10"]);
    expect(await vault.daysHeld()).toEqual(["2024-01-10"]);
    expect(receipts.success).toBeNull();
    const parts = { store: preservedStore, vault, preserved: preservedVault };
    expect(await preserve(parts, "P-2", [key])).toMatchObject({ reads: 1, images: 1, missing: [] });
  });

  it("leaves preserved reads and their images alone", async () => {
    await store("2024-01-10T08:00:00Z");
    await store("2024-01-10T09:00:00Z");
    const key = { nrd: 5, captured: at("2024-01-10T08:00:00Z"), n: 0 };
    const parts = { store: preservedStore, vault, preserved: preservedVault };
    const missing = { nrd: 5, captured: 1, n: 0 };
    expect(await preserve(parts, "P-1", [key, missing])).toEqual({ reads: 1, images: 1, missing: [missing] });
    expect(await preserve(parts, "P-1", [key])).toEqual({ reads: 1, images: 0, missing: [] });
    const outcomes = await retention().expire(at("2025-06-01T00:00:00Z"));
    expect(outcomes).toMatchObject([{ kind: "deleted" }]);
    expect(await preservedStore.reads("P-1")).toEqual([aRead({ ...key, received: key.captured + 500 })]);
    const [image, ...others] = await preservedStore.images("P-1", key);
    expect(others).toEqual([]);
    const jpeg = await preservedVault.read(image as never, { ...key, kind: "patch" });
    expect(jpeg.toString()).toBe("patch of 2024-01-10T08:00:00Z");
    expect(await reads.byId(aGrant(), `5-${key.captured}`)).toBeNull();
  });

  it("deletes no more days in one run than the pack lets it, oldest first, and says that others wait", async () => {
    for (const day of ["01", "02", "03"]) await store(`2024-03-${day}T08:00:00Z`, false);
    const few = retention({ rules: { ...rules, daysAtOnce: 2 } });
    const outcomes = await few.expire(at("2026-01-01T00:00:00Z"));
    expect(outcomes.map(({ day, kind }) => [day, kind])).toEqual([
      ["2024-03-01", "deleted"],
      ["2024-03-02", "deleted"],
      ["2024-03-03", "refused"],
    ]);
    expect(receipts.success).toBeNull();
    expect(await few.expire(at("2026-01-02T00:00:00Z"))).toMatchObject([{ kind: "deleted" }]);
    expect(receipts.success).not.toBeNull();
  });

  describe("bytes that outlive their row", () => {
    const day = "2024-04-10";
    const now = at("2026-01-01T00:00:00Z");
    const mark = { captured: at("2024-04-10T08:00:00Z"), vrm: "AB12CDE" };
    /** A store that forgets its rows at once, and whose bytes stay until `bytes` is 0; they are found by their mark alone. */
    const aDirtyStore = () => {
      const state = { rows: 1, bytes: 1 };
      const store: Expirable = {
        name: "hits",
        daysHeld: async () => (state.rows > 0 ? [day] : []),
        marksOfDay: async () => (state.rows > 0 ? [mark] : []),
        deleteDay: async () => void (state.rows = 0),
        countOfDay: async () => state.rows,
      };
      const keeper: TraceKeeper = {
        remove: async () => [],
        search: async (_day, marks) => {
          const isFound = state.bytes > 0 && marks.some(({ vrm }) => vrm === mark.vrm);
          return { found: isFound ? { pages: state.bytes } : {}, searched: ["pages"], notSearched: [] };
        },
      };
      return { state, parts: { others: [store], traces: [keeper] } };
    };

    it("are looked for again until they are gone", async () => {
      const { state, parts } = aDirtyStore();
      const one = retention(parts);
      for (let run = 0; run < 2; run++)
        expect(await one.expire(now)).toEqual([{ kind: "survivors", day, survivors: { pages: 1 } }]);
      state.bytes = 0;
      expect(await one.expire(now)).toMatchObject([{ kind: "deleted", receipt: { notSearched: [] } }]);
    });

    it("are said not to be searched by the process that takes the deletion up", async () => {
      const { parts } = aDirtyStore();
      await retention(parts).expire(now);
      const [outcome] = await retention(parts).expire(now);
      expect(outcome).toMatchObject({
        kind: "deleted",
        receipt: { notSearched: [expect.stringContaining("taken up again")] },
      });
    });
  });

  it("says when the job is overdue", async () => {
    expect((await retention().lateness(0)).late).toBe(true);
    await retention().expire(at("2026-01-01T00:00:00Z"));
    expect((await retention().lateness(at("2026-01-02T12:00:00Z"))).late).toBe(false);
    expect((await retention().lateness(at("2026-01-02T12:00:01Z"))).late).toBe(true);
    expect((await retention().lateness(at("2025-06-01T00:00:00Z"))).late).toBe(true);
  });
});
