import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../project-root.ts";
import { PolicyEngine } from "./engine.ts";
import type { AuthorityFacts, EnquiryProposal } from "./facts.ts";
import { loadPolicyPack } from "./pack.ts";
import { LEVELS, PURPOSES } from "./purpose.ts";
import { ACTIONS, ROLES } from "./roles.ts";

const engine = new PolicyEngine(loadPolicyPack(join(projectRoot, "policies/uk")));
const NOW = Date.parse("2026-11-22T12:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ORDINARY = NOW - 90 * DAY;
const ACCESS = Date.parse("2025-11-22T12:00:00Z");

const authority: AuthorityFacts = {
  reference: "OP-1",
  organisation: 1,
  state: "approved",
  from: NOW - HOUR,
  until: NOW + HOUR,
  holders: [],
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
  standing: {
    rank: "constable",
    vetting: "SC",
    trainedOn: "2026-01-10",
    covert: false,
    organisationState: "approved",
    organisationPolicyUntil: "2027-01-01",
  },
  authority: undefined,
  authorityPlaces: [],
  purpose: "law-enforcement",
  level: "serious",
  reference: "CRIME/1",
  reason: "A silver van was seen at three burglaries in Stafford; where it went afterwards",
  kind: "vrm",
  measures: {},
  from: NOW - HOUR,
  to: NOW,
  asked: NOW,
  rowsBefore: 0,
  lastDay: { enquiries: 0, rows: 0 },
  tagged: [],
};

/** How old the oldest read asked for is, and the newest. */
const AGES = { "≤ 24 h": 20 * HOUR, "≤ 90 days": 89 * DAY, "≤ 12 months": 300 * DAY, older: 400 * DAY };
const KINDS = {
  vrm: { kind: "vrm", vrm: "AB12CDE" },
  place: { kind: "place", nrds: [1] },
  partial: { kind: "partial", measures: { givenCharacters: 4 } },
} as const;
const GROUNDS: Readonly<Record<string, Partial<AuthorityFacts> | null>> = {
  "no authority": null,
  authority: {},
  "authority by a superintendent, exceptional": {
    approverRank: "superintendent",
    exceptional: "life-at-risk",
  },
};

/** Everything the table asks: every role, level, age, kind and ground. */
const QUESTIONS = ROLES.flatMap((role) =>
  LEVELS.flatMap((level) =>
    Object.entries(GROUNDS).flatMap(([ground, given]) =>
      Object.entries(AGES).flatMap(([age, oldest]) =>
        Object.entries(KINDS).map(([kind, about]) => {
          const relied = given === null ? {} : { authority: { ...authority, level, ...given } };
          const from = NOW - oldest;
          const asked = {
            ...proposal,
            ...about,
            ...relied,
            roles: [role],
            level,
            from,
            to: from + 19 * HOUR,
          };
          return { role, level, ground, age, kind, asked } as const;
        }),
      ),
    ),
  ),
);

/** One line for each answer: who gets it; the kinds of question are named where they differ. */
function sayAnswers(answers: ReadonlyMap<string, ReadonlySet<string>>): string {
  const lines = new Map<string, string[]>();
  for (const [answer, roles] of answers) {
    const [kind = "", said = ""] = answer.split(/: (.*)/);
    const line = `${said}: ${[...roles].join(" ")}`;
    lines.set(line, [...(lines.get(line) ?? []), kind]);
  }
  const every = Object.keys(KINDS).length;
  return [...lines]
    .map(([line, kinds]) => `    ${kinds.length === every ? "" : `(${kinds.join(" ")}) `}${line}\n`)
    .join("");
}

describe("the decision table", () => {
  it("of every role, level, age and kind, with and without an authority, is what was reviewed", async () => {
    const rows = new Map<string, Map<string, Set<string>>>();
    for (const { role, level, ground, age, kind, asked } of QUESTIONS) {
      const decision = engine.decideEnquiry(asked, NOW);
      const answer = `${kind}: ${decision.allowed ? "granted" : `refused by ${decision.rules.join(", ")}`}`;
      const row = `${level} | ${ground} | ${age}`;
      const answers = rows.get(row) ?? new Map<string, Set<string>>();
      rows.set(row, answers.set(answer, (answers.get(answer) ?? new Set()).add(role)));
    }
    await expect(
      [...rows].map(([row, answers]) => `${row}\n${sayAnswers(answers)}`).join("\n"),
    ).toMatchFileSnapshot("__snapshots__/decision-table.snap.txt");
  });

  it("of every role and action is what was reviewed", async () => {
    const table = ACTIONS.map((action) => `${action}: ${engine.rolesThatMay(action).join(" ")}`).join("\n");
    await expect(`${table}\n`).toMatchFileSnapshot("__snapshots__/role-table.snap.txt");
  });

  it("lets nobody with two kinds of function enquire, and no administrator see a read", () => {
    for (const action of [
      "enquiry.ask",
      "hit.see",
      "image.overview",
      "quarantine.see",
      "export.make",
    ] as const)
      expect(engine.mayDo(["admin", "nationaladmin"], action)).toBe(false);
    const both = engine.decideEnquiry({ ...proposal, roles: ["investigator", "admin"] }, NOW);
    expect(both).toMatchObject({ rules: ["vetting-is-sufficient"] });
  });
});

const moment = fc.integer({ min: NOW - 800 * DAY, max: NOW + DAY });
const period = fc.tuple(moment, moment).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1 }));
const vrm = fc.constantFrom("AB12CDE", "ZZ99ZZZ", "A1");
const nrds = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 5 });
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
const scope = fc
  .record({ vrms: maybe(fc.uniqueArray(vrm)), nrds: maybe(nrds), period: maybe(period) })
  .map(({ period: limits, ...rest }) => ({
    ...rest,
    area: null,
    from: limits?.from ?? null,
    to: limits?.to ?? null,
  }));
const anAuthority: fc.Arbitrary<AuthorityFacts> = fc.record({
  reference: fc.constant("OP-1"),
  organisation: fc.constantFrom(1, 2),
  state: fc.constantFrom("requested", "approved", "refused", "withdrawn"),
  from: fc.constantFrom(NOW - DAY, NOW + 1),
  until: fc.constantFrom(NOW, NOW + DAY),
  holders: fc.constantFrom([], [5], [6]),
  purpose: fc.constantFrom(...PURPOSES),
  level: fc.constantFrom(...LEVELS),
  approver: maybe(fc.constantFrom(5, 9)),
  exceptional: maybe(fc.constant("life-at-risk")),
  approverRank: maybe(fc.constantFrom("constable", "inspector", "superintendent")),
  oralSince: maybe(fc.constantFrom(NOW - HOUR, NOW - 2 * DAY)),
  scope,
});
const aProposal: fc.Arbitrary<EnquiryProposal> = fc
  .record({
    roles: fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 2 }),
    authority: fc.option(maybe(anAuthority), { nil: undefined }),
    purpose: maybe(fc.constantFrom(...PURPOSES)),
    level: maybe(fc.constantFrom(...LEVELS)),
    reference: fc.constantFrom(null, "", "CRIME/1"),
    reason: fc.constantFrom("", "for police purposes", "Burglary series in Stafford", proposal.reason),
    kind: fc.constantFrom("vrm", "place", "partial"),
    vrm,
    nrds,
    measures: fc.record({ givenCharacters: fc.integer({ min: 0, max: 7 }) }),
    rowsBefore: fc.constantFrom(0, 999, 1000),
    range: period,
  })
  .map(({ range, ...rest }) => ({ ...proposal, ...rest, ...range }));
const RUNS = { numRuns: 1_000 };

describe("whatever is asked", () => {
  it("is decided without a fault, and a refusal always says what would be needed", () => {
    fc.assert(
      fc.property(aProposal, (asked) => {
        const decision = engine.decideEnquiry(asked, NOW);
        if (decision.allowed) return;
        expect(decision.rules.length).toBeGreaterThan(0);
        expect(decision.needed.length).toBe(decision.rules.length);
        for (const needed of decision.needed) expect(needed).not.toMatch(/[{}]|undefined/);
      }),
      RUNS,
    );
  });

  it("no permit exists without an approved, current authority past 90 days (INV-2)", () => {
    fc.assert(
      fc.property(aProposal, (asked) => {
        const decision = engine.decideEnquiry(asked, NOW);
        if (!decision.allowed) return;
        const { authority: relied } = asked;
        const current =
          relied?.state === "approved" &&
          relied.from <= NOW &&
          NOW < relied.until &&
          relied.organisation === 1;
        if (!current)
          expect(Math.min(asked.from, decision.grant.accessFloor)).toBeGreaterThanOrEqual(ORDINARY);
      }),
      RUNS,
    );
  });

  it("no grant reaches reads older than 12 months (RET-1)", () => {
    fc.assert(
      fc.property(aProposal, (asked) => {
        const decision = engine.decideEnquiry(asked, NOW);
        if (decision.allowed) expect(decision.grant.accessFloor).toBeGreaterThanOrEqual(ACCESS);
      }),
      RUNS,
    );
  });

  it("a grant's scope is never wider than the question's period or the authority's scope", () => {
    fc.assert(
      fc.property(aProposal, (asked) => {
        const decision = engine.decideEnquiry(asked, NOW);
        if (!decision.allowed) return;
        const { vrms, places, from, to } = decision.grant.scope;
        const limit = asked.authority?.scope;
        expect(from).toBeGreaterThanOrEqual(Math.max(asked.from, limit?.from ?? asked.from));
        expect(to).toBeLessThanOrEqual(Math.min(asked.to, limit?.to ?? asked.to));
        expect(vrms).toEqual(limit?.vrms ?? null);
        expect(places?.nrds ?? null).toEqual(limit?.nrds ?? null);
        if (asked.kind === "vrm" && vrms !== null) expect(vrms).toContain(asked.vrm);
        if (asked.kind === "place" && places !== null)
          expect(places.nrds).toEqual(expect.arrayContaining([...(asked.nrds ?? [])]));
      }),
      RUNS,
    );
  });
});
