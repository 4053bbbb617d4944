import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SESSION_COOKIE } from "../../src/api/http/access.ts";
import { projectRoot } from "../../src/project-root.ts";
import { writeChangedPack } from "./changed-pack.ts";
import { WholeApp, type Refused, type Reply } from "../app/whole-app.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
interface Policy {
  readonly id: string;
  readonly rules: readonly { readonly name: string; readonly says: string; readonly source: string }[];
}
interface Version extends Refused {
  readonly id: string;
  readonly digest: string;
  readonly state: string;
  readonly proposedBy: string | null;
  readonly decidedBy: string | null;
}
interface PackView extends Version {
  readonly texts: Readonly<Record<string, string>>;
  readonly comparedWith: string;
  readonly difference: {
    readonly added: readonly { readonly name: string }[];
    readonly removed: readonly { readonly name: string }[];
    readonly changed: readonly { readonly name: string; readonly decides: boolean }[];
    readonly numbers: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[];
  };
}

const packs = mkdtempSync(join(tmpdir(), "waywarden-whole-packs-"));
let whole: WholeApp;
beforeAll(async () => {
  cpSync(join(projectRoot, "policies/uk"), join(packs, "uk"), { recursive: true });
  writeChangedPack(join(packs, "stricter"));
  whole = await WholeApp.start(undefined, { policyPack: join(packs, "uk") });
});
afterAll(async () => {
  await whole?.remove();
  rmSync(packs, { recursive: true, force: true });
});

const policyAs = (username: string): Promise<Reply<Policy>> => whole.call<Policy>(username, "/v1/policy");
const page = async (username: string, url = "/policy") => {
  const cookie = `${SESSION_COOKIE}=${await whole.session(username)}`;
  return whole.server.inject({ url, headers: { accept: "text/html", cookie } });
};
const askAbout = (days: number): Promise<Reply<Refused>> =>
  whole.call<Refused>("investigator", "/v1/enquiries", {
    kind: "vrm",
    vrm: "AB12CDE",
    purpose: "law-enforcement",
    level: "serious",
    reference: "CRIME/26/1",
    reason: "A car was seen at a series of burglaries in Bodmin this month",
    from: new Date(Date.now() - days * DAY).toISOString(),
    to: new Date().toISOString(),
  });

describe("the policy", () => {
  it("is there for everybody who is signed in, as sentences with their sources", async () => {
    const { status, body } = await policyAs("operator");
    expect([status, body.id]).toEqual([200, "uk-2026.4"]);
    expect(body.rules.find(({ name }) => name === "within-access-period")).toMatchObject({
      says: "Nothing older than twelve months is shown to anyone.",
      source: expect.stringContaining("RET-1") as string,
    });
    const shown = await page("operator");
    expect(shown.statusCode).toBe(200);
    for (const text of [
      "Nothing older than twelve months",
      "access.ordinaryDays",
      "In force",
      "the installation",
    ])
      expect(shown.body).toContain(text);
    expect(shown.body).not.toContain("Propose a change");
  });

  it("is changed by two people who see what they change, and what it says from then on decides", async () => {
    expect((await askAbout(80)).status).toBe(200);
    for (const username of ["dpo", "dpo2", "nationaladmin"]) await whole.session(username);
    const effectiveFrom = Date.now() + HOUR;
    const asked = {
      folder: "stricter",
      reason: "Sixty days suffice",
      effectiveFrom: new Date(effectiveFrom).toISOString(),
    };
    expect((await whole.call<Refused>("dpo", "/v1/policy/packs", asked)).status).toBe(403);
    const wrong = await whole.call<Refused>("nationaladmin", "/v1/policy/packs", {
      ...asked,
      folder: "../uk",
    });
    expect([wrong.status, wrong.body.code]).toEqual([400, "INPUT_INVALID"]);
    const proposed = await whole.call<Version>("nationaladmin", "/v1/policy/packs", asked);
    expect([proposed.status, proposed.body.state]).toEqual([201, "proposed"]);
    const approve = `/v1/policy/packs/${proposed.body.digest}/approve`;
    const own = await whole.call<Version>("nationaladmin", approve, { reason: "I agree with myself" });
    expect([own.status, own.body.rules]).toEqual([403, ["policy-is-approved-by-another"]]);
    const elsewhere = await whole.call<Version>("dpo", approve, { reason: "Good for us" });
    expect([elsewhere.status, elsewhere.body.rules]).toEqual([403, ["policy-is-approved-nationally"]]);
    expect(
      (await whole.stores.audit.find({ actor: "dpo", action: "policy.decide", limit: 5 }))[0],
    ).toMatchObject({
      outcome: "refused",
      subject: { rules: ["policy-is-approved-nationally"], policyPack: "uk-2026.9" },
    });

    const address = `/policy/packs/${proposed.body.digest}`;
    const { body: seen } = await whole.call<PackView>("dpo2", `/v1${address}`);
    expect(seen.texts["access.cedar"]).toContain("supervisor-sees-charts");
    expect(seen.difference.added.map(({ name }) => name)).toEqual(["supervisor-sees-charts"]);
    expect(seen.difference.removed.map(({ name }) => name)).toEqual(["organisation-policy-is-current"]);
    expect(seen.difference.changed).toMatchObject([
      { name: "operator-deals-with-hits", decides: true },
      { name: "vetting-is-sufficient", decides: false },
    ]);
    expect(seen.difference.numbers).toContainEqual({ path: "access.ordinaryDays", before: 90, after: 60 });
    expect((await page("dpo2")).body).not.toContain("Approve</button>");
    for (const username of ["nationaladmin", "dpo", "operator"]) {
      const { statusCode, body } = await page(username, address);
      expect([username, statusCode]).toEqual([username, 200]);
      expect(body).toContain("Someone other than the person who proposed it has to decide");
      expect(body).not.toContain("<textarea");
    }
    expect((await page("dpo2", address)).body).toContain("<textarea");
    expect((await page("dpo2", `/policy/packs/${"0".repeat(64)}`)).statusCode).toBe(404);
    expect((await page("dpo2", "/policy/packs/nothing")).statusCode).toBe(404);
    const stale = { reason: "As I saw it", comparedWith: proposed.body.digest };
    expect((await whole.call<Version>("dpo2", approve, stale)).body.code).toBe("CONFLICT");
    // Its time comes while it waits for a decision.
    await whole.stores.database.query(
      "update policy_pack set effective_from = now() where digest = decode($1, 'hex')",
      [proposed.body.digest],
    );
    const decision = { reason: "Necessary and proportionate", comparedWith: seen.comparedWith };
    const approved = await whole.call<Version>("dpo2", approve, decision);
    expect(approved.body).toMatchObject({
      state: "approved",
      proposedBy: "nationaladmin",
      decidedBy: "dpo2",
    });

    expect((await policyAs("operator")).body.id).toBe("uk-2026.9");
    const refused = await askAbout(80);
    expect([refused.status, refused.body.rules]).toEqual([403, ["older-reads-need-authority"]]);
    expect(refused.body.needed?.[0]).toContain("last 60 days");
  });

  it("stays what was approved when the service starts again on the old folder", async () => {
    await whole.app.close();
    whole = await WholeApp.start(whole, { policyPack: join(packs, "uk") });
    expect((await policyAs("operator")).body.id).toBe("uk-2026.9");
    const doctor = await whole.call<{ items: readonly { name: string; state: string; finding: string }[] }>(
      "nationaladmin",
      "/v1/doctor",
    );
    expect(JSON.stringify(doctor.body)).toContain("is not the one in force");
  });
});
