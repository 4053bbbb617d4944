import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { Audited } from "../../src/audit/audited.ts";
import { Packs } from "../../src/policy/packs.ts";
import type { Person } from "../../src/identity/person.ts";
import { PackKeeper } from "../../src/policy/pack-keeper.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import type { Role } from "../../src/policy/roles.ts";
import { projectRoot } from "../../src/project-root.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresPackStore } from "../../src/storage/postgres/policy/pack-store.ts";
import { PostgresPersonStore } from "../../src/storage/postgres/identity/person-store.ts";
import { writeChangedPack } from "./changed-pack.ts";
import { onBothTwins, type Twin } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";
import { aCaller } from "../identity/a-caller.ts";
import type { Caller } from "../../src/identity/caller.ts";

const HOUR = 3_600_000;
const packs = mkdtempSync(join(tmpdir(), "waywarden-packs-"));
writeChangedPack(join(packs, "changed"));
afterAll(() => rmSync(packs, { recursive: true, force: true }));

const signedIn = (person: Person, roles: Role[]): Caller => aCaller(person, { roles });

async function openPacks({ database }: Twin) {
  const store = new PostgresPackStore(database);
  const audit = new PostgresAuditLog(database, () => NOON);
  const audited = new Audited(audit);
  const folder = join(projectRoot, "policies/uk");
  const keeper = await PackKeeper.start({ store, audited, folder, now: () => NOON });
  return { store, audit, keeper, rules: new Packs({ keeper, store, audited, now: () => NOON }) };
}

onBothTwins("whoever decides on policy packs", (twin) => {
  it("is a national administrator, or of an organisation with an active one, and another than proposed it", async () => {
    const { rules, store, audit } = await openPacks(twin);
    const { person: first, organisation } = await aPerson(twin.database);
    const { person: second } = await aPerson(twin.database);
    const pack = loadPolicyPack(join(packs, "changed"));
    const how = { by: first.id, at: NOON, reason: "Stricter", effectiveFrom: NOON + HOUR };
    const record = await store.propose(pack, how);
    const rulesAgainst = async (asker: Caller) => (await rules.refusalTo(asker, record))?.extra["rules"];

    const officer = signedIn(second, ["dpo"]);
    expect(await rulesAgainst(signedIn(first, ["nationaladmin"]))).toEqual(["policy-is-approved-by-another"]);
    expect(await rulesAgainst(signedIn(second, ["nationaladmin"]))).toBeUndefined();
    expect(await rulesAgainst(officer)).toEqual(["policy-is-approved-nationally"]);
    const decision = { state: "approved", reason: "Good for us" } as const;
    await expect(rules.decide(pack.digest, decision, officer)).rejects.toMatchObject({
      code: "NOT_AUTHORISED",
    });
    const [entry] = await audit.find({ actor: officer.username, limit: 1 });
    expect(entry).toMatchObject({ action: "policy.decide", outcome: "refused" });
    expect((await store.find(pack.digest))?.state).toBe("proposed");

    const national = await new PostgresPersonStore(twin.database).add({
      username: `national.${twin.name}`,
      fullName: "National Administrator",
      organisation: second.organisation.id,
      roles: ["nationaladmin"],
      passwordHash: "none",
      totpSecret: Buffer.alloc(1),
    });
    expect(await rulesAgainst(officer)).toBeUndefined();
    expect(await store.hasActive(organisation.id, ["nationaladmin"])).toBe(false);
    await twin.database.query("update person set state = 'ended' where id = $1", [national.id]);
    expect(await rulesAgainst(officer)).toEqual(["policy-is-approved-nationally"]);
  });

  it("is shown what it says otherwise, and stopped where another pack took over since", async () => {
    const { rules, keeper } = await openPacks(twin);
    const { person } = await aPerson(twin.database);
    const { digest, texts } = loadPolicyPack(join(packs, "changed"));
    const held = await rules.compare(digest);
    expect([held.record.texts, held.inForce.digest]).toEqual([texts, keeper.policy.pack.digest]);
    expect(held.difference?.added.map(({ name }) => name)).toEqual(["supervisor-sees-charts"]);
    const by = signedIn(person, ["nationaladmin"]);
    const seen = { state: "approved", reason: "As I saw it" } as const;
    const stale = { ...seen, comparedWith: "0".repeat(64) };
    await expect(rules.decide(digest, stale, by)).rejects.toThrow("Another pack took over");
    const decided = await rules.decide(digest, { ...seen, comparedWith: held.inForce.digest }, by);
    expect(decided).toMatchObject({ state: "approved", decidedBy: { id: person.id } });
    for (const unknown of ["nothing", "f".repeat(64)])
      await expect(rules.compare(unknown)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("may refuse a pack that this version cannot apply, and approves it only where it can", async () => {
    const { rules, store, audit } = await openPacks(twin);
    const { person: proposer } = await aPerson(twin.database);
    const { person } = await aPerson(twin.database);
    const { texts } = loadPolicyPack(join(packs, "changed"));
    const digest = createHash("sha256").update(twin.name).digest("hex");
    const broken = { digest, id: "of-another-program", texts: { ...texts, "numbers.json": "{}" } };
    await store.propose(broken, { by: proposer.id, at: NOON, reason: "Newer", effectiveFrom: NOON + HOUR });
    const held = await rules.compare(digest);
    expect([held.difference, held.record.texts]).toEqual([null, broken.texts]);
    expect(held.unreadable).toContain("numbers.json");
    const by = signedIn(person, ["nationaladmin"]);
    const approve = { state: "approved", reason: "Blindly" } as const;
    await expect(rules.decide(digest, approve, by)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await audit.find({ actor: person.username, limit: 2 })).toMatchObject([
      { action: "policy.decide", outcome: "failed", subject: { policyPack: broken.id, codes: ["CONFLICT"] } },
      { action: "policy.decide", outcome: "asked" },
    ]);
    const refuse = { state: "refused", reason: "Nobody can read it" } as const;
    expect((await rules.decide(digest, refuse, by)).state).toBe("refused");
  });
});
