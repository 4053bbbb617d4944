import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { logSigner } from "../../src/audit/log-key.ts";
import { Publisher } from "../../src/audit/publisher.ts";
import { signedFile } from "../../src/audit/signed-file.ts";
import { openCheckpoint } from "../../src/audit/tlog/signed-checkpoint.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresLogStore } from "../../src/storage/postgres/audit/log-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { NOON } from "../storage/governed-fixture.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const signer = logSigner(privateKey);

onBothTwins("a log whose database is put back from a backup", (twin) => {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-restored-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string) => join(folder, `${name}.signed`);
  const publisher = (name: string, key = privateKey, step?: (name: string) => void) =>
    new Publisher(new PostgresLogStore(twin.database), logSigner(key), () => NOON, {
      memory: signedFile(file(name)),
      failed: () => undefined,
      ...(step === undefined ? {} : { step }),
    });
  const write = async (count: number): Promise<void> => {
    const log = new PostgresAuditLog(twin.database, () => NOON);
    for (let n = 0; n < count; n++)
      await log.append({
        actor: "investigator",
        organisation: 1,
        action: "enquiry.ask",
        outcome: "asked",
        subject: { n },
        requestId: null,
      });
  };
  const remembered = async (name: string) =>
    openCheckpoint((await signedFile(file(name)).last()) ?? "", signer.verifier);
  const newest = () => new PostgresLogStore(twin.database).newest();
  /** What whoever owns the database can do: the log as it was when it had so many entries. */
  async function putBack(size: number): Promise<void> {
    const guards = ["audit_entry", "audit_tile", "audit_checkpoint", "audit_cosignature"];
    await twin.database.exec(guards.map((table) => `alter table ${table} disable trigger user;`).join("\n"));
    for (const sql of [
      "delete from audit_entry where index >= $1",
      "delete from audit_checkpoint where size > $1",
      "update audit_tile set hashes = substring(hashes from 1 for 32 * $1::integer) where level = 0",
    ])
      await twin.database.query(sql, [size]);
    await twin.database.exec(guards.map((table) => `alter table ${table} enable trigger user;`).join("\n"));
  }
  async function startOf(name: string, key = privateKey): Promise<string | undefined> {
    const started = publisher(name, key);
    await started.start();
    await started.stop();
    return started.broken;
  }

  it("remembers each checkpoint beside the key before anybody can see it, its own and another process's", async () => {
    await write(10);
    expect(await startOf("one")).toBeUndefined();
    expect(await startOf("two")).toBeUndefined();
    for (const name of ["one", "two"])
      expect(await remembered(name)).toMatchObject({ size: 10, root: (await newest())?.root });
  });

  it("goes on from a memory that a crash left ahead of the database, and from an older one", async () => {
    await write(2);
    const killed = publisher("one", privateKey, (step) => {
      if (step === "kept") throw new Error("killed");
    });
    await expect(killed.publish()).rejects.toThrow("killed");
    expect([(await remembered("one")).size, (await newest())?.size]).toEqual([12, 10]);
    await write(1);
    expect(await startOf("one")).toBeUndefined();
    expect((await remembered("one")).size).toBe(13);
    expect((await remembered("two")).size).toBe(10);
    expect(await startOf("two")).toBeUndefined();
  });

  it("does not sign a second history over the first, however many entries it has again, and says what to do", async () => {
    await write(3);
    expect(await startOf("one")).toBeUndefined();
    expect((await remembered("one")).size).toBe(16);
    await putBack(8);
    // A process that remembers nothing begins to sign the second history.
    expect(await startOf("two")).toMatch(/13 entries, and the store does not hold them all.*backup/);
    expect(await startOf("nothing")).toBeUndefined();
    const before = await newest();
    expect(await startOf("one")).toMatch(/signed over 16 entries.*put back from a backup/);
    await write(8);
    expect(await startOf("one")).toMatch(/first 16 entries of the log are not those that were signed/);
    expect(await startOf("nothing")).toBeUndefined();
    await write(8);
    expect(await startOf("nothing")).toBeUndefined();
    expect(await startOf("one")).toMatch(/first 16 entries of the log are not those that were signed/);
    expect((await newest())?.size).toBeGreaterThan(before?.size ?? 0);
    expect((await remembered("one")).size).toBe(16);
  });

  it("is found by what a mirror kept, though its own memory was put back with it", async () => {
    await write(4);
    expect(await startOf("nothing")).toBeUndefined();
    const shown = openCheckpoint((await newest())?.note ?? "", signer.verifier);
    const { size } = shown;
    await putBack(8);
    const again = publisher("put back too");
    await expect(again.requireShown(shown, "A mirror kept it.")).rejects.toThrow(
      new RegExp(`signed over ${size} entries, and the store does not hold them all. A mirror kept it.`),
    );
    expect(again.broken).toContain("A mirror kept it.");
    await write(size - 8 + 2);
    expect(await startOf("fork")).toBeUndefined();
    const grown = publisher("put back too");
    await expect(grown.requireShown(shown, "")).rejects.toThrow(/are not those that were signed/);
    await grown.start();
    await grown.stop();
    expect((await newest())?.size).toBe(size + 2);
  });

  it("is not signed with another key than the one that is remembered", async () => {
    const another = generateKeyPairSync("ed25519").privateKey;
    expect(await startOf("one", another)).toMatch(/cannot go on|not the one that signed/);
  });
});
