import { DecisionPoint, type Party, type Verdict } from "./cedar/decision-point.ts";
import type {
  AuthorityRequestFacts,
  EnquiryProposal,
  ExportProposal,
  HitReadFacts,
  OldHitsProposal,
  TaggedNrd,
} from "./facts.ts";
import { issueGrant, type Grant, type GrantScope } from "./grant.ts";
import { fillIn } from "./pack/placeholders.ts";
import {
  circumstancesOf,
  confirmByOf,
  enquiryOf,
  hitOf,
  limitsOf,
  oldHitsOf,
  personOf,
  requestOf,
  wallsOf,
} from "./entities.ts";
import { permissionsOf } from "./permissions.ts";
import type { Purpose } from "./purpose.ts";
import { ACTIONS, type Action, type DecisionName, type Permissions, type Role } from "./roles.ts";
import type { Principal } from "./principal.ts";
import type { PolicyPack } from "./policy-pack.ts";

/** A refusal: the names of the sentences that refused, and what would be needed, in plain English. */
export interface Refusal {
  readonly allowed: false;
  readonly rules: readonly string[];
  readonly needed: readonly string[];
}
/** A refusal to show reads, with the pack that refused: another may be in force when it is written down. */
export interface RefusedAccess extends Refusal {
  readonly policyPack: string;
  readonly policyPackDigest: string;
}
/** Whether reads may be looked at. */
export type Decision = { readonly allowed: true; readonly grant: Grant } | RefusedAccess;
/** Whether something else may be done; `rules` are those that allowed it. */
export type Approval = { readonly allowed: true; readonly rules: readonly string[] } | Refusal;

/** Answers about NRDs that are kept, beyond which they are forgotten and decided anew. */
const REMEMBERED = 10_000;

/** What is said where nothing permits and nothing forbids. */
export const NOTHING_PERMITS = "no-rule-permits";

/**
 * Decides by one policy pack, whose sentences are parsed once, here (INV-2, INV-3, INV-6). A decision says which sentences
 * made it. Times are epoch milliseconds UTC.
 */
export class PolicyEngine {
  readonly pack: PolicyPack;
  readonly permissions: Permissions;
  readonly #answer: DecisionPoint;
  readonly #showHit: DecisionPoint;
  readonly #lookThrough: DecisionPoint;
  readonly #showReadsOf: DecisionPoint;
  readonly #takeOut: DecisionPoint;
  readonly #request: DecisionPoint;
  readonly #refuse: DecisionPoint;
  readonly #approve: DecisionPoint;
  readonly #seen = new Map<string, boolean>();

  constructor(pack: PolicyPack) {
    const pointFor = (action: DecisionName) => new DecisionPoint(pack.digest, action, pack.rules);
    this.pack = pack;
    this.permissions = permissionsOf(pack.digest, pack.rules);
    this.#answer = pointFor("answer");
    this.#showHit = pointFor("show-hit");
    this.#lookThrough = pointFor("look-through");
    this.#showReadsOf = pointFor("show-reads-of");
    this.#takeOut = pointFor("take-out");
    this.#request = pointFor("request");
    this.#refuse = pointFor("refuse");
    this.#approve = pointFor("approve");
  }

  /** Whether somebody with these roles may take an action. */
  mayDo(roles: readonly Role[], action: Action): boolean {
    return roles.some((role) => this.permissions[action].includes(role));
  }

  rolesThatMay(action: Action): readonly Role[] {
    return this.permissions[action];
  }

  /**
   * Decides whether a question may be answered. Permission is a Grant that ends after the pack's minutes or with the
   * authority, whichever is sooner, reaches no further back than its question needs, and holds every query to its scope.
   */
  decideEnquiry(proposal: EnquiryProposal, now: number): Decision {
    const { pack } = this;
    const person = this.#personOf(proposal, now);
    const question = enquiryOf(proposal, pack);
    const verdict = this.#answer.decide(person, question, circumstancesOf(proposal, pack, now));
    if (!verdict.allowed) return this.#refusal(verdict);
    const { authority, asked } = proposal;
    const purpose = authority?.purpose ?? proposal.purpose;
    const walls = wallsOf(asked, pack, now);
    const ends = asked + pack.enquiry.grantMinutes * 60_000;
    const grant = issueGrant({
      actor: proposal.person,
      organisation: proposal.organisation.id,
      authority: authority?.reference ?? `case ${proposal.reference}`,
      reason: proposal.reason,
      purpose,
      level: authority?.level ?? proposal.level,
      accessFloor:
        authority && proposal.from < walls.ordinary ? walls.access : Math.max(walls.ordinary, walls.access),
      scope: scopeOf(proposal),
      withheldNrds: this.#withheldFrom(person, proposal, purpose),
      overviews: this.mayDo(proposal.roles, "image.overview"),
      expires: authority ? Math.min(ends, authority.until, confirmByOf(authority, pack) ?? ends) : ends,
      rules: namesOf(this.#answer, verdict),
      decidedBy: decidedBy(verdict),
      policyPack: pack.id,
      policyPackDigest: pack.digest,
      pageLimit: pack.enquiry.pageLimit,
      viewLimit: pack.access.viewLimit,
    });
    return { allowed: true, grant };
  }

  /**
   * Permission to open the one read behind a hit, for a person who may see hits (VOI-8: a hit is confirmed against its images
   * before anyone acts). The hit's own list takes the authority's place. An NRD whose reads are not for everybody is held
   * to the same sentences as in an enquiry; a list states no purpose, so nothing bound to one is shown.
   */
  decideHitRead(asker: Principal, hit: HitReadFacts, now: number): Decision {
    const { pack } = this;
    const person = this.#personOf(asker, now);
    const walls = wallsOf(now, pack, now);
    const verdict = this.#showHit.decide(person, hitOf(hit), { walls });
    if (!verdict.allowed) return this.#refusal(verdict);
    const shown = hit.tagged && this.#decideNrd(person, attrsOf(hit.tagged, asker), NO_PURPOSE);
    if (shown?.allowed === false) return this.#refusal(shown);
    const grant = issueGrant({
      actor: asker.person,
      organisation: asker.organisation.id,
      authority: `list ${hit.list}`,
      reason: `Confirm hit ${hit.id}`,
      purpose: null,
      level: null,
      accessFloor: Math.max(walls.ordinary, walls.access),
      scope: { vrms: null, places: null, from: 0, to: Number.MAX_SAFE_INTEGER },
      withheldNrds: [],
      overviews: this.mayDo(asker.roles, "image.overview"),
      expires: now + pack.enquiry.grantMinutes * 60_000,
      rules: namesOf(this.#showHit, verdict),
      decidedBy: decidedBy(verdict),
      policyPack: pack.id,
      policyPackDigest: pack.digest,
      pageLimit: 1,
      viewLimit: 1,
    });
    return { allowed: true, grant };
  }

  /** Whether somebody may look through hits that are no longer in hand (INV-7). */
  decideOldHits(proposal: OldHitsProposal, now: number): Approval {
    const { pack } = this;
    const context = { walls: wallsOf(now, pack, now), limits: limitsOf(pack) };
    const resource = oldHitsOf(proposal, pack);
    return this.#approval(this.#lookThrough.decide(this.#personOf(proposal, now), resource, context));
  }

  /**
   * Whether somebody may know, where no purpose is stated, what an NRD gives whose reads are not for everybody: its hits,
   * and what was set apart of it (INV-4, CERT-1).
   */
  mayKnowOf(asker: Principal, nrd: TaggedNrd, now: number): boolean {
    const person = this.#personOf(asker, now);
    const key = JSON.stringify([person.roles, person.attrs, NO_PURPOSE]);
    return this.#maySee(key, person, attrsOf(nrd, asker), NO_PURPOSE);
  }

  /** Whether reads may leave the service (NSAP-3). */
  decideExport(proposal: ExportProposal, now: number): Approval {
    const { session } = this.pack;
    const attrs = {
      rows: proposal.rows,
      approver: proposal.approvedBy ?? 0,
      steppedUp: now - proposal.steppedUp < session.stepUpMinutes * 60_000,
    };
    const context = { limits: limitsOf(this.pack) };
    return this.#approval(
      this.#takeOut.decide(this.#personOf(proposal, now), { type: "Export", id: "export", attrs }, context),
    );
  }

  /** Whether this person may ask for such an authority. */
  decideRequest(asker: Principal, request: AuthorityRequestFacts, now: number): Approval {
    const resource = requestOf(request, this.pack, now);
    return this.#approval(this.#request.decide(this.#personOf(asker, now), resource));
  }

  /** Whether this person may refuse such a request, or withdraw what came of it. */
  decideRefusal(decider: Principal, request: AuthorityRequestFacts, now: number): Approval {
    const resource = requestOf(request, this.pack, now);
    return this.#approval(this.#refuse.decide(this.#personOf(decider, now), resource));
  }

  /** Whether this person may approve that request for an authority (INV-2). */
  decideAuthority(approver: Principal, request: AuthorityRequestFacts, now: number): Approval {
    const resource = requestOf(request, this.pack, now);
    const context = { limits: limitsOf(this.pack) };
    return this.#approval(this.#approve.decide(this.#personOf(approver, now), resource, context));
  }

  /** A refusal under this pack for a condition that only the archive can tell; see docs/policy-pack.md. */
  refuse(rule: string, needed: string): RefusedAccess {
    return { allowed: false, rules: [rule], needed: [needed], ...this.#named };
  }

  /** The tagged NRDs whose reads the asker may not see for that purpose. */
  #withheldFrom(person: Party, proposal: EnquiryProposal, purpose: Purpose | null): number[] {
    if (proposal.tagged.length === 0) return [];
    const { authority } = proposal;
    const underAuthority = authority?.state === "approved" && authority.oralSince === null;
    const use = { purpose: purpose ?? "", underAuthority };
    const asker = JSON.stringify([person.roles, person.attrs, use]);
    return proposal.tagged
      .filter((nrd) => !this.#maySee(asker, person, attrsOf(nrd, proposal), use))
      .map(({ id }) => id);
  }

  /** Same facts, same sentences, same answer: kinds of NRDs are few, so what was decided is remembered for a while. */
  #maySee(
    asker: string,
    person: Party,
    nrd: { own: boolean; covert: boolean; certificate: boolean },
    use: { purpose: string; underAuthority: boolean },
  ): boolean {
    const facts = `${asker} ${nrd.own} ${nrd.covert} ${nrd.certificate}`;
    const known = this.#seen.get(facts);
    if (known !== undefined) return known;
    const { allowed } = this.#decideNrd(person, nrd, use);
    if (this.#seen.size >= REMEMBERED) this.#seen.clear();
    this.#seen.set(facts, allowed);
    return allowed;
  }

  #decideNrd(
    person: Party,
    attrs: { own: boolean; covert: boolean; certificate: boolean },
    use: { purpose: string; underAuthority: boolean },
  ): Verdict {
    return this.#showReadsOf.decide(person, { type: "Nrd", id: "tagged", attrs }, use);
  }

  #personOf(petitioner: Principal, now: number) {
    const permissions = ACTIONS.filter((action) => this.mayDo(petitioner.roles, action));
    return personOf(petitioner, permissions, this.pack, now);
  }

  #approval(verdict: Verdict): Approval {
    return verdict.allowed ? { allowed: true, rules: decidedBy(verdict) } : this.#refusal(verdict);
  }

  get #named(): { readonly policyPack: string; readonly policyPackDigest: string } {
    return { policyPack: this.pack.id, policyPackDigest: this.pack.digest };
  }

  #refusal({ because }: Verdict): RefusedAccess {
    if (because.length === 0)
      return this.refuse(NOTHING_PERMITS, "A rule in the policy pack that permits this.");
    return {
      ...this.#named,
      allowed: false,
      rules: because.map(({ name }) => name),
      needed: because.map(({ needed }) => fillIn(needed, this.pack, (action) => this.rolesThatMay(action))),
    };
  }
}

const NO_PURPOSE = { purpose: "", underAuthority: false } as const;

const attrsOf = ({ organisation, covert, certificate }: TaggedNrd, asker: Principal) => ({
  own: organisation === asker.organisation.id,
  covert,
  certificate,
});

/** The sentences that permitted: what the log names. The version of the pack beside them names all that could have forbidden. */
const decidedBy = ({ because }: Verdict): readonly string[] => because.map(({ name }) => name);

/** The sentences that permitted, and then those that could have forbidden and did not. */
const namesOf = ({ rules }: DecisionPoint, { because }: Verdict): readonly string[] =>
  [...because, ...rules.filter(({ effect }) => effect === "forbid")].map(({ name }) => name);

/** The question's period within the authority's, and the authority's VRMs and places. */
function scopeOf({ authority, authorityPlaces, from, to }: EnquiryProposal): GrantScope {
  if (authority === undefined || authority === null) return { vrms: null, places: null, from, to };
  const { vrms, nrds, area } = authority.scope;
  return {
    vrms,
    places: nrds === null && area === null ? null : { nrds: nrds ?? [], area, within: authorityPlaces },
    from: Math.max(from, authority.scope.from ?? from),
    to: Math.min(to, authority.scope.to ?? to),
  };
}
