import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../project-root.ts";
import { decideEnquiry, decideHitRead, type Proposal } from "./decide.ts";
import { Grant } from "./grant.ts";
import { loadPolicyPack } from "./pack.ts";

const pack = loadPolicyPack(join(projectRoot, "policies/uk-2026.json"));
const NOW = Date.parse("2026-11-22T12:00:00Z");
const HOUR = 3_600_000;
const authority = {
  reference: "OP-1",
  organisation: 1,
  state: "approved",
  from: NOW - HOUR,
  until: NOW + HOUR,
  holders: [5],
};
const proposal: Proposal = {
  person: 5,
  organisation: 1,
  roles: ["investigator"],
  authority,
  reason: "Burglary series in Stafford, suspect vehicle",
  from: NOW - HOUR,
  to: NOW,
  place: false,
};
const refusal = (change: Partial<Proposal>) => {
  const decision = decideEnquiry({ ...proposal, ...change }, pack, NOW);
  return decision.allowed ? [] : decision.rules;
};

describe("decideEnquiry", () => {
  it("grants a question under a current authority, until the pack's minutes are over", () => {
    const decision = decideEnquiry(proposal, pack, NOW);
    if (!decision.allowed) throw new Error(decision.rules.join());
    expect(() => Grant.require(decision.grant)).not.toThrow();
    expect(decision.grant.expires).toBe(NOW + pack.enquiry.grantMinutes * 60_000);
    expect(decision.grant.rules).toContain("within-access-period");
  });

  it.each<[string, Partial<Proposal>]>([
    ["role-may-enquire", { roles: ["operator"] }],
    ["authority-exists", { authority: null }],
    ["authority-is-the-organisation's", { organisation: 2 }],
    ["authority-is-current", { authority: { ...authority, until: NOW } }],
    ["authority-is-current", { authority: { ...authority, state: "withdrawn" } }],
    ["authority-covers-the-person", { person: 6 }],
    ["reason-is-given", { reason: "a b" }],
    ["within-access-period", { from: 0, to: Date.parse("2025-11-22T12:00:00Z") }],
    ["area-is-limited", { radiusMetres: 5001 }],
    ["nrds-are-limited", { nrds: 201 }],
    ["place-period-is-limited", { place: true, from: NOW - 25 * HOUR }],
    ["enough-characters", { givenCharacters: 2 }],
  ])("refuses by rule %s", (rule, change) => {
    expect(refusal(change)).toEqual([rule]);
  });

  it("names every rule that refused, and what would be needed", () => {
    const decision = decideEnquiry({ ...proposal, authority: null, reason: "" }, pack, NOW);
    expect(decision).toMatchObject({ allowed: false, rules: ["authority-exists", "reason-is-given"] });
    if (!decision.allowed) expect(decision.needed).toHaveLength(2);
  });
});

describe("decideHitRead", () => {
  it("lets an operator open the read behind a hit, and nobody without the role", () => {
    const hit = { list: "Stolen", id: "h1" };
    expect(decideHitRead({ person: 1, organisation: 1, roles: ["operator"] }, hit, pack, NOW).allowed).toBe(
      true,
    );
    expect(decideHitRead({ person: 1, organisation: 1, roles: ["auditor"] }, hit, pack, NOW).allowed).toBe(
      false,
    );
  });
});

describe("Grant", () => {
  it("cannot be made of a look-alike", () => {
    expect(() => Grant.require({ actor: 1, rules: [], expires: NOW })).toThrow("without a grant");
  });
});
