import { accessFloor } from "./access-floor.ts";
import { DecisionPoint, type Party, type Verdict } from "./cedar/decision-point.ts";
import type { AuthorityRequestFacts, EnquiryProposal, ExportProposal, Petitioner } from "./facts.ts";
import { issueGrant, type Grant, type GrantScope } from "./grant.ts";
import type { PolicyPack } from "./pack.ts";
import { fillIn } from "./pack/placeholders.ts";
import { circumstancesOf, confirmByOf, enquiryOf, limitsOf, personOf, wallsOf } from "./parties.ts";
import { permissionsOf } from "./permissions.ts";
import type { Purpose } from "./purpose.ts";
import { ACTIONS, type Action, type Permissions, type Role } from "./roles.ts";

/** A refusal: the names of the sentences that refused, and what would be needed, in plain English. */
export interface Refusal {
  readonly allowed: false;
  readonly rules: readonly string[];
  readonly needed: readonly string[];
}
/** Whether reads may be looked at. */
export type Decision = { readonly allowed: true; readonly grant: Grant } | Refusal;
/** Whether something else may be done; `rules` are those that allowed it. */
export type Approval = { readonly allowed: true; readonly rules: readonly string[] } | Refusal;

/** Answers about readers that are kept, beyond which they are forgotten and decided anew. */
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
  readonly #showReadsOf: DecisionPoint;
  readonly #takeOut: DecisionPoint;
  readonly #approve: DecisionPoint;
  readonly #seen = new Map<string, boolean>();

  constructor(pack: PolicyPack) {
    const pointFor = (action: string) => new DecisionPoint(pack.digest, action, pack.rules);
    this.pack = pack;
    this.permissions = permissionsOf(pack.digest, pack.rules);
    this.#answer = pointFor("answer");
    this.#showHit = pointFor("show-hit");
    this.#showReadsOf = pointFor("show-reads-of");
    this.#takeOut = pointFor("take-out");
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
      organisation: proposal.organisation,
      authority: authority?.reference ?? `case ${proposal.reference}`,
      reason: proposal.reason,
      purpose,
      level: authority?.level ?? proposal.level,
      accessFloor: proposal.from < walls.ordinary ? walls.access : Math.max(walls.ordinary, walls.access),
      scope: scopeOf(proposal),
      withheldNrds: this.#withheldFrom(person, proposal, purpose),
      expires: authority ? Math.min(ends, authority.until, confirmByOf(authority, pack) ?? ends) : ends,
      rules: namesOf(this.#answer, verdict),
      policyPack: pack.id,
      policyPackDigest: pack.digest,
      pageLimit: pack.enquiry.pageLimit,
      viewLimit: pack.access.viewLimit,
    });
    return { allowed: true, grant };
  }

  /**
   * Permission to open the one read behind a hit, for a person who may see hits (VOI-8: a hit is confirmed against its images
   * before anyone acts). The hit's own list takes the authority's place.
   */
  decideHitRead(
    asker: Petitioner,
    hit: { readonly list: string; readonly id: string; readonly organisation: number },
    now: number,
  ): Decision {
    const { pack } = this;
    const resource = { type: "Hit", id: hit.id, attrs: { organisation: hit.organisation } };
    const verdict = this.#showHit.decide(this.#personOf(asker, now), resource);
    if (!verdict.allowed) return this.#refusal(verdict);
    const grant = issueGrant({
      actor: asker.person,
      organisation: asker.organisation,
      authority: `list ${hit.list}`,
      reason: `Confirm hit ${hit.id}`,
      purpose: null,
      level: null,
      accessFloor: accessFloor(now, pack.retention.accessMonths),
      scope: { vrms: null, places: null, from: 0, to: Number.MAX_SAFE_INTEGER },
      withheldNrds: [],
      expires: now + pack.enquiry.grantMinutes * 60_000,
      rules: namesOf(this.#showHit, verdict),
      policyPack: pack.id,
      policyPackDigest: pack.digest,
      pageLimit: 1,
      viewLimit: 1,
    });
    return { allowed: true, grant };
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
      this.#takeOut,
      this.#takeOut.decide(this.#personOf(proposal, now), { type: "Export", id: "export", attrs }, context),
    );
  }

  /** Whether this person may approve that request for an authority (INV-2). */
  decideAuthority(approver: Petitioner, request: AuthorityRequestFacts, now: number): Approval {
    const { ordinary } = wallsOf(now, this.pack, now);
    const attrs = {
      asker: request.asker,
      organisation: request.organisation,
      level: request.level,
      reachesOlderData: request.from === null || request.from < ordinary,
      exceptional: request.exceptional !== null,
    };
    const resource = { type: "AuthorityRequest", id: "request", attrs };
    const context = { limits: limitsOf(this.pack) };
    return this.#approval(
      this.#approve,
      this.#approve.decide(this.#personOf(approver, now), resource, context),
    );
  }

  /** The tagged NRDs whose reads the asker may not see for that purpose. */
  #withheldFrom(person: Party, { organisation, tagged }: EnquiryProposal, purpose: Purpose | null): number[] {
    if (tagged.length === 0) return [];
    const asker = JSON.stringify([person.roles, person.attrs, purpose]);
    return tagged
      .filter((reader) => {
        const { covert, certificate } = reader;
        const own = reader.organisation === organisation;
        return !this.#maySee(asker, person, { own, covert, certificate }, purpose);
      })
      .map(({ id }) => id);
  }

  /** Same facts, same sentences, same answer: kinds of readers are few, so what was decided is remembered for a while. */
  #maySee(
    asker: string,
    person: Party,
    { own, covert, certificate }: { own: boolean; covert: boolean; certificate: boolean },
    purpose: Purpose | null,
  ): boolean {
    const facts = `${asker} ${own} ${covert} ${certificate}`;
    const known = this.#seen.get(facts);
    if (known !== undefined) return known;
    const attrs = { own, covert, certificate };
    const { allowed } = this.#showReadsOf.decide(
      person,
      { type: "Reader", id: "tagged", attrs },
      { purpose: purpose ?? "" },
    );
    if (this.#seen.size >= REMEMBERED) this.#seen.clear();
    this.#seen.set(facts, allowed);
    return allowed;
  }

  #personOf(petitioner: Petitioner, now: number) {
    const permissions = ACTIONS.filter((action) => this.mayDo(petitioner.roles, action));
    return personOf(petitioner, permissions, this.pack, now);
  }

  #approval(point: DecisionPoint, verdict: Verdict): Approval {
    return verdict.allowed ? { allowed: true, rules: namesOf(point, verdict) } : this.#refusal(verdict);
  }

  #refusal({ because }: Verdict): Refusal {
    if (because.length === 0) {
      return {
        allowed: false,
        rules: [NOTHING_PERMITS],
        needed: ["A rule of the policy pack that permits this."],
      };
    }
    return {
      allowed: false,
      rules: because.map(({ name }) => name),
      needed: because.map(({ needed }) => fillIn(needed, this.pack, (action) => this.rolesThatMay(action))),
    };
  }
}

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
