import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { AuditEntry, NewAuditEntry } from "../../src/audit/audit-log.ts";
import { Audited } from "../../src/audit/audited.ts";
import { PackKeeper } from "../../src/policy/pack-keeper.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { projectRoot } from "../../src/project-root.ts";
import { PostgresPackStore } from "../../src/storage/postgres/policy/pack-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

const HOUR = 3_600_000;
const packs = mkdtempSync(join(tmpdir(), "waywarden-packs-"));
afterAll(() => rmSync(packs, { recursive: true, force: true }));

/** A copy of the shipped pack under another id, with changed numbers. */
function aPack(name: string, change: (numbers: Record<string, Record<string, unknown>>) => void): string {
  const folder = join(packs, name);
  cpSync(join(projectRoot, "policies/uk"), folder, { recursive: true });
  const file = join(folder, "numbers.json");
  const numbers = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, unknown>>;
  change(numbers);
  writeFileSync(file, JSON.stringify({ ...numbers, id: name }));
  return folder;
}

onBothTwins("policy packs", (twin) => {
  const logged: NewAuditEntry[] = [];
  const audited = new Audited({
    append: async (entry: NewAuditEntry) => ({ index: logged.push(entry) - 1 }) as AuditEntry,
  });
  const lastLoad = () => logged.at(-1)?.subject;

  it("adopts the installation's pack once, and keeps to it whatever its folder says later", async () => {
    const store = new PostgresPackStore(twin.database);
    let now = NOON;
    const folder = aPack(`first-${twin.name}`, () => undefined);
    const parts = { store, audited, folder, now: () => now };
    const first = await PackKeeper.start(parts);
    expect(first.folderDiffers).toBeNull();
    expect(lastLoad()).toMatchObject({ policyPackDigest: first.policy.pack.digest, adopted: true });
    const writes = logged.length;

    now += HOUR;
    const again = await PackKeeper.start(parts);
    expect([again.policy.pack.digest, again.folderDiffers]).toEqual([first.policy.pack.digest, null]);
    aPack(`first-${twin.name}`, (numbers) => void (numbers["access"]!["ordinaryDays"] = 365));
    const changed = await PackKeeper.start(parts);
    expect(changed.policy.pack.access.ordinaryDays).toBe(90);
    expect(changed.folderDiffers).toContain("cannot be read");
    aPack(`first-${twin.name}`, (numbers) => void (numbers["access"]!["ordinaryDays"] = 30));
    expect((await PackKeeper.start(parts)).folderDiffers).toContain("is not the one in force");
    expect(logged.length).toBe(writes);
  });

  it("is changed by two people, at its time, and the change is logged", async () => {
    const { person: proposer } = await aPerson(twin.database);
    const { person: decider } = await aPerson(twin.database);
    const store = new PostgresPackStore(twin.database);
    let now = NOON + 2 * HOUR;
    const folder = join(packs, `first-${twin.name}`);
    const keeper = await PackKeeper.start({ store, audited, folder, now: () => now });
    const before = keeper.policy.pack.digest;
    aPack(`next-${twin.name}`, (numbers) => {
      numbers["access"]!["ordinaryDays"] = 60;
      numbers["images"]!["patchBytes"] = 2048;
    });
    const next = keeper.packInFolder(`next-${twin.name}`);
    const how = { by: proposer.id, at: now, reason: "Stricter", effectiveFrom: now + HOUR };
    const proposed = await store.propose(next, how);
    expect(proposed).toMatchObject({ state: "proposed", proposedBy: { id: proposer.id }, decidedBy: null });
    await expect(store.propose(next, how)).rejects.toMatchObject({ code: "CONFLICT" });

    now += 2 * HOUR;
    await keeper.takeOver();
    expect(keeper.policy.pack.digest).toBe(before);
    const decision = { state: "approved", at: now, reason: "Agreed" } as const;
    await expect(store.decide(next.digest, { ...decision, by: proposer.id })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    const approved = await store.decide(next.digest, { ...decision, by: decider.id });
    expect(approved).toMatchObject({ state: "approved", decidedBy: { id: decider.id }, effectiveFrom: now });
    expect(approved.reason).toBe("Stricter\nAgreed");
    await expect(store.decide(next.digest, { ...decision, by: decider.id })).rejects.toMatchObject({
      code: "CONFLICT",
    });

    expect(keeper.restartNeeded).toBe(false);
    await keeper.takeOver();
    expect(keeper.policy.pack.access.ordinaryDays).toBe(60);
    expect(keeper.restartNeeded).toBe(true);
    expect(lastLoad()).toMatchObject({ policyPackDigest: next.digest, before, decidedBy: decider.username });
    const writes = logged.length;
    await keeper.takeOver();
    expect(logged.length).toBe(writes);
    expect((await store.all()).map(({ digest }) => digest).slice(0, 2)).toEqual([next.digest, before]);
  });

  it("holds no refused pack, nor one that nobody named, where the approved one cannot be applied", async () => {
    const { person: proposer } = await aPerson(twin.database);
    const { person: decider } = await aPerson(twin.database);
    const store = new PostgresPackStore(twin.database);
    const now = NOON + 20 * HOUR;
    const texts = { "numbers.json": "{}", "access.cedar": "", "schema.cedarschema": "" };
    const digest = createHash("sha256").update(twin.name).digest("hex");
    await store.adopt({ digest, id: "of-another-program", texts }, now - HOUR, "A later version ran here.");
    const start = (folder: string, adopt?: string) =>
      PackKeeper.start({ store, audited, folder, adopt, now: () => now });
    const writes = logged.length;

    const looser = aPack(`looser-${twin.name}`, (numbers) => void (numbers["access"]!["viewLimit"] = 2000));
    const refused = loadPolicyPack(looser);
    await store.propose(refused, { by: proposer.id, at: now, reason: "More", effectiveFrom: now });
    await store.decide(refused.digest, { state: "refused", by: decider.id, at: now, reason: "No" });
    await expect(start(looser, refused.digest)).rejects.toThrow("was refused, and never takes its place");
    await store.adopt(refused, now, "By force");
    expect((await store.find(refused.digest))?.state).toBe("refused");

    const unknown = aPack(`unknown-${twin.name}`, (numbers) => void (numbers["access"]!["viewLimit"] = 500));
    const { digest: named } = loadPolicyPack(unknown);
    await expect(start(unknown)).rejects.toThrow(`WAYWARDEN_ADOPT_POLICY_PACK=${named}`);
    await expect(start(unknown, digest)).rejects.toThrow("cannot be applied by this version");
    expect([logged.length, await store.find(named)]).toEqual([writes, undefined]);

    const approved = await start(join(packs, `next-${twin.name}`));
    expect(approved.policy.pack.access.ordinaryDays).toBe(60);
    expect(approved.folderDiffers).toContain("cannot apply of-another-program");
    expect(lastLoad()).toMatchObject({ before: digest, adopted: false });

    const held = await start(unknown, named);
    expect([held.policy.pack.access.viewLimit, held.restartNeeded]).toEqual([500, false]);
    expect(lastLoad()).toMatchObject({ policyPackDigest: named, before: digest, adopted: true });
    expect((await store.inForceAt(now))?.digest).toBe(named);
  });

  it("refuses folders that are not beside it, and packs that are not whole, naming what is wrong", async () => {
    const store = new PostgresPackStore(twin.database);
    const folder = join(projectRoot, "policies/uk");
    const keeper = await PackKeeper.start({ store, audited, folder, now: () => NOON + 5 * HOUR });
    for (const name of ["../uk", "/etc", "uk/..", "", "UK"])
      expect(() => keeper.packInFolder(name)).toThrow("small letters");
    const bad = aPack("bad", (numbers) => void delete numbers["access"]!["viewLimit"]);
    expect(() => loadPolicyPack(bad)).toThrow("viewLimit");
  });
});
