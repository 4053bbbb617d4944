import { accessFloor } from "./access-floor.ts";
import { issueGrant, type Grant } from "./grant.ts";
import type { PolicyPack } from "./pack.ts";
import { mayDo, rolesThatMay, type Role } from "./roles.ts";

/** An authority as far as a decision needs it. Times are epoch milliseconds UTC. */
export interface AuthorityFacts {
  readonly reference: string;
  readonly organisation: number;
  readonly state: string;
  readonly from: number;
  readonly until: number;
  /** Person ids that may rely on it; empty means everyone of the organisation. */
  readonly holders: readonly number[];
}

/** What a person wants to do, reduced to what the rules look at. */
export interface Proposal {
  readonly person: number;
  readonly organisation: number;
  readonly roles: readonly Role[];
  readonly authority: AuthorityFacts | null;
  readonly reason: string;
  readonly from: number;
  readonly to: number;
  /** For questions about places. */
  readonly radiusMetres?: number;
  readonly nrds?: number;
  /** For partial VRMs: how many characters are given. */
  readonly givenCharacters?: number;
  /** True for a question that sweeps up vehicles nobody named: places, and partial VRMs. */
  readonly place: boolean;
}

export type Decision =
  | { readonly allowed: true; readonly grant: Grant }
  | { readonly allowed: false; readonly rules: readonly string[]; readonly needed: readonly string[] };

interface Rule {
  readonly name: string;
  readonly holds: (proposal: Proposal, pack: PolicyPack, now: number) => boolean;
  readonly needed: (pack: PolicyPack) => string;
}

const HOUR_MS = 3_600_000;
const words = (text: string): number =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word.length > 1).length;

/** Every rule must hold; each is one sentence (INV-2, INV-3, INV-6, RET-1). */
const RULES: readonly Rule[] = [
  {
    name: "role-may-enquire",
    holds: ({ roles }) => mayDo(roles, "enquiry.ask"),
    needed: () => `One of the roles ${rolesThatMay("enquiry.ask").join(", ")}.`,
  },
  {
    name: "authority-exists",
    holds: ({ authority }) => authority !== null,
    needed: () => "The reference of an authority that exists.",
  },
  {
    name: "authority-is-the-organisation's",
    holds: ({ authority, organisation }) => authority === null || authority.organisation === organisation,
    needed: () => "An authority of your own organisation.",
  },
  {
    name: "authority-is-current",
    holds: ({ authority }, _pack, now) =>
      authority === null ||
      (authority.state === "approved" && authority.from <= now && now < authority.until),
    needed: () => "An authority that is approved and has neither ended nor yet to begin.",
  },
  {
    name: "authority-covers-the-person",
    holds: ({ authority, person }) =>
      authority === null || authority.holders.length === 0 || authority.holders.includes(person),
    needed: () => "An authority that names you.",
  },
  {
    name: "reason-is-given",
    holds: ({ reason }, pack) => words(reason) >= pack.enquiry.minimumReasonWords,
    needed: (pack) => `A reason of at least ${pack.enquiry.minimumReasonWords} words.`,
  },
  {
    name: "within-access-period",
    holds: ({ to }, pack, now) => to > accessFloor(now, pack.retention.accessMonths),
    needed: (pack) =>
      `A period within the last ${pack.retention.accessMonths} months; nothing older is ever shown.`,
  },
  {
    name: "area-is-limited",
    holds: ({ radiusMetres }, pack) => (radiusMetres ?? 0) <= pack.enquiry.areaRadiusMetres,
    needed: (pack) => `An area of at most ${pack.enquiry.areaRadiusMetres / 1000} km radius.`,
  },
  {
    name: "nrds-are-limited",
    holds: ({ nrds }, pack) => (nrds ?? 0) <= pack.enquiry.maximumNrds,
    needed: (pack) => `At most ${pack.enquiry.maximumNrds} NRDs in one question.`,
  },
  {
    name: "place-period-is-limited",
    holds: ({ place, givenCharacters, from, to }, pack) =>
      !place || givenCharacters !== undefined || to - from <= pack.enquiry.areaHours * HOUR_MS,
    needed: (pack) => `A question about a place covers at most ${pack.enquiry.areaHours} hours.`,
  },
  {
    name: "enough-characters",
    holds: ({ givenCharacters }, pack) =>
      (givenCharacters ?? Infinity) >= pack.enquiry.partialMinimumCharacters,
    needed: (pack) => `At least ${pack.enquiry.partialMinimumCharacters} characters of the VRM.`,
  },
];

/**
 * Decides whether a question may be asked. Refusals name every rule that refused and what would be needed; permission is a
 * Grant that ends after the pack's minutes or with the authority, whichever is sooner.
 */
export function decideEnquiry(proposal: Proposal, pack: PolicyPack, now: number): Decision {
  const refusing = RULES.filter((rule) => !rule.holds(proposal, pack, now));
  if (refusing.length > 0 || proposal.authority === null) {
    return {
      allowed: false,
      rules: refusing.map((rule) => rule.name),
      needed: refusing.map((rule) => rule.needed(pack)),
    };
  }
  const grant = issueGrant({
    actor: proposal.person,
    organisation: proposal.organisation,
    authority: proposal.authority.reference,
    reason: proposal.reason,
    accessFloor: accessFloor(now, pack.retention.accessMonths),
    expires: Math.min(now + pack.enquiry.grantMinutes * 60_000, proposal.authority.until),
    rules: RULES.map((rule) => rule.name),
    policyPack: pack.id,
    pageLimit: pack.enquiry.pageLimit,
  });
  return { allowed: true, grant };
}

/**
 * Permission to open the one read behind a hit, for a person who may see hits (VOI-8: a hit is confirmed against its images
 * before anyone acts). The hit's own list takes the authority's place.
 */
export function decideHitRead(
  asker: { readonly person: number; readonly organisation: number; readonly roles: readonly Role[] },
  hit: { readonly list: string; readonly id: string },
  pack: PolicyPack,
  now: number,
): Decision {
  if (!mayDo(asker.roles, "hit.see")) {
    return {
      allowed: false,
      rules: ["role-may-see-hits"],
      needed: [`One of the roles ${rolesThatMay("hit.see").join(", ")}.`],
    };
  }
  const grant = issueGrant({
    actor: asker.person,
    organisation: asker.organisation,
    authority: `list ${hit.list}`,
    reason: `Confirm hit ${hit.id}`,
    accessFloor: accessFloor(now, pack.retention.accessMonths),
    expires: now + pack.enquiry.grantMinutes * 60_000,
    rules: ["role-may-see-hits", "read-raised-a-hit"],
    policyPack: pack.id,
    pageLimit: 1,
  });
  return { allowed: true, grant };
}
