import { join } from "node:path";
import { PolicyEngine } from "../../src/policy/engine.ts";
import type { AuthorityFacts, EnquiryProposal } from "../../src/policy/facts.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { projectRoot } from "../../src/project-root.ts";
import type { Figure } from "./report.ts";

const DAY = 86_400_000;

/** How long one decision takes with the shipped pack, parsed beforehand: granted, refused, and with NRDs withheld. */
export function benchDecision(scale: { decisions: number }): Figure[] {
  const started = performance.now();
  const engine = new PolicyEngine(loadPolicyPack(join(projectRoot, "policies/uk")));
  const loadMs = performance.now() - started;
  const now = Date.now();
  const proposal = aProposal(now);
  const cases: readonly (readonly [string, EnquiryProposal])[] = [
    ["granted", proposal],
    ["refused", { ...proposal, roles: ["operator"], reason: "" }],
    ["granted, 300 NRDs tagged", { ...proposal, tagged: taggedNrds(300) }],
  ];
  const figures = cases.flatMap(([name, asked]): Figure[] => {
    const times = timesOf(scale.decisions, () => engine.decideEnquiry(asked, now));
    const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
    return [
      { measure: `${name}, p50`, value: at(0.5), unit: "ms" },
      { measure: `${name}, p99`, value: at(0.99), unit: "ms", target: { atMost: 1 } },
    ];
  });
  return [{ measure: "loading and parsing the pack", value: loadMs, unit: "ms" }, ...figures];
}

/** Sorted, in ms; the first tenth only warms up. */
function timesOf(count: number, decide: () => unknown): readonly number[] {
  for (let i = 0; i < count / 10; i++) decide();
  return Array.from({ length: count }, () => {
    const begun = performance.now();
    decide();
    return performance.now() - begun;
  }).sort((a, b) => a - b);
}

const taggedNrds = (count: number): EnquiryProposal["tagged"] =>
  Array.from({ length: count }, (_, id) => ({
    id: id + 1,
    organisation: id % 70,
    covert: true,
    certificate: id % 2 === 0,
  }));

/** A question that the shipped pack grants. @param now epoch ms */
export function aProposal(now: number): EnquiryProposal {
  const authority: AuthorityFacts = {
    reference: "OP-1",
    organisation: 1,
    state: "approved",
    from: now - DAY,
    until: now + DAY,
    holders: [5, 6, 7],
    purpose: "law-enforcement",
    level: "serious",
    exceptional: null,
    approver: null,
    approverRank: "inspector",
    oralSince: null,
    scope: { vrms: ["AB12CDE"], nrds: null, area: null, from: null, to: null },
  };
  return {
    person: 5,
    organisation: { id: 1 },
    roles: ["investigator"],
    standing: {
      rank: "constable",
      vetting: "SC",
      trainedOn: new Date(now - 30 * DAY).toISOString().slice(0, 10),
      covert: false,
      organisationState: "approved",
      organisationPolicyUntil: new Date(now + 30 * DAY).toISOString().slice(0, 10),
    },
    authority,
    authorityPlaces: [],
    purpose: null,
    level: null,
    reference: null,
    reason: "Burglary series in Stafford, suspect vehicle",
    kind: "vrm",
    vrm: "AB12CDE",
    measures: {},
    from: now - 200 * DAY,
    to: now,
    asked: now,
    rowsBefore: 0,
    lastDay: { enquiries: 0, rows: 0 },
    tagged: [],
  };
}
