import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { LogBroken } from "../../src/audit/log-broken.ts";
import { logSigner } from "../../src/audit/log-key.ts";
import { PublishedLog } from "../../src/audit/published-log.ts";
import { Publisher } from "../../src/audit/publisher.ts";
import { Audited } from "../../src/audit/audited.ts";
import { forgetBefore } from "../../src/audit/redaction.ts";
import { consistencyProof, verifyConsistency, verifyInclusion } from "../../src/audit/tlog/proof.ts";
import type { ReadPublicFile } from "../../src/audit/tlog/public-files.ts";
import { openCheckpoint } from "../../src/audit/tlog/signed-checkpoint.ts";
import { parseTilePath } from "../../src/audit/tlog/tile.ts";
import { verifyLog } from "../../src/audit/tlog/verify-log.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresLogStore } from "../../src/storage/postgres/audit/log-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { NOON } from "../storage/governed-fixture.ts";

const YEAR_MS = 366 * 86_400_000;
const { privateKey } = generateKeyPairSync("ed25519");
const signer = logSigner(privateKey);
const entry = (subject: Record<string, unknown>, actor = "investigator") =>
  ({ actor, organisation: 1, action: "enquiry.ask", outcome: "asked", subject, requestId: "r" }) as const;

onBothTwins("the log that proves itself", (twin) => {
  let log: PostgresAuditLog;
  let store: PostgresLogStore;
  let published: PublishedLog;
  const publisher = (key: KeyObject = privateKey) =>
    new Publisher(store, logSigner(key), () => NOON, { failed: () => undefined });
  const write = (count: number, actor?: string) =>
    Promise.all(Array.from({ length: count }, (_, n) => log.append(entry({ vrm: `AB${n}` }, actor))));
  const newest = async () => openCheckpoint((await published.checkpoint()) ?? "", signer.verifier);
  /** The log's public address and, for auditors, its leaves. */
  const files: ReadPublicFile = async (path) => {
    if (path === "checkpoint") return Buffer.from((await published.checkpoint()) ?? "");
    const place = parseTilePath(path);
    if (place === null) return null;
    return place.level === "entries"
      ? published.entries(place.index, place.width)
      : published.tile(place.level, place.index, place.width);
  };

  beforeEach(() => {
    log = new PostgresAuditLog(twin.database, () => NOON);
    store = new PostgresLogStore(twin.database);
    published = new PublishedLog(store, signer.verifier);
  });

  it("publishes what is new, in a checkpoint that continues every one before it", async () => {
    const seen = [];
    for (const count of [1, 255, 1, 300, 3]) {
      await write(count);
      while (await publisher().publish());
      seen.push(await newest());
    }
    expect(seen.map(({ size }) => size)).toEqual([1, 256, 257, 557, 560]);
    const last = seen.at(-1)!;
    for (const { size, root } of seen) {
      const proof = await consistencyProof(size, last.size, published.readTile);
      expect(
        verifyConsistency({ oldSize: size, oldRoot: root, newSize: last.size, newRoot: last.root, proof }),
      ).toBe(true);
    }
    expect(await verifyLog(last, files)).toMatchObject({ holds: true, entriesRead: 560 });
  });

  it("publishes nothing where nothing is new", async () => {
    const before = await published.checkpoint();
    expect(await publisher().publish()).toBe(false);
    expect(await published.checkpoint()).toBe(before);
  });

  it("proves each entry, and only once a checkpoint covers it", async () => {
    const { index, leafHash } = await log.append(entry({ vrm: "AB1" }));
    expect(await published.proof(index)).toBeNull();
    await publisher().publish();
    const { root, size } = await newest();
    for (const at of [0, 255, 256, index]) {
      const found = (await published.proof(at))!;
      expect(verifyInclusion({ ...found, root })).toBe(true);
      expect(found.size).toBe(size);
    }
    expect((await published.proof(index))?.leafHash).toEqual(leafHash);
  });

  it("shows no hash that no checkpoint covers", async () => {
    const { size } = await newest();
    await write(3);
    const [tile, width] = [Math.floor(size / 256), size % 256];
    expect(await published.tile(0, tile, width)).toHaveLength(width * 32);
    expect(await published.tile(0, tile, width - 1)).toHaveLength((width - 1) * 32);
    expect(await published.tile(0, tile, width + 1)).toBeNull();
    expect(await published.tile(0, tile + 1, 1)).toBeNull();
    expect(await published.tile(5, 0, 1)).toBeNull();
    expect(await published.entries(tile, width + 1)).toBeNull();
    await publisher().publish();
    expect(await published.tile(0, tile, width + 3)).toHaveLength((width + 3) * 32);
  });

  it("publishes each entry once, whoever publishes at the same time", async () => {
    await write(40);
    const { size } = await newest();
    await Promise.all([publisher().publish(), publisher().publish(), publisher().publish()]);
    const after = await newest();
    expect(after.size).toBe(size + 40);
    expect(await verifyLog(after, files)).toMatchObject({ holds: true });
  });

  it("finds by VRM, NRD, authority, head, outcome and time, and by nothing else", async () => {
    const mine = { actor: "seeker" };
    const [asked] = await Promise.all([
      log.append({
        ...entry({ authority: "MID-1", question: { kind: "place", nrds: [7001, 7002], vrm: "ZZ99ZZZ" } }),
        ...mine,
      }),
      log.append({ ...entry({ read: `7003-${NOON}`, under: { authority: "MID-2" } }), ...mine }),
      log.append({ ...entry({ vrms: ["YY1", "YY2"] }), ...mine, action: "session.open", outcome: "done" }),
    ]);
    const indexes = async (filter: object) =>
      (await log.find({ ...mine, ...filter, limit: 9 })).map(({ index }) => index - asked.index).reverse();
    expect(await indexes({ vrm: "ZZ99ZZZ" })).toEqual([0]);
    expect(await indexes({ vrm: "YY2" })).toEqual([2]);
    expect(await indexes({ vrm: "YY" })).toEqual([]);
    expect(await indexes({ nrd: 7002 })).toEqual([0]);
    expect(await indexes({ nrd: 7003 })).toEqual([1]);
    expect(await indexes({ authority: "MID-2" })).toEqual([1]);
    expect(await indexes({ head: "access" })).toEqual([2]);
    expect(await indexes({ actions: ["enquiry.ask", "session.open"] })).toEqual([0, 1, 2]);
    expect(await indexes({ outcome: "done" })).toEqual([2]);
    expect(await indexes({ from: NOON, to: NOON + 1 })).toEqual([0, 1, 2]);
    expect(await indexes({ to: NOON })).toEqual([]);
    expect(await indexes({ organisation: 2 })).toEqual([]);
    expect(await indexes({ vrm: "' or true --" })).toEqual([]);
  });

  it("refuses an entry whose leaf no bundle could hold, and it alone", async () => {
    const results = await Promise.allSettled([
      log.append(entry({ reason: "before" })),
      log.append(entry({ rules: ["x".repeat(70_000)] })),
      log.append(entry({ reason: "after" })),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const kept = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.index] : []));
    expect(kept[1]).toBe((kept[0] ?? 0) + 1);
  });

  it("lets no member of a subject stand for who it was", async () => {
    const { index } = await log.append(entry({ actor: "somebody else", requestId: "another" }, "the one"));
    const [read] = await log.from(index, 1);
    expect(read).toMatchObject({ actor: "the one", requestId: "r" });
  });

  it("forgets which vehicle was where with the reads, and keeps who looked, why and under which authority", async () => {
    const said = { reason: "a stolen car", authority: "OP/1", kind: "vrm", from: "2026-01-01T00:00:00Z" };
    const { index } = await log.append(entry({ ...said, vrm: "WH3RE1", nrds: [7] }));
    const nrd = await log.append({ ...entry({ nrd: 7, reason: "Moved" }), action: "nrd.state" });
    await publisher().publish();
    const before = (await published.proof(index))!;
    const due = await log.toForget(NOON + 1, 1_000, "vehicles");
    expect(due).toMatchObject({ to: index });
    expect(await forgetBefore(log, new Audited(log), NOON + 1, "vehicles")).toBe(due?.count);
    expect(await log.toForget(NOON + 1, 1_000, "vehicles")).toBeNull();

    const [kept] = await log.from(index, 1);
    expect(kept).toMatchObject({
      actor: "investigator",
      subject: said,
      redacted: ["nrds", "vrm"],
      fault: null,
    });
    expect(kept?.subject).not.toHaveProperty("vrm");
    expect(await log.find({ vrm: "WH3RE1", limit: 1 })).toEqual([]);
    expect(await log.find({ authority: "OP/1", limit: 1 })).toMatchObject([{ index }]);
    expect((await published.proof(index))?.leafHash).toEqual(before.leafHash);
    // What an act about a camera says is no vehicle.
    expect((await log.from(nrd.index, 1))[0]?.subject).toEqual({ nrd: 7, reason: "Moved" });
  });

  it("forgets every value older than it may be kept, step by step, and each entry still proves its place", async () => {
    const { index } = await log.append({
      ...entry({ vrm: "GONE1", reason: "a stolen car", kind: "vrm" }),
      outcome: "allowed",
    });
    await publisher().publish();
    const before = (await published.proof(index))!;
    const old = new PostgresAuditLog(twin.database, () => NOON + 7 * YEAR_MS);
    const recent = await old.append(entry({ vrm: "KEEP1" }));
    const { size } = await newest();
    expect(await forgetBefore(old, new Audited(old), NOON + YEAR_MS, "age", 200)).toBe(
      size + (recent.index - size),
    );
    expect(await log.find({ actor: "investigator", to: NOON + YEAR_MS, limit: 1 })).toEqual([]);
    expect((await log.from(recent.index, 1))[0]?.subject).toEqual({ vrm: "KEEP1" });
    const [gone] = await log.from(index, 1);
    expect(gone).toMatchObject({
      actor: "",
      subject: { kind: "vrm" },
      redacted: expect.arrayContaining(["vrm"]),
    });
    expect(await log.find({ vrm: "GONE1", limit: 1 })).toEqual([]);
    const after = (await published.proof(index))!;
    expect(after.leaf).toEqual(before.leaf);
    expect(verifyInclusion({ ...after, root: (await newest()).root })).toBe(true);
    while (await publisher().publish());
    expect(await verifyLog(await newest(), files)).toMatchObject({ holds: true });
  });

  it("lets nothing else of an entry, a tile or a checkpoint be changed", async () => {
    const { index } = await log.append(entry({ question: { a: 1, b: [1, 2] }, other: "x" }));
    const changes = [
      `sealed = sealed || '{"other": "y"}'`,
      `sealed = sealed || '{"question": {"a": 1}}'`,
      `sealed = sealed - 'other'`,
      `salts = salts - 'other'`,
      `salts = salts || '{"other": "AAAA"}'`,
      "at = at - interval '1 hour'",
      "leaf = '\\x00'",
      `open = '{"kind": "x"}'`,
    ];
    for (const change of changes) {
      const update = twin.database.query(`update audit_entry set ${change} where index = $1`, [index]);
      await expect(update, change).rejects.toThrow(/only grows/);
    }
    for (const sql of [
      "update audit_checkpoint set size = 1",
      "delete from audit_checkpoint",
      "truncate audit_checkpoint, audit_cosignature",
      "truncate audit_cosignature",
      "update audit_tile set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)",
      "update audit_tile set hashes = substring(hashes from 33) where level = 0",
      "update audit_tile set index = index + 1000",
      "delete from audit_tile",
      "truncate audit_tile",
    ]) {
      await expect(twin.database.query(sql), sql).rejects.toThrow(/only grows/);
    }
  });

  it("never signs over a log that was changed behind its back, and says so for good", async () => {
    await write(1);
    const before = await published.checkpoint();
    await expect(publisher(generateKeyPairSync("ed25519").privateKey).publish()).rejects.toThrow(LogBroken);

    const [edge] = await twin.database.query<{ hashes: Buffer; index: number }>(
      "select index, hashes from audit_tile where level = 0 order by index desc limit 1",
    );
    const { hashes, index } = edge!;
    const forged = Buffer.from(hashes);
    forged[0]! ^= 1;
    // Whoever owns the database can take its own guard away.
    await twin.database.exec("alter table audit_tile disable trigger audit_tile_only_grows");
    const put = (bytes: Buffer) =>
      twin.database.query("update audit_tile set hashes = $1 where level = 0 and index = $2", [bytes, index]);
    for (const wrong of [forged, hashes.subarray(32)]) {
      await put(wrong);
      const broken = publisher();
      await broken.start();
      expect(broken.broken).toMatch(/signed|must hold/);
      await put(hashes);
      broken.wake();
      await broken.stop();
      expect(await published.checkpoint()).toBe(before);
    }
    await publisher().publish();
    expect(await verifyLog(await newest(), files)).toMatchObject({ holds: true });
  });

  it("keeps cosignatures beside the checkpoint they are over", async () => {
    const { size } = await newest();
    await write(1);
    expect(await published.cosigned()).toBeNull();
    await store.cosign(size, "witness.example", "— witness.example AAAA\n", new Date(NOON));
    await store.cosign(size, "witness.example", "— witness.example BBBB\n", new Date(NOON));
    expect(await published.checkpoint()).toMatch(
      /\n— waywarden\.log\/[0-9a-f]{16} \S+\n— witness\.example AAAA\n$/,
    );
    await publisher().publish();
    expect(await published.checkpoint()).not.toContain("witness.example");
    expect(await published.cosigned()).toContain(`\n${size}\n`);
    expect(await store.cosignedBy("witness.example")).toBe(size);
    expect(await store.cosignedBy("another.example")).toBe(0);
  });
});
