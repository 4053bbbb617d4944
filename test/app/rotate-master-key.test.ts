import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openArchiveKey } from "../../src/app/archive-key.ts";
import { MASTER_KEY_IN_USE, openInstallationKeys } from "../../src/app/keys.ts";
import { rotateMasterKey } from "../../src/app/rotate-master-key.ts";
import type { ImageLocation } from "../../src/archive/image-vault.ts";
import { Audited } from "../../src/audit/audited.ts";
import { loadSettings, type Settings } from "../../src/config.ts";
import { seal, unseal } from "../../src/identity/keys/sealed.ts";
import { openFolderVault } from "../../src/storage/images/folder-vault.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { putGovernedStore } from "../servers/governed-stores.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

const SECRET = Buffer.from("a TOTP secret of twenty");
const PROVIDER = Buffer.from("a provider's secret");
const JPEG = Buffer.from("an image");
const IMAGE = { nrd: 1, captured: NOON, n: 0, kind: "patch" } as const;

let folder: string;
let database: Database;
let settings: Settings;
let place: ImageLocation;
let archiveKey: Buffer;
let before: Buffer;
let person: number;

const vaultUnder = (masterKey: Buffer) =>
  openFolderVault({ folder: join(folder, "images/days"), keys: join(folder, "keys/images"), masterKey });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "waywarden-rotate-"));
  await putGovernedStore(join(folder, "postgres"));
  database = await openPglite(join(folder, "postgres"));
  settings = loadSettings({}, { overrides: { data: folder } });
  before = (await openInstallationKeys(settings, database, true)).masterKey;
  const made = await aPerson(database);
  person = made.person.id;
  await database.query("update person set totp_secret = $2 where id = $1", [
    person,
    seal(before, SECRET, "totp"),
  ]);
  await database.query(
    "insert into organisation_provider (organisation_id, issuer, client_id, client_secret) values ($1, 'https://x', 'c', $2)",
    [made.organisation.id, seal(before, PROVIDER, "provider")],
  );
  await database.query("insert into recovery_code (person_id, code_hash) values ($1, '\\x01')", [person]);
  archiveKey = openArchiveKey(join(folder, "keys"), join(folder, "clickhouse"), before);
  const vault = vaultUnder(before);
  [place] = (await vault.append([{ ...IMAGE, jpeg: JPEG }])) as [ImageLocation];
  await vault.close();
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const rotate = (step?: (done: string) => void) =>
  rotateMasterKey(
    { settings, database, audited: new Audited(new PostgresAuditLog(database, () => NOON)) },
    step,
  );

/** Everything that a master key seals opens with the one in force, and with no other. */
async function expectAllUnder(masterKey: Buffer): Promise<void> {
  expect((await openInstallationKeys(settings, database, false)).masterKey).toEqual(masterKey);
  expect(openArchiveKey(join(folder, "keys"), join(folder, "clickhouse"), masterKey)).toEqual(archiveKey);
  const vault = vaultUnder(masterKey);
  expect(await vault.read(place, IMAGE)).toEqual(JPEG);
  await vault.close();
  const [row] = await database.query<{ totp: Buffer; provider: Buffer }>(
    `select totp_secret as totp, (select client_secret from organisation_provider) as provider from person where id = $1`,
    [person],
  );
  expect(unseal(masterKey, row?.totp as Buffer, "totp")).toEqual(SECRET);
  expect(unseal(masterKey, row?.provider as Buffer, "provider")).toEqual(PROVIDER);
}

const masterIn = (): Buffer =>
  Buffer.from(readFileSync(join(folder, "keys/master.key"), "utf8").trim(), "hex");

it("a new master key opens everything, the old one nothing, and the log has it", async () => {
  await expectAllUnder(before);
  const steps: string[] = [];
  expect(await rotate((done) => void steps.push(done))).toMatchObject({
    keys: 2,
    secrets: 2,
    withoutCodes: 1,
    unopened: [],
  });
  expect(steps).toHaveLength(5);
  const after = masterIn();
  expect(after.equals(before)).toBe(false);
  await expectAllUnder(after);
  expect(() => openArchiveKey(join(folder, "keys"), join(folder, "clickhouse"), before)).toThrow(
    /cannot be opened/,
  );
  const entries = await new PostgresAuditLog(database, () => NOON).find({
    action: "service.master-key",
    limit: 9,
  });
  expect(entries.map(({ outcome }) => outcome)).toEqual(["done", "asked"]);
});

it.each([1, 2, 3, 4, 5])(
  "ended in the middle, after step %i, is refused at start and goes on where it was",
  async (last) => {
    let steps = 0;
    const killed = rotate(() => {
      if (++steps === last) throw new Error("killed");
    });
    await expect(killed).rejects.toThrow("killed");
    if (last < 5) {
      await expect(openInstallationKeys(settings, database, false)).rejects.toThrow(
        /\.\/waywarden keys rotate/,
      );
      await rotate();
    }
    expect(existsSync(join(folder, "keys/master.key.next"))).toBe(false);
    expect(masterIn().equals(before)).toBe(false);
    await expectAllUnder(masterIn());
  },
);

it("is not begun under a key that is not the installation's, and leaves alone what opens with no key", async () => {
  writeFileSync(join(folder, "keys/master.key"), `${"ab".repeat(32)}\n`);
  await expect(rotate()).rejects.toThrow(/not this installation's: nothing was changed/);
  expect(existsSync(join(folder, "keys/master.key.next"))).toBe(false);
  writeFileSync(join(folder, "keys/master.key"), `${before.toString("hex")}\n`);
  const damaged = join(folder, "keys/images/2020-01-01.key");
  writeFileSync(damaged, Buffer.alloc(60, 7), { mode: 0o600 });
  expect((await rotate()).unopened).toEqual([damaged]);
  expect(readFileSync(damaged)).toEqual(Buffer.alloc(60, 7));
  await expectAllUnder(masterIn());
});

it("is refused while a process has the old key in memory, and nothing is changed", async () => {
  const stop = await database.lock(MASTER_KEY_IN_USE, { shared: true });
  await expect(rotate()).rejects.toThrow(/stop all of them first/);
  await expectAllUnder(before);
  await stop?.();
  await rotate();
});
