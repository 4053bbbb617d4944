import { accessFloor } from "../access-floor.ts";
import { PolicyEngine } from "../engine.ts";
import type { AuthorityFacts, EnquiryProposal } from "../facts.ts";
import { ACTIONS, isNationalRole, kindOfRole, ROLES, type Action, type Role } from "../roles.ts";
import type { Standing } from "../principal.ts";
import type { PolicyPack } from "../policy-pack.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What shows reads; no administrator may (ACC-2). */
const SHOWS_READS: readonly Action[] = [
  "hit.see",
  "image.overview",
  "enquiry.ask",
  "export.make",
  "quarantine.see",
];
/** What reaches over every organisation, or gives others what does; national roles alone may. */
const NATIONAL = ACTIONS.filter((action) => /-(?:everywhere|national)$/.test(action));
const OTHER = 9;
const ASKER = 5;

/**
 * Asks a pack, before it may be law, what no pack may permit, on behalf of somebody of each role whose standing could not be better
 * (INV-2, RET-1, ACC-2). A probe finds a sentence that was loosened, not every way to write a loose one: two people still read it.
 * @returns what it permits and must not, in words
 */
export function probe(pack: PolicyPack): string[] {
  const engine = new PolicyEngine(pack);
  const now = Date.parse(pack.effectiveFrom);
  const oldest = accessFloor(now, pack.retention.accessMonths);
  const ordinary = now - pack.access.ordinaryDays * DAY_MS;
  const wrong: string[] = [];
  const mustNot = (allowed: boolean, role: Role, what: string): void => {
    if (allowed) wrong.push(`it lets the role ${role} ${what}`);
  };

  for (const role of ROLES) {
    const asked = anEnquiry(pack, role, now);
    const may = (change: Partial<EnquiryProposal>): boolean =>
      engine.decideEnquiry({ ...asked, ...change }, now).allowed;
    const under = (change: Partial<AuthorityFacts>): Partial<EnquiryProposal> => ({
      authority: { ...anAuthority(pack, asked, now), ...change },
    });
    const past = { from: oldest - DAY_MS, to: oldest };
    mustNot(may({ ...past, ...under({}) }) || may(past), role, "ask about reads past the time of access");
    const older = { from: ordinary - DAY_MS, to: ordinary };
    mustNot(may(older), role, "ask about reads past the ordinary period without an authority");
    for (const [why, change] of [
      ["nobody approved", { state: "requested" }],
      ["has ended", { until: now }],
      ["is another organisation's", { organisation: 2 }],
      ["they approved themselves", { approver: ASKER }],
    ] as const)
      mustNot(may({ ...older, ...under(change) }), role, `rely on an authority that ${why}`);

    const request = {
      ...asked,
      organisation: asked.organisation.id,
      asker: ASKER,
      level: asked.level ?? "serious",
      exceptional: null,
    };
    mustNot(engine.decideAuthority(asked, request, now).allowed, role, "approve their own request");
    const taken = { ...asked, rows: 1, steppedUp: now, approvedBy: ASKER };
    mustNot(engine.decideExport(taken, now).allowed, role, "approve their own export");

    if (!isNationalRole(role))
      for (const action of NATIONAL) mustNot(engine.mayDo([role], action), role, `take ${action}`);
    if (kindOfRole(role) !== "administrator") continue;
    mustNot(may({}) || may(under({})), role, "ask the archive");
    const hit = { id: "1", list: "a list", organisation: 1, captured: now, received: now, state: "new" };
    mustNot(engine.decideHitRead(asked, { ...hit, tagged: null }, now).allowed, role, "open a hit's read");
    for (const action of SHOWS_READS) mustNot(engine.mayDo([role], action), role, `take ${action}`);
  }
  return wrong;
}

/** A question of the last hour that nothing speaks against, but that the role may not ask it. */
function anEnquiry(pack: PolicyPack, role: Role, now: number): EnquiryProposal {
  const standing: Standing = {
    rank: pack.access.ranks.at(-1) ?? null,
    vetting: pack.accounts.vetting.at(-1) ?? "",
    trainedOn: pack.effectiveFrom,
    covert: true,
    organisationState: "approved",
    organisationPolicyUntil: new Date(now + DAY_MS).toISOString().slice(0, 10),
  };
  return {
    person: ASKER,
    organisation: { id: 1 },
    roles: [role],
    standing,
    authority: undefined,
    authorityPlaces: [],
    purpose: "law-enforcement",
    level: kindOfRole(role) === "oversight" ? "audit" : "serious",
    reference: "CASE/1",
    reason: Array.from({ length: 100 }, (_, word) => `word${word}`).join(" "),
    kind: "vrm",
    vrm: "AB12CDE",
    measures: {},
    from: now - HOUR_MS,
    to: now,
    asked: now,
    rowsBefore: 0,
    lastDay: { enquiries: 0, rows: 0 },
    tagged: [],
  };
}

const anAuthority = (pack: PolicyPack, { purpose, level }: EnquiryProposal, now: number): AuthorityFacts => ({
  reference: "OP/1",
  organisation: 1,
  state: "approved",
  from: now - DAY_MS,
  until: now + DAY_MS,
  holders: [],
  purpose: purpose ?? "law-enforcement",
  level: level ?? "serious",
  exceptional: pack.access.exceptionalCriteria[0]?.name ?? null,
  approver: OTHER,
  approverRank: pack.access.ranks.at(-1) ?? null,
  oralSince: null,
  scope: { vrms: null, nrds: null, area: null, from: null, to: null },
});
