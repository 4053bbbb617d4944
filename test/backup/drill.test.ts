import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ImageLocation, ReadImage } from "../../src/archive/image-vault.ts";
import { makeBackup } from "../../src/app/backup/make-backup.ts";
import { restoreBackup, type Restored } from "../../src/app/backup/restore-backup.ts";
import { verifyBackup } from "../../src/app/backup/verify-backup.ts";
import { loadSettings, type Settings } from "../../src/config.ts";
import { runCommand } from "../../src/cli/commands.ts";
import { openKeys } from "../../src/identity/keys/key-files.ts";
import { dayAt } from "../../src/retention/due-day.ts";
import { verifyReceipt, type Receipt } from "../../src/retention/receipt.ts";
import { aRead as anArchivedRead } from "../archive/read-builders.ts";
import { makeArchive } from "../servers/archive-stores.ts";
import { makeDatabase } from "../servers/governed-stores.ts";
import { onBothKindsOfStores } from "../servers/whole-twins.ts";
import { aHit } from "../storage/governed-fixture.ts";
import { ask, LISTED, pass, raiseHit } from "../app/scene.ts";
import { aJpeg, WholeApp } from "../app/whole-app.ts";

const DAY = 86_400_000;
const noonDaysAgo = (days: number): number => Date.parse(`${dayAt(Date.now() - days * DAY)}T12:00:00Z`);
/** Past its limit at the restore, two days later; deleted, with a receipt, before the backup; past its limit, and preserved. */
const FALLS_DUE = noonDaysAgo(366);
const DELETED = noonDaysAgo(370);
const WAITS = noonDaysAgo(369);
const AT_RESTORE = Date.now() + 2 * DAY;

onBothKindsOfStores("everything is lost and a backup put back", (twin) => {
  let whole: WholeApp;
  let aside: string;
  let hit: string;
  let seen: { hits: unknown; receipts: readonly Receipt[]; enquiry: unknown };
  let image: Buffer;
  let entries: number;
  let restored: Restored;
  const dropping: (() => Promise<void>)[] = [];

  const settingsOf = (more: Readonly<Record<string, unknown>> = twin.settings): Settings =>
    loadSettings({}, { overrides: { data: whole.folder, ...more } });
  const backup = () => join(aside, "backup");
  const restore = (more: Partial<Parameters<typeof restoreBackup>[0]> = {}): Promise<Restored> =>
    restoreBackup({
      settings: settingsOf(),
      source: backup(),
      now: () => AT_RESTORE,
      today: dayAt(AT_RESTORE),
      tell: (line) => void told.push(line),
      ...more,
    });
  let told: string[] = [];
  /** Only what a person keeps apart is left: the master key. */
  function loseEverything(): void {
    const key = readFileSync(join(whole.folder, "keys/master.key"));
    rmSync(whole.folder, { recursive: true });
    cpSync(join(aside, "keys"), join(whole.folder, "keys"), { recursive: true });
    writeFileSync(join(whole.folder, "keys/master.key"), key, { mode: 0o600 });
  }

  /** Databases of which nothing has been made yet. */
  async function emptyServers(): Promise<void> {
    if (twin.name === "embedded") return;
    const archive = await makeArchive();
    dropping.push(archive.drop);
    const governed = await makeDatabase({ migrated: false });
    if (governed !== undefined) dropping.push(governed.drop);
    twin.settings = { clickhouseUrl: archive.url, ...(governed && { postgresUrl: governed.url }) };
  }

  /** A day's read with its image, hit and place in the index. */
  async function fill(noon: number, vrm: string): Promise<string> {
    const { stores } = whole;
    const nrd = await whole.nrd(1);
    const read = anArchivedRead({ nrd, captured: noon, received: noon, vrm });
    await stores.reads.insert([read]);
    const picture = { nrd, captured: noon, n: read.n, kind: "patch" as const, jpeg: await aJpeg(40) };
    const [place] = await stores.vault.append([picture]);
    const { jpeg: _, ...indexed } = picture;
    await stores.imageIndex.insert([
      { ...indexed, treatment: "as-sent", ...(place as NonNullable<typeof place>) },
    ]);
    const [list] = await stores.lists.all();
    const [entry] = await stores.lists.entries(list?.id as number, { limit: 1 });
    await stores.hits.raise([
      aHit({
        readId: read.id,
        nrd,
        captured: noon,
        received: noon,
        vrm,
        sent: vrm,
        entry: entry?.id as number,
      }),
    ]);
    return read.id;
  }

  /** Preserved, and not copied yet: its day is past its limit, and waits. */
  async function preserve(id: string, captured: number): Promise<void> {
    const [person] = await whole.stores.people.all();
    const by = { organisation: person?.organisation.id as number, madeBy: person?.id as number };
    const why = { reference: "CASE-1", reason: "Trial pending", ...by };
    await whole.stores.preservations.preserve(why, [{ id, captured }]);
  }

  /** Vehicles of a list pass, with images, until it is told to end; then: how many passed. */
  function traffic(): () => Promise<number> {
    const under = { way: true };
    const passing = (async () => {
      let passed = 0;
      for (; under.way; passed++) await pass(whole, LISTED.low, { images: true });
      return passed;
    })();
    return () => {
      under.way = false;
      return passing;
    };
  }

  async function look(): Promise<typeof seen> {
    const hits = (await whole.call<{ items: readonly { id: string }[] }>("operator", "/v1/hits?limit=500"))
      .body.items;
    const receipts = (await whole.call<{ items: readonly Receipt[] }>("dpo", "/v1/retention/receipts")).body
      .items;
    const now = Date.now();
    const enquiry = await whole.call<{ count: number; items: readonly unknown[] }>(
      "investigator",
      "/v1/enquiries",
      {
        kind: "vrm",
        vrm: LISTED.high,
        authority: "MID-2026-0417",
        reason: "Looking for this vehicle",
        from: new Date(now - DAY).toISOString(),
        to: new Date(now + 3_600_000).toISOString(),
      },
    );
    return { hits: hits.find(({ id }) => id === hit), receipts, enquiry: enquiry.body.items };
  }

  const imageOf = async (): Promise<Buffer> => {
    const { readId } = (await look()).hits as { readId: string };
    const reply = await whole.fetch(`/v1/hits/${hit}/images/patch`, { headers: await whole.as("operator") });
    expect([reply.status, readId]).toEqual([200, readId]);
    return Buffer.from(await reply.arrayBuffer());
  };

  beforeAll(async () => {
    aside = mkdtempSync(join(tmpdir(), "waywarden-drill-"));
    whole = await WholeApp.start(undefined, { settings: twin.settings });
    await fill(DELETED, "D3L3TED");
    const run = await whole.call("dpo", "/v1/retention/runs", { day: dayAt(DELETED) });
    expect(run.status).toBe(200);
    await fill(FALLS_DUE, "DUE5OON");
    await preserve(await fill(WAITS, "PR353RV"), WAITS);
    hit = await raiseHit(whole, LISTED.high, { images: true });
    await ask(whole, LISTED.high);
    seen = await look();
    image = await imageOf();
    // Those on servers are backed up while the service runs; embedded stores belong to it.
    const isWhileItRuns = twin.settings["postgresUrl"] !== undefined;
    if (!isWhileItRuns) {
      await expect(makeBackup({ settings: settingsOf(), target: backup(), now: Date.now })).rejects.toThrow(
        /^BACKUP_IN_USE: .*in use by process.*Stop the service/,
      );
      await whole.stop();
    }
    const ended = isWhileItRuns ? traffic() : undefined;
    const made = await makeBackup({ settings: settingsOf(), target: backup(), now: Date.now });
    entries = made.log.entries;
    if (ended !== undefined) {
      expect(await ended()).toBeGreaterThan(1);
      await whole.stop();
    }
    cpSync(join(whole.folder, "keys/master.key"), join(aside, "keys/master.key"));
  });
  afterAll(async () => {
    await whole?.stop().catch(() => undefined);
    for (const drop of dropping) await drop();
    for (const folder of [whole?.folder ?? "", aside]) rmSync(folder, { recursive: true, force: true });
  });

  it("is its owner's alone, holds no key and no vehicle in clear, and is not written over", async () => {
    const master = readFileSync(join(aside, "keys/master.key"), "utf8").trim();
    for (const entry of readdirSync(backup(), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      expect([path, statSync(path).mode & 0o077]).toEqual([path, 0]);
      if (entry.isDirectory()) continue;
      const bytes = readFileSync(path);
      for (const secret of [master, Buffer.from(master, "hex"), "PRIVATE KEY", LISTED.high, "DUE5OON"])
        expect([path, bytes.includes(secret)]).toEqual([path, false]);
    }
    expect(readdirSync(aside).filter((name) => name.includes("unfinished"))).toEqual([]);
    await expect(makeBackup({ settings: settingsOf(), target: backup(), now: Date.now })).rejects.toThrow(
      /^BACKUP_EXISTS/,
    );
  });

  it("is checked with the key and without, and tells a damaged file by its name", async () => {
    const here = settingsOf();
    expect(await verifyBackup({ settings: here, source: backup() })).toMatchObject({
      wrong: [],
      sealChecked: true,
    });
    const elsewhere = settingsOf({ ...twin.settings, data: join(aside, "elsewhere") });
    expect(await verifyBackup({ settings: elsewhere, source: backup() })).toMatchObject({
      wrong: [],
      sealChecked: false,
    });
    const damaged = join(aside, "damaged");
    cpSync(backup(), damaged, { recursive: true });
    const flipped = join(damaged, "governed/hit.rows");
    const bytes = readFileSync(flipped);
    bytes.writeUInt8((bytes.at(40) as number) ^ 1, 40);
    writeFileSync(flipped, bytes);
    truncateSync(join(damaged, "keys/log.pem"), 10);
    writeFileSync(join(damaged, "stray"), "");
    const { wrong } = await verifyBackup({ settings: here, source: damaged });
    expect(wrong).toEqual([
      "governed/hit.rows was changed",
      expect.stringMatching(/^keys\/log\.pem has 10 bytes instead of \d+$/),
      "stray does not belong to it",
    ]);
    const manifest = join(damaged, "manifest.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/"entries": \d+/, '"entries": 1'));
    await expect(verifyBackup({ settings: here, source: damaged })).rejects.toThrow(
      /^BACKUP_DAMAGED: manifest\.json was changed/,
    );
  });

  it("is refused where something is there, with another key, from a clock nobody vouches for, and where it is damaged", async () => {
    await expect(restore()).rejects.toThrow(/^RESTORE_NOT_EMPTY: .* is there already/);
    loseEverything();
    if (twin.name === "servers") {
      await expect(restore()).rejects.toThrow(
        /^RESTORE_NOT_EMPTY: The database of the (ClickHouse|PostgreSQL) server/,
      );
      await emptyServers();
    }
    const key = join(whole.folder, "keys/master.key");
    const right = readFileSync(key);
    rmSync(key);
    await expect(restore()).rejects.toThrow(/^BACKUP_KEY_MISSING: .*master\.key is missing/);
    writeFileSync(key, `${"ab".repeat(32)}\n`, { mode: 0o600 });
    await expect(restore()).rejects.toThrow(/^BACKUP_KEY_WRONG: .*sealed with the master key [0-9a-f]{16}/);
    writeFileSync(key, right);
    await expect(restore({ keyFile: join(aside, "nothing") })).rejects.toThrow(
      /^BACKUP_KEY_MISSING: .*nothing/,
    );
    const later = { now: () => AT_RESTORE + 2 * DAY };
    await expect(restore({ ...later, today: undefined })).rejects.toThrow(/^RESTORE_CLOCK: .*--today/);
    await expect(restore({ ...later, today: dayAt(AT_RESTORE) })).rejects.toThrow(/^RESTORE_CLOCK/);
    const damaged = join(aside, "damaged");
    writeFileSync(join(damaged, "manifest.json"), readFileSync(join(backup(), "manifest.json")));
    await expect(restore({ source: damaged })).rejects.toThrow(
      /^BACKUP_DAMAGED: governed\/hit\.rows was changed; keys\/log\.pem/,
    );
    expect(readdirSync(whole.folder)).toEqual(["keys"]);
    expect(readdirSync(join(whole.folder, "keys"))).toEqual(["master.key"]);
  });

  it("comes back without the day that fell due, whose deletion the log has, and nothing starts before", async () => {
    let stopped: unknown;
    const failing = restore({
      now: () => {
        // The last time it looks at the clock: all is there, and nothing has been deleted yet.
        if (readdirSync(whole.folder).includes("clickhouse") || readdirSync(whole.folder).includes("images"))
          throw (stopped = new Error("killed"));
        return AT_RESTORE;
      },
    });
    await expect(failing).rejects.toThrow("killed");
    expect(stopped).toBeDefined();
    await expect(WholeApp.start(whole, { settings: twin.settings })).rejects.toThrow(/^RESTORE_UNFINISHED/);
    await expect(restore()).rejects.toThrow(/^RESTORE_UNFINISHED: .*Empty the data folder/);
    loseEverything();
    await emptyServers();
    told = [];
    restored = await restore();
    expect(told).toEqual([]);
    const due = dayAt(FALLS_DUE);
    expect(restored.leftOut).toContain(due);
    expect(restored.deleted).toContain(due);
    expect(readdirSync(join(whole.folder, "keys/images"))).not.toContain(`${due}.key`);
    expect(readdirSync(join(whole.folder, "images/days"))).not.toContain(due);
  });

  it("the service starts on it, and shows reads, hits, images and receipts as they were", async () => {
    whole = await WholeApp.start(whole, { settings: twin.settings });
    const { stores } = whole;
    const [old] = await stores.clickhouse.query<{ rows: number }>(
      "SELECT count() AS rows FROM reads WHERE captured < {before:DateTime}",
      { before: dayAt(Date.now() - 300 * DAY) },
    );
    expect(old).toEqual({ rows: 0 });
    expect((await stores.hits.list({ limit: 100 })).filter(({ vrm }) => vrm === "DUE5OON")).toEqual([]);
    expect((await stores.preserved.reads("CASE-1")).map(({ vrm }) => vrm)).toEqual(["PR353RV"]);
    const now = await look();
    expect(now.hits).toEqual(seen.hits);
    expect(now.enquiry).toEqual(seen.enquiry);
    expect(await imageOf()).toEqual(image);
    expect(now.receipts.slice(-seen.receipts.length)).toEqual(seen.receipts);
    expect(now.receipts.find(({ day }) => day === dayAt(FALLS_DUE))).toMatchObject({
      survivors: 0,
      counts: { hits: 1, reads: 0 },
    });
    const { verifyingKey } = openKeys({ folder: join(whole.folder, "keys") }, false);
    for (const receipt of now.receipts) expect(verifyReceipt(receipt, verifyingKey)).toBe(true);
    expect(await whole.stores.audit.find({ action: "service.restore", limit: 5 })).toMatchObject([
      { outcome: "done", subject: { days: restored.leftOut } },
      { outcome: "asked" },
    ]);
    await raiseHit(whole, LISTED.medium);
  });

  it("holds whatever something in it tells of", async () => {
    const { stores } = whole;
    const reads = await stores.clickhouse.query<{ id: string }>(
      "SELECT concat(toString(nrd), '-', toString(toUnixTimestamp64Milli(captured)), if(n = 0, '', concat('-', toString(n)))) AS id FROM reads",
    );
    const known = new Set(reads.map(({ id }) => id));
    const hits = await stores.hits.list({ limit: 500 });
    // The preserved one's day is gone, and its copy is elsewhere.
    const without = hits.filter(({ readId, vrm }) => vrm !== "PR353RV" && !known.has(readId));
    expect([hits.length > 0, without]).toEqual([true, []]);
    const images = await stores.clickhouse.query<ImageLocation & ReadImage>(
      "SELECT nrd, toUnixTimestamp64Milli(captured) AS captured, n, kind, segment, offset, length FROM read_image",
    );
    expect(images.length).toBeGreaterThan(0);
    for (const one of images) expect((await stores.vault.read(one, one)).length).toBeGreaterThan(0);
  });

  it("its log is one, and goes on from what was backed up", async () => {
    const mirror = join(aside, "mirror");
    const key = join(aside, "log.key");
    writeFileSync(key, await (await whole.fetch("/log/key")).text());
    expect(await runCommand(["audit", "mirror", "--url", whole.app.url, "--dir", mirror, "--key", key])).toBe(
      0,
    );
    expect(await runCommand(["audit", "verify", "--dir", mirror, "--key", key])).toBe(0);
    const { body } = await whole.call<{ items: readonly unknown[] }>(
      "auditor",
      "/v1/audit?reason=Drill%20of%20the%20backup&limit=5",
    );
    expect(body.items.length).toBeGreaterThan(0);
    expect(await whole.stores.audit.from(entries, 1)).toHaveLength(1);
  });

  it("an older backup is told to be behind a mirror, and behind what was signed here", async () => {
    await whole.stop();
    const signed = readFileSync(join(whole.folder, "keys/log.signed"));
    loseEverything();
    await emptyServers();
    writeFileSync(join(whole.folder, "keys/log.signed"), signed, { mode: 0o600 });
    const mirrors = [join(aside, "mirror"), join(aside, "nothing")];
    told = [];
    const stopped = restore({
      settings: settingsOf({ ...twin.settings, logMirrors: mirrors }),
      tell: (line) => {
        told.push(line);
        if (told.length === 3) throw new Error("stopped");
      },
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(told).toEqual([
      expect.stringMatching(/log\.signed knows \d+ entries of the log, and this backup, .* holds \d+/),
      expect.stringMatching(/^The mirror .* knows \d+ entries/),
      expect.stringMatching(/^The mirror .*nothing could not be asked/),
    ]);
  });
});
