import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { conditionOf } from "../../src/audit/log-condition.ts";
import { logSigner } from "../../src/audit/log-key.ts";
import { PublishedLog } from "../../src/audit/published-log.ts";
import { Publisher } from "../../src/audit/publisher.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresLogStore } from "../../src/storage/postgres/audit/log-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { NOON } from "../storage/governed-fixture.ts";

const signer = logSigner(generateKeyPairSync("ed25519").privateKey);
const ENTRIES = 600;

onBothTwins("the entries that were signed", (twin) => {
  const store = () => new PostgresLogStore(twin.database);
  const publisher = () => new Publisher(store(), signer, () => NOON, { failed: () => undefined });
  const write = async (count: number) => {
    const log = new PostgresAuditLog(twin.database, () => NOON);
    const entry = {
      actor: "investigator",
      organisation: 1,
      action: "enquiry.ask",
      outcome: "asked",
      subject: {},
      requestId: null,
    } as const;
    return Promise.all(Array.from({ length: count }, () => log.append(entry)));
  };
  /** What whoever owns the database can do. */
  async function tamper(sql: string, parameters: readonly unknown[] = []): Promise<void> {
    await twin.database.exec("alter table audit_entry disable trigger user");
    await twin.database.query(sql, parameters);
    await twin.database.exec("alter table audit_entry enable trigger user");
  }
  /** Why the log does not start; undefined where it does. */
  async function started(): Promise<string | undefined> {
    const one = publisher();
    await one.start();
    await one.stop();
    return one.broken;
  }
  const COLUMNS = "index, at, action, outcome, organisation, open, sealed, salts, leaf, leaf_hash";
  async function without<T>(where: string, what: () => Promise<T>): Promise<T> {
    await twin.database.exec(`create table set_aside as select ${COLUMNS} from audit_entry where ${where}`);
    await tamper(`delete from audit_entry where ${where}`);
    try {
      return await what();
    } finally {
      await tamper(
        `insert into audit_entry (${COLUMNS}) select ${COLUMNS} from set_aside order by index
         on conflict (index) do nothing`,
      );
      await twin.database.exec("drop table set_aside");
    }
  }

  it("are looked at when the log starts, and are all there", async () => {
    await write(ENTRIES);
    const one = publisher();
    await one.start();
    expect(await one.check(0)).toBe(ENTRIES);
    expect(await one.check(ENTRIES - 1)).toBe(1);
    await one.stop();
    expect(one.broken).toBeUndefined();
  });

  it("are missed when the newest of them go: it does not start, does not sign, and uses no number again", async () => {
    const running = publisher();
    await running.start();
    await without(`index >= ${ENTRIES - 5}`, async () => {
      expect(await started()).toMatch(/^Entry 595 of the log was signed and is missing/);
      await expect(write(1)).rejects.toThrow(/signed over 600 entries and holds 595.*not used again/);
      await expect(running.publish()).rejects.toThrow(/Entry 595 .*missing/);
      const { trouble } = await conditionOf(store(), running, [], NOON);
      expect(trouble).toBe("5 entries that were signed are missing.");
    });
    await running.stop();
    await without("true", async () => {
      expect(await started()).toMatch(/^Entry 0 of the log was signed and is missing/);
      await expect(write(1)).rejects.toThrow(/signed over 600 entries and holds 0/);
    });
    expect(await started()).toBeUndefined();
  });

  it("are missed in the middle", async () => {
    await without("index = 100", async () => {
      expect(await started()).toMatch(/^Entry 100 of the log was signed and is missing/);
    });
  });

  it("are not taken for others, hashes changed with them; and what was changed proves nothing", async () => {
    const published = new PublishedLog(store(), signer.verifier);
    const [before] = await store().leaves(300, 1);
    const change = (leaf: Buffer) =>
      tamper("update audit_entry set leaf = $1, leaf_hash = sha256('\\x00'::bytea || $1) where index = 300", [
        leaf,
      ]);
    await change(Buffer.from(String(before).replace("asked", "taken")));
    expect(await started()).toMatch(/^Entry 300 of the log is not the one that was signed/);
    await expect(publisher().check(290)).rejects.toThrow("Entry 300");
    await expect(published.proof(300)).rejects.toMatchObject({ code: "LOG_BROKEN" });
    expect((await published.proof(299))?.index).toBe(299);
    await change(before as Buffer);
    expect(await started()).toBeUndefined();
    expect((await published.proof(300))?.index).toBe(300);
  });

  it("go on with those that follow", async () => {
    const [next] = await write(3);
    expect(next?.index).toBe(ENTRIES);
    expect(await started()).toBeUndefined();
    expect((await store().newest())?.size).toBe(ENTRIES + 3);
  });
});
