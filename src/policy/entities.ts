import type { CedarValueJson } from "@cedar-policy/cedar-wasm/nodejs";
import { accessFloor, monthsBefore } from "./access-floor.ts";
import type { Party } from "./cedar/decision-point.ts";
import {
  NO_MEASURES,
  type AuthorityFacts,
  type AuthorityRequestFacts,
  type EnquiryMeasures,
  type EnquiryProposal,
  type HitReadFacts,
  type OldHitsProposal,
} from "./facts.ts";
import type { PolicyNumbers } from "./pack/numbers.ts";
import { tellingWords } from "./reason.ts";
import { kindOfRoles, type Action } from "./roles.ts";
import type { Principal } from "./principal.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The place of a rank in the pack's list, 0 the lowest; -1 for none or one the pack does not know. */
const rankIn = (numbers: PolicyNumbers, rank: string | null): number =>
  rank === null ? -1 : numbers.access.ranks.indexOf(rank);

/** A person as the sentences see them; dates end with their day, UTC. */
export function personOf(
  { person, organisation, roles, standing }: Principal,
  permissions: readonly Action[],
  numbers: PolicyNumbers,
  now: number,
): Party {
  const { trainedOn, organisationPolicyUntil } = standing;
  const trained =
    trainedOn !== null &&
    Date.parse(trainedOn) >= monthsBefore(now, numbers.accounts.trainingMonths) - DAY_MS;
  return {
    type: "Person",
    id: String(person),
    roles,
    attrs: {
      number: person,
      organisation: organisation.id,
      permissions: [...permissions],
      trained: trained && Date.parse(trainedOn) <= now,
      vetted: isVetted(roles, standing.vetting, numbers),
      covert: standing.covert,
      organisationApproved: standing.organisationState === "approved",
      organisationHasPolicy:
        organisationPolicyUntil !== null && now < Date.parse(organisationPolicyUntil) + DAY_MS,
      rank: rankIn(numbers, standing.rank),
    },
  };
}

function isVetted(roles: Principal["roles"], vetting: string, { accounts }: PolicyNumbers): boolean {
  const kind = kindOfRoles(roles);
  if (kind === undefined) return false;
  return accounts.vetting.indexOf(vetting) >= accounts.vetting.indexOf(accounts.minimumVetting[kind]);
}

/** A question as the sentences see it. */
export function enquiryOf(proposal: EnquiryProposal, numbers: PolicyNumbers): Party {
  return {
    type: "Enquiry",
    id: "asked",
    attrs: {
      kind: proposal.kind,
      from: proposal.from,
      to: proposal.to,
      purpose: proposal.purpose ?? "",
      level: proposal.level ?? "",
      hasReference: (proposal.reference ?? "").trim() !== "",
      reasonWords: tellingWords(proposal.reason, numbers.access.emptyPhrases),
      namesAuthority: proposal.authority !== undefined,
      ...wholeNumbers({ ...NO_MEASURES, ...proposal.measures }),
      nrds: proposal.nrds?.length ?? 0,
      rowsBefore: proposal.rowsBefore,
      enquiriesInADay: proposal.lastDay.enquiries,
      rowsInADay: proposal.lastDay.rows,
    },
  };
}

/** Cedar counts in whole numbers; what lies between is more than the smaller one. */
const wholeNumbers = (measures: EnquiryMeasures): Record<string, number> =>
  Object.fromEntries(Object.entries(measures).map(([name, measure]) => [name, Math.ceil(measure)]));

/** A hit as the sentences see it; its age is the stricter of capture and receipt. */
export const hitOf = ({ id, organisation, state, captured, received }: HitReadFacts): Party => ({
  type: "Hit",
  id,
  attrs: { organisation, state, from: Math.min(captured, received) },
});

/** A look through old hits as the sentences see it. */
export const oldHitsOf = (
  { purpose, reason, from, lastDay }: OldHitsProposal,
  numbers: PolicyNumbers,
): Party => ({
  type: "OldHits",
  id: "asked",
  attrs: {
    purpose: purpose ?? "",
    reasonWords: tellingWords(reason, numbers.access.emptyPhrases),
    from,
    enquiriesInADay: lastDay.enquiries,
    rowsInADay: lastDay.rows,
  },
});

/** A request for an authority as the sentences see it. */
export function requestOf(
  { asker, organisation, level, from, exceptional }: AuthorityRequestFacts,
  numbers: PolicyNumbers,
  now: number,
): Party {
  const reachesOlderData = from === null || from < wallsOf(now, numbers, now).ordinary;
  const attrs = {
    asker,
    organisation,
    level,
    reachesOlderData,
    exceptional: isCriterion(exceptional, numbers),
  };
  return { type: "AuthorityRequest", id: "request", attrs };
}

/** Whether it is one of the pack's exceptional criteria. */
const isCriterion = (exceptional: string | null, { access }: PolicyNumbers): boolean =>
  access.exceptionalCriteria.some(({ name }) => name === exceptional);

/** Now, how far back one may ask, the numbers of the pack, and the authority. */
export function circumstancesOf(
  proposal: EnquiryProposal,
  numbers: PolicyNumbers,
  now: number,
): Record<string, CedarValueJson> {
  const { authority } = proposal;
  const circumstances = { now, walls: wallsOf(proposal.asked, numbers, now), limits: limitsOf(numbers) };
  return authority === undefined || authority === null
    ? circumstances
    : { ...circumstances, authority: authorityOf(authority, proposal, numbers) };
}

/** The oldest moments that may be asked for: without an authority, and by anybody (INV-2, RET-1). */
export const wallsOf = (asked: number, { access, retention }: PolicyNumbers, now: number) => ({
  ordinary: asked - access.ordinaryDays * DAY_MS,
  access: accessFloor(now, retention.accessMonths),
});

/** Until when an authority given orally serves without being confirmed in writing; undefined where it needs no more. */
export const confirmByOf = ({ oralSince }: AuthorityFacts, { access }: PolicyNumbers): number | undefined =>
  oralSince === null ? undefined : oralSince + access.oralConfirmHours * HOUR_MS;

function authorityOf(
  authority: AuthorityFacts,
  { from, to, vrm, nrds = [], authorityPlaces }: EnquiryProposal,
  numbers: PolicyNumbers,
): Record<string, CedarValueJson> {
  const { scope } = authority;
  const confirmBy = confirmByOf(authority, numbers);
  const anywhere = scope.nrds === null && scope.area === null;
  const places = new Set([...(scope.nrds ?? []), ...authorityPlaces]);
  return {
    organisation: authority.organisation,
    state: authority.state,
    from: authority.from,
    until: authority.until,
    holders: [...authority.holders],
    ...(confirmBy === undefined ? {} : { confirmBy }),
    purpose: authority.purpose,
    level: authority.level,
    exceptional: isCriterion(authority.exceptional, numbers),
    ...(authority.approver === null ? {} : { approver: authority.approver }),
    approverRank: rankIn(numbers, authority.approverRank),
    coversVrm: scope.vrms === null || vrm === undefined || scope.vrms.includes(vrm),
    coversPlace: anywhere || nrds.every((nrd) => places.has(nrd)),
    coversPeriod: from >= (scope.from ?? -Infinity) && to <= (scope.to ?? Infinity),
    namesNothing: anywhere && scope.vrms === null && scope.from === null && scope.to === null,
  };
}

/** The numbers that sentences compare with. */
export const limitsOf = (numbers: PolicyNumbers): Record<string, CedarValueJson> => {
  const { enquiry, access } = numbers;
  return {
    minimumReasonWords: enquiry.minimumReasonWords,
    minimumCaseReasonWords: enquiry.minimumCaseReasonWords,
    minimumUnboundedReasonWords: enquiry.minimumUnboundedReasonWords,
    areaRadiusMetres: enquiry.areaRadiusMetres,
    areaHours: enquiry.areaHours,
    maximumNrds: enquiry.maximumNrds,
    partialMinimumCharacters: enquiry.partialMinimumCharacters,
    viewLimit: access.viewLimit,
    exportLimit: access.exportLimit,
    enquiriesPerDay: access.enquiriesPerDay,
    rowsPerDay: access.rowsPerDay,
    olderDataRank: rankIn(numbers, access.olderDataRank),
    exceptionalRank: rankIn(numbers, access.exceptionalRank),
  };
};
