import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openArchiveKey } from "../../src/app/archive-key.ts";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import { plainPartsOf } from "../../src/storage/clickhouse/archive/plain-parts.ts";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import { migrateClickHouse } from "../../src/storage/clickhouse/migrate.ts";
import { aRead } from "./read-builders.ts";

const VRM = "ZQ81ENC";

describe("the embedded archive at rest", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "waywarden-encrypted-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = async (key?: Buffer) => {
    const clickhouse = await openClickHouse({ folder: join(folder, "clickhouse"), ...(key && { key }) });
    await migrateClickHouse(clickhouse);
    return clickhouse;
  };
  const filesWith = (text: string): readonly string[] =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path).includes(text));
  const held = async (clickhouse: Awaited<ReturnType<typeof open>>): Promise<unknown> =>
    clickhouse.query("SELECT vrm, count() AS reads FROM reads GROUP BY vrm");

  it("shows a VRM to nobody who reads its files, and holds it again when it is opened with its key", async () => {
    const key = randomBytes(32);
    const archive = await open(key);
    await openReadStore(archive, { movingNrds: () => [] }).insert([aRead({ vrm: VRM })]);
    expect(await plainPartsOf(archive)).toBe(0);
    await archive.close();
    expect(filesWith(VRM)).toEqual([]);
    expect(filesWith(key.toString("hex"))).toEqual([]);
    expect(process.env["WAYWARDEN_ARCHIVE_KEY_HEX"]).toBeUndefined();

    const again = await open(key);
    expect(await held(again)).toEqual([{ vrm: VRM, reads: 1 }]);
    await again.close();
    await expect(open(randomBytes(32))).rejects.toThrow(/encrypt|Failed to create connection/i);
  });

  it("would show it without: the doctor hears of parts that are not encrypted", async () => {
    const archive = await open();
    await openReadStore(archive, { movingNrds: () => [] }).insert([aRead({ vrm: VRM })]);
    expect(await plainPartsOf(archive)).toBeGreaterThan(0);
    await archive.close();
    expect(filesWith(VRM)).not.toEqual([]);
  });
});

describe("the key of the embedded archive", () => {
  let folder: string;
  const masterKey = randomBytes(32);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "waywarden-archive-key-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const key = (master = masterKey): Buffer =>
    openArchiveKey(join(folder, "keys"), join(folder, "clickhouse"), master);

  it("is made once, wrapped by the master key", () => {
    const made = key();
    expect(made).toHaveLength(32);
    expect(key()).toEqual(made);
    expect(readFileSync(join(folder, "keys/archive.key")).includes(made)).toBe(false);
    expect(() => key(randomBytes(32))).toThrow(/archive\.key cannot be opened with this master key/);
  });

  it("is never made anew over an archive, encrypted or from before: each is told what to do", () => {
    mkdirSync(join(folder, "clickhouse/metadata"), { recursive: true });
    expect(() => key()).toThrow(/from before the archive was encrypted.*Move that folder away/s);
    mkdirSync(join(folder, "clickhouse/encrypted"));
    expect(() => key()).toThrow(/archive\.key is missing.*backup.*No new key was made/s);
    expect(existsSync(join(folder, "keys/archive.key"))).toBe(false);
  });
});
