import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openInstallationKeys } from "../../src/app/keys.ts";
import { makePrivate } from "../../src/app/private-folder.ts";
import { loadSettings } from "../../src/config.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { putGovernedStore } from "../servers/governed-stores.ts";
import { aPerson } from "../storage/governed-fixture.ts";

describe("the master key", () => {
  let folder: string;
  let database: Database;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "waywarden-keys-"));
    await putGovernedStore(join(folder, "postgres"));
    database = await openPglite(join(folder, "postgres"));
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = (create: boolean) =>
    openInstallationKeys(loadSettings({}, { overrides: { data: folder } }), database, create);
  const file = (): string => join(folder, "keys/master.key");

  it("is made where nobody is yet, and known by its fingerprint, from which it cannot be read", async () => {
    await expect(open(false)).rejects.toThrow(
      /master\.key .*is missing, and nobody has been set up.*\.\/waywarden setup/,
    );
    const { masterKey } = await open(true);
    expect((await open(false)).masterKey).toEqual(masterKey);
    const [row] = await database.query<{ fingerprint: Buffer }>("select fingerprint from master_key");
    expect(row?.fingerprint.equals(masterKey)).toBe(false);
  });

  it("is never made anew over people: the message says who is there and what to do", async () => {
    await open(true);
    await aPerson(database);
    rmSync(file());
    for (const create of [true, false])
      await expect(open(create)).rejects.toThrow(
        /master\.key is missing, and this installation has 1 people already.*fingerprint is [0-9a-f]{16}.*backup.*No new key was made/s,
      );
    expect(existsSync(file())).toBe(false);
  });

  it("of another installation is refused, and nothing changes", async () => {
    const { masterKey } = await open(true);
    await aPerson(database);
    writeFileSync(file(), `${"ab".repeat(32)}\n`);
    for (const create of [true, false])
      await expect(open(create)).rejects.toThrow(/is not this installation's: its fingerprint is/);
    writeFileSync(file(), `${masterKey.toString("hex")}\n`);
    expect((await open(false)).masterKey).toEqual(masterKey);
  });

  it("of the log is not made anew over people either", async () => {
    await open(true);
    await aPerson(database);
    const log = join(folder, "keys/log.pem");
    const before = readFileSync(log);
    rmSync(log);
    await expect(open(true)).rejects.toThrow(/log\.pem is missing/);
    writeFileSync(log, before, { mode: 0o600 });
    await open(false);
  });
});

describe("a data folder that was there before", () => {
  it("is its owner's alone once the service starts, with all that lies in it, links and what they lead to excepted", () => {
    const outside = mkdtempSync(join(tmpdir(), "waywarden-outside-"));
    const folder = mkdtempSync(join(tmpdir(), "waywarden-private-"));
    const umask = process.umask();
    try {
      mkdirSync(join(folder, "deep/er"), { recursive: true });
      writeFileSync(join(folder, "deep/er/file"), "");
      chmodSync(join(folder, "deep/er/file"), 0o664);
      chmodSync(join(folder, "deep"), 0o755);
      chmodSync(join(folder, "deep/er"), 0o700);
      chmodSync(outside, 0o755);
      symlinkSync(outside, join(folder, "link"));
      expect(makePrivate(folder)).toBe(2);
      expect(makePrivate(folder)).toBe(0);
      const modes = ["", "deep", "deep/er", "deep/er/file"].map(
        (path) => statSync(join(folder, path)).mode & 0o777,
      );
      expect(modes).toEqual([0o700, 0o700, 0o700, 0o600]);
      expect(statSync(outside).mode & 0o777).toBe(0o755);
      // And what is made from now on.
      writeFileSync(join(folder, "new"), "");
      expect(statSync(join(folder, "new")).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(umask);
      for (const one of [folder, outside]) rmSync(one, { recursive: true, force: true });
    }
  });
});
