import { afterAll, beforeAll, expect, it } from "vitest";
import type { AuthorityView } from "../../src/api/authorities/present.ts";
import { WholeApp, type Refused } from "../app/whole-app.ts";

const DAY = 86_400_000;
const reason =
  "A keeper asks which reads of the own car are held since spring; her letter names the car and the days";

let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole.remove());

const request = (username: string, level: string, reference: string) =>
  whole.call<AuthorityView & Refused>(username, "/v1/authorities", {
    reference,
    purpose: "public-interest",
    level,
    reason,
    vrms: ["FA12 RMR"],
  });
const approve = (username: string, reference: string) =>
  whole.call<AuthorityView & Refused>(username, `/v1/authorities/${reference}/approve`, {
    reason: "The keeper is who she says she is",
  });
const ask = (username: string, authority: string) =>
  whole.call<Refused>(username, "/v1/enquiries", {
    authority,
    reason: "The keeper's own reads since spring",
    kind: "vrm",
    vrm: "FA12RMR",
    from: new Date(Date.now() - 200 * DAY).toISOString(),
    to: new Date().toISOString(),
  });

it("a person's rights are served past the ordinary period: asked for by one officer, approved by another", async () => {
  const asked = await request("dpo", "subject-rights", "SAR-2026-7");
  expect([asked.status, asked.body.state]).toEqual([201, "requested"]);
  expect((await ask("dpo", "SAR-2026-7")).body.rules).toContain("authority-is-current");
  expect((await approve("dpo", "SAR-2026-7")).body.rules).toContain("authority-is-approved-by-another");
  expect((await approve("authoriser", "SAR-2026-7")).status).toBe(403);
  const approved = await approve("auditor", "SAR-2026-7");
  expect([approved.status, approved.body.state]).toEqual([200, "approved"]);
  expect((await ask("dpo", "SAR-2026-7")).status).toBe(200);
  expect((await ask("investigator", "SAR-2026-7")).body.rules).toContain(
    "audit-and-rights-are-for-oversight",
  );
});

it("an authority for an audit or a person's rights is no investigator's to ask for, nor an investigation an auditor's", async () => {
  const rights = await request("investigator", "subject-rights", "SAR-2026-8");
  expect([rights.status, rights.body.rules]).toEqual([403, ["audit-and-rights-are-asked-for-by-oversight"]]);
  const crime = await request("auditor", "serious", "AUD-2026-9");
  expect([crime.status, crime.body.rules]).toEqual([403, ["oversight-asks-for-nothing-else"]]);
});
