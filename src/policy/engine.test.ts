import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../project-root.ts";
import { PolicyEngine } from "./engine.ts";
import type { AuthorityFacts, EnquiryProposal, HitReadFacts } from "./facts.ts";
import { Grant } from "./grant.ts";
import { loadPolicyPack } from "./pack.ts";
import type { Level } from "./purpose.ts";
import type { Role } from "./roles.ts";
import type { Standing, Principal } from "./principal.ts";

const engine = new PolicyEngine(loadPolicyPack(join(projectRoot, "policies/uk")));
const { pack } = engine;
const NOW = Date.parse("2026-11-22T12:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const standing = {
  rank: "inspector",
  vetting: "NPPV2",
  trainedOn: "2026-01-10",
  covert: false,
  organisationState: "approved",
  organisationPolicyUntil: "2026-11-22",
} as const;
const authority: AuthorityFacts = {
  reference: "OP-1",
  organisation: 1,
  state: "approved",
  from: NOW - HOUR,
  until: NOW + HOUR,
  holders: [5],
  purpose: "law-enforcement",
  level: "serious",
  exceptional: null,
  approver: 9,
  approverRank: "inspector",
  oralSince: null,
  scope: { vrms: null, nrds: null, area: null, from: null, to: null },
};
const proposal: EnquiryProposal = {
  person: 5,
  organisation: { id: 1 },
  roles: ["investigator"],
  standing,
  authority,
  authorityPlaces: [],
  purpose: null,
  level: null,
  reference: null,
  reason: "Burglary series in Stafford, suspect vehicle",
  kind: "vrm",
  vrm: "AB12CDE",
  measures: {},
  from: NOW - HOUR,
  to: NOW,
  asked: NOW,
  rowsBefore: 0,
  lastDay: { enquiries: 0, rows: 0 },
  tagged: [],
};
const { authority: _, ...without } = proposal;
const stated: EnquiryProposal = {
  ...without,
  authority: undefined,
  purpose: "law-enforcement",
  level: "serious",
  reference: "CRIME/1",
  reason: "A silver van was seen at three burglaries in Stafford; where it went afterwards",
};
const refusal = (change: Partial<EnquiryProposal>, from = proposal) => {
  const decision = engine.decideEnquiry({ ...from, ...change }, NOW);
  return decision.allowed ? [] : decision.rules;
};
const scoped = (scope: Partial<AuthorityFacts["scope"]>): Partial<EnquiryProposal> => ({
  authority: { ...authority, scope: { ...authority.scope, ...scope } },
});
const granted = (change: Partial<EnquiryProposal> = {}, from = proposal): Grant => {
  const decision = engine.decideEnquiry({ ...from, ...change }, NOW);
  if (!decision.allowed) throw new Error(decision.rules.join());
  return decision.grant;
};

describe("an enquiry under an authority", () => {
  it("is granted while the authority is current, until the pack's minutes are over", () => {
    const grant = granted();
    expect(() => Grant.require(grant)).not.toThrow();
    expect(grant).toMatchObject({
      expires: NOW + pack.enquiry.grantMinutes * 60_000,
      authority: "OP-1",
      purpose: "law-enforcement",
      level: "serious",
      policyPack: pack.id,
      policyPackDigest: pack.digest,
      viewLimit: pack.access.viewLimit,
    });
    expect(grant.rules[0]).toBe("recent-reads-for-a-stated-purpose");
    expect(grant.rules).toContain("within-access-period");
  });

  it("ends with its authority, or when an oral one must be confirmed", () => {
    expect(granted({ authority: { ...authority, until: NOW + 1000 } }).expires).toBe(NOW + 1000);
    const oralSince = NOW - pack.access.oralConfirmHours * HOUR;
    expect(granted({ authority: { ...authority, oralSince: oralSince + 2000 } }).expires).toBe(NOW + 2000);
    expect(refusal({ authority: { ...authority, oralSince } })).toEqual(["authority-is-confirmed"]);
  });

  it.each<[string, Partial<EnquiryProposal>]>([
    ["role-may-enquire", { roles: ["operator"] }],
    ["training-is-current", { standing: { ...standing, trainedOn: "2024-11-20" } }],
    ["training-is-current", { standing: { ...standing, trainedOn: null } }],
    ["vetting-is-sufficient", { standing: { ...standing, vetting: "none" } }],
    ["vetting-is-sufficient", { standing: { ...standing, vetting: "made up" } }],
    ["organisation-is-approved", { standing: { ...standing, organisationState: "suspended" } }],
    ["organisation-policy-is-current", { standing: { ...standing, organisationPolicyUntil: "2026-11-21" } }],
    ["organisation-policy-is-current", { standing: { ...standing, organisationPolicyUntil: null } }],
    ["authority-exists", { authority: null }],
    ["authority-is-the-organisation's", { organisation: { id: 2 } }],
    ["authority-is-current", { authority: { ...authority, until: NOW } }],
    ["authority-is-current", { authority: { ...authority, from: NOW + 1 } }],
    ["authority-is-current", { authority: { ...authority, state: "withdrawn" } }],
    ["authority-is-current", { authority: { ...authority, state: "requested" } }],
    ["authority-covers-the-person", { person: 6 }],
    ["authority-serves-others-than-its-approver", { authority: { ...authority, approver: 5 } }],
    ["national-security-is-counter-terrorism", { authority: { ...authority, purpose: "national-security" } }],
    [
      "oral-authority-reaches-recent-reads",
      { from: NOW - 91 * DAY, authority: { ...authority, oralSince: NOW - HOUR } },
    ],
    [
      "oral-authority-is-not-for-tax-and-duty",
      { authority: { ...authority, purpose: "tax-and-duty", oralSince: NOW - HOUR } },
    ],
    ["authority-covers-the-vrm", scoped({ vrms: ["ZZ99ZZZ"] })],
    ["authority-covers-the-period", scoped({ from: NOW - HOUR + 1 })],
    ["authority-covers-the-period", scoped({ to: NOW - 1 })],
    ["authority-covers-the-place", { ...scoped({ nrds: [1] }), kind: "place", nrds: [1, 2] }],
    ["purpose-is-the-authority's", { purpose: "national-security" }],
    ["level-is-the-authority's", { level: "major" }],
    ["audit-and-rights-are-for-oversight", { authority: { ...authority, level: "audit" } }],
    ["reason-is-given", { reason: "a b" }],
    ["reason-is-given", { reason: "For police purposes, as discussed: enquiries" }],
    ["reason-under-an-open-authority-is-specific", { reason: "where is she" }],
    ["within-access-period", { from: 0, to: Date.parse("2025-11-22T12:00:00Z") }],
    ["area-is-limited", { measures: { radiusMetres: 5000.01 } }],
    ["nrds-are-limited", { nrds: Array.from({ length: 201 }, (__, index) => index) }],
    ["place-period-is-limited", { kind: "place", from: NOW - 25 * HOUR }],
    ["enough-characters", { kind: "partial", measures: { givenCharacters: 2 } }],
    ["view-limit", { rowsBefore: 1000 }],
    ["enquiries-a-day", { lastDay: { enquiries: pack.access.enquiriesPerDay, rows: 0 } }],
    ["rows-a-day", { lastDay: { enquiries: 0, rows: pack.access.rowsPerDay } }],
  ])("is refused by rule %s", (rule, change) => {
    expect(refusal(change)).toEqual([rule]);
  });

  it("names every rule that refused, in the pack's order, and what would be needed", () => {
    const decision = engine.decideEnquiry({ ...proposal, authority: null, reason: "" }, NOW);
    expect(decision).toMatchObject({ allowed: false, rules: ["authority-exists", "reason-is-given"] });
    if (!decision.allowed)
      expect(decision.needed).toEqual([
        "The reference of an authority that exists.",
        "A reason of at least 3 different words that say what is looked for and why.",
      ]);
  });

  it("reaches older reads, of volume crime only on a senior officer's exceptional criterion", () => {
    const older = { from: NOW - 200 * DAY };
    expect(granted(older).accessFloor).toBe(Date.parse("2025-11-22T12:00:00Z"));
    const volume = (change: Partial<AuthorityFacts>) =>
      refusal({ ...older, authority: { ...authority, level: "priority-volume", ...change } });
    expect(refusal({ ...older, authority: { ...authority, approverRank: "sergeant" } })).toEqual([
      "older-reads-need-a-senior-officer",
    ]);
    expect(refusal({ ...older, authority: { ...authority, approverRank: null } })).toEqual([
      "older-reads-need-a-senior-officer",
    ]);
    const rule = ["older-reads-of-volume-crime-are-exceptional"];
    expect(volume({})).toEqual(rule);
    expect(volume({ exceptional: "life-at-risk", approverRank: "inspector" })).toEqual(rule);
    expect(volume({ approverRank: "superintendent" })).toEqual(rule);
    expect(volume({ exceptional: "we need it", approverRank: "superintendent" })).toEqual(rule);
    expect(volume({ exceptional: "life-at-risk", approverRank: "chief superintendent" })).toEqual([]);
  });

  it("carries its scope and the NRDs it withholds, which every query keeps to", () => {
    const tagged = [
      { id: 11, organisation: 1, covert: true, certificate: false },
      { id: 12, organisation: 2, covert: true, certificate: false },
      { id: 13, organisation: 1, covert: false, certificate: true },
    ];
    const change = { ...scoped({ vrms: ["AB12CDE"], nrds: [3] }), tagged };
    expect(granted(change)).toMatchObject({
      scope: { vrms: ["AB12CDE"], places: { nrds: [3], area: null, within: [] }, from: NOW - HOUR, to: NOW },
      withheldNrds: [11, 12, 13],
    });
    expect(granted({ tagged, standing: { ...standing, covert: true } }).withheldNrds).toEqual([12, 13]);
    const secret = { ...authority, purpose: "national-security", level: "counter-terrorism" } as const;
    expect(granted({ tagged, authority: secret }).withheldNrds).toEqual([11, 12]);
    const unconfirmed = { ...secret, oralSince: NOW - HOUR };
    expect(granted({ tagged, authority: unconfirmed }).withheldNrds).toEqual([11, 12, 13]);
    const said = { ...stated, tagged, purpose: "national-security", level: "counter-terrorism" } as const;
    expect(granted(said, stated).withheldNrds).toEqual([11, 12, 13]);
  });
});

describe("an enquiry without an authority", () => {
  it("is granted for the ordinary period, for a stated purpose, level and case", () => {
    const grant = granted({}, stated);
    expect(grant).toMatchObject({ authority: "case CRIME/1", level: "serious", purpose: "law-enforcement" });
    expect(grant.accessFloor).toBe(NOW - 90 * DAY);
    expect(refusal({ from: NOW - 90 * DAY }, stated)).toEqual([]);
  });

  it.each<[string, Partial<EnquiryProposal>]>([
    ["older-reads-need-authority", { from: NOW - 90 * DAY - 1 }],
    ["purpose-is-stated", { purpose: null }],
    ["level-is-stated", { level: null }],
    ["reason-for-a-stated-case-is-specific", { reason: "Burglary series in Stafford, suspect vehicle" }],
    ["reference-is-given", { reference: " " }],
    ["tax-and-duty-needs-authority", { purpose: "tax-and-duty" }],
    ["national-security-is-counter-terrorism", { purpose: "national-security" }],
    ["audit-and-rights-are-for-oversight", { level: "subject-rights" }],
    ["oversight-does-not-investigate", { roles: ["auditor"] }],
  ])("is refused by rule %s", (rule, change) => {
    expect(refusal(change, stated)).toEqual([rule]);
  });

  it("may be turned to its later pages although its oldest reads have aged meanwhile", () => {
    const first = { ...stated, from: NOW - 90 * DAY };
    expect(engine.decideEnquiry(first, NOW + 600_000).allowed).toBe(true);
  });

  it("lets overview images be opened by those whose role includes them, which an auditor's does not", () => {
    expect(granted({}, stated).overviews).toBe(true);
    expect(granted({ roles: ["auditor"], level: "audit" }, stated).overviews).toBe(false);
  });

  it("is for auditors and data protection officers where it serves an audit or a person's rights", () => {
    expect(refusal({ roles: ["auditor"], level: "audit" }, stated)).toEqual([]);
    expect(refusal({ roles: ["dpo"], level: "subject-rights" }, stated)).toEqual([]);
    const given = { ...authority, level: "subject-rights", approverRank: null } as const;
    const older = { roles: ["dpo"] as const, from: NOW - 200 * DAY, authority: given };
    expect(refusal(older)).toEqual([]);
    expect(refusal({ ...older, roles: ["investigator"] })).toEqual(["audit-and-rights-are-for-oversight"]);
  });
});

describe("the read behind a hit", () => {
  const operator = { ...proposal, roles: ["operator"] } as const;
  const hit = {
    list: "Stolen",
    id: "h1",
    organisation: 1,
    captured: NOW - HOUR,
    received: NOW - HOUR,
    state: "new",
    tagged: null,
  } as const;
  const refused = (who: Partial<Principal>, what: Partial<HitReadFacts>): readonly string[] => {
    const decision = engine.decideHitRead({ ...operator, ...who }, { ...hit, ...what }, NOW);
    return decision.allowed ? [] : decision.rules;
  };

  it("is opened by an operator of the list's organisation, and nobody without the role", () => {
    expect(refused({}, {})).toEqual([]);
    expect(refused({ roles: ["auditor"] }, {})).toEqual(["role-may-see-hits"]);
    expect(refused({ organisation: { id: 2 } }, {})).toEqual(["hit-is-the-organisation's"]);
  });

  it.each<[string, Partial<Standing>]>([
    ["training-is-current", { trainedOn: null }],
    ["vetting-is-sufficient", { vetting: "none" }],
    ["organisation-is-approved", { organisationState: "withdrawn" }],
    ["organisation-policy-is-current", { organisationPolicyUntil: null }],
  ])("is refused by rule %s", (rule, change) => {
    expect(refused({ standing: { ...standing, ...change } }, {})).toEqual([rule]);
  });

  it("is opened within the ordinary period, by the stricter of capture and receipt", () => {
    expect(refused({}, { captured: NOW - 90 * DAY })).toEqual([]);
    expect(refused({}, { captured: NOW - 90 * DAY - 1 })).toEqual(["hit-is-recent"]);
    expect(refused({}, { received: NOW - 90 * DAY - 1 })).toEqual(["hit-is-recent"]);
    const decision = engine.decideHitRead(operator, hit, NOW);
    expect(decision.allowed && decision.grant.accessFloor).toBe(NOW - 90 * DAY);
  });

  it("of a covert NRD is opened by cleared people of its owner alone, under a certificate by nobody", () => {
    const covert = { tagged: { id: 7, organisation: 1, covert: true, certificate: false } };
    const cleared = { standing: { ...standing, covert: true } };
    const rule = ["covert-reads-stay-with-their-owner"];
    expect(refused({}, covert)).toEqual(rule);
    expect(refused(cleared, covert)).toEqual([]);
    expect(refused(cleared, { tagged: { ...covert.tagged, organisation: 2 } })).toEqual(rule);
    const bound = { tagged: { ...covert.tagged, covert: false, certificate: true } };
    expect(refused(cleared, bound)).toEqual(["certificate-binds-the-purpose"]);
  });
});

describe("an export", () => {
  const wanted = { ...proposal, rows: 10_000, approvedBy: 9, steppedUp: NOW - 60_000 };
  it("needs another person's approval, a small number and the second factor again", () => {
    expect(engine.decideExport(wanted, NOW).allowed).toBe(true);
    for (const [rule, change] of [
      ["role-may-export", { roles: ["operator"] }],
      ["export-is-approved-by-another", { approvedBy: null }],
      ["export-is-approved-by-another", { approvedBy: 5 }],
      ["export-is-limited", { rows: 10_001 }],
      ["export-after-step-up", { steppedUp: NOW - 900_000 }],
    ] as const) {
      expect(engine.decideExport({ ...wanted, ...change }, NOW)).toMatchObject({ rules: [rule] });
    }
  });
});

describe("a refusal to show reads", () => {
  it("names the pack that refused, as a grant does", () => {
    const law = { policyPack: pack.id, policyPackDigest: pack.digest };
    expect(engine.decideEnquiry({ ...proposal, reason: "" }, NOW)).toMatchObject(law);
    expect(engine.refuse("read-is-covered", "An enquiry.")).toEqual({
      allowed: false,
      rules: ["read-is-covered"],
      needed: ["An enquiry."],
      ...law,
    });
  });
});

describe("a request for an authority", () => {
  const approver = { ...proposal, person: 9, roles: ["authoriser"] } as const;
  const request = { asker: 5, organisation: 1, level: "serious", from: null, exceptional: null } as const;
  const decide = (who: object, what: object): readonly string[] => {
    const decision = engine.decideAuthority({ ...approver, ...who }, { ...request, ...what }, NOW);
    return decision.allowed ? [] : decision.rules;
  };
  const ranked = (rank: string | null) => ({ standing: { ...standing, rank } });

  it("is approved by another of the organisation, of sufficient rank where it reaches older reads", () => {
    expect(decide({}, {})).toEqual([]);
    expect(decide({ person: 5 }, {})).toEqual(["authority-is-approved-by-another"]);
    expect(decide({ organisation: { id: 2 } }, {})).toEqual([
      "authority-is-approved-within-the-organisation",
    ]);
    expect(decide(ranked("sergeant"), {})).toEqual(["older-reads-need-rank"]);
    expect(decide(ranked(null), {})).toEqual(["older-reads-need-rank"]);
    expect(decide(ranked("sergeant"), { from: NOW - 89 * DAY })).toEqual([]);
    expect(decide({ roles: ["investigator"] }, {})).toEqual(["no-rule-permits"]);
    for (const [rule, change] of [
      ["training-is-current", { trainedOn: null }],
      ["vetting-is-sufficient", { vetting: "none" }],
      ["organisation-is-approved", { organisationState: "withdrawn" }],
      ["organisation-policy-is-current", { organisationPolicyUntil: null }],
    ] as const)
      expect(decide({ standing: { ...standing, ...change } }, {})).toEqual([rule]);
  });

  it("past the ordinary period for volume crime needs a superintendent and an exceptional criterion", () => {
    const volume = { level: "priority-volume" };
    expect(decide({}, volume)).toEqual(["exceptional-reads-need-rank"]);
    expect(decide({}, { ...volume, from: NOW - DAY })).toEqual([]);
    expect(decide(ranked("superintendent"), volume)).toEqual(["exceptional-reads-need-rank"]);
    expect(decide(ranked("superintendent"), { ...volume, exceptional: "we need it" })).toEqual([
      "exceptional-reads-need-rank",
    ]);
    expect(decide(ranked("superintendent"), { ...volume, exceptional: "life-at-risk" })).toEqual([]);
  });

  it("for an audit or a person's rights is approved by oversight, and by nobody else", () => {
    expect(decide({}, { level: "audit" })).toEqual(["no-rule-permits"]);
    expect(decide({ roles: ["dpo"], ...ranked(null) }, { level: "audit" })).toEqual([]);
    expect(decide({ roles: ["dpo"] }, {})).toEqual(["no-rule-permits"]);
    expect(decide({ roles: ["auditor"], person: 5 }, { level: "audit" })).toEqual([
      "authority-is-approved-by-another",
    ]);
  });

  it("is made by those who may rely on it: oversight for its own levels, investigators for all others", () => {
    const ask = (roles: readonly Role[], level: Level): readonly string[] => {
      const decision = engine.decideRequest({ ...approver, roles }, { ...request, level }, NOW);
      return decision.allowed ? [] : decision.rules;
    };
    expect(ask(["investigator"], "serious")).toEqual([]);
    expect(ask(["dpo"], "subject-rights")).toEqual([]);
    expect(ask(["auditor"], "audit")).toEqual([]);
    expect(ask(["investigator"], "audit")).toEqual(["audit-and-rights-are-asked-for-by-oversight"]);
    expect(ask(["auditor"], "serious")).toEqual(["oversight-asks-for-nothing-else"]);
    expect(ask(["operator"], "serious")).toEqual(["no-rule-permits"]);
  });

  it("is refused and withdrawn by those who could have approved it, whatever their rank", () => {
    const turnDown = (who: object, what: object): readonly string[] => {
      const decision = engine.decideRefusal({ ...approver, ...who }, { ...request, ...what }, NOW);
      return decision.allowed ? [] : decision.rules;
    };
    expect(turnDown(ranked(null), {})).toEqual([]);
    expect(turnDown({ organisation: { id: 2 } }, {})).toEqual([
      "authority-is-approved-within-the-organisation",
    ]);
    expect(turnDown({ roles: ["auditor"] }, {})).toEqual(["no-rule-permits"]);
    expect(turnDown({ roles: ["dpo"] }, { level: "subject-rights" })).toEqual([]);
    expect(turnDown({}, { level: "audit" })).toEqual(["no-rule-permits"]);
  });
});

describe("a grant", () => {
  it("cannot be made of a look-alike", () => {
    expect(() => Grant.require({ actor: 1, rules: [], expires: NOW })).toThrow("without a grant");
  });
});
