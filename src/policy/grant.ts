import type { Area } from "../read/position.ts";
import type { Level, Purpose } from "./purpose.ts";

/** What a grant is limited to, beyond the question itself; null: no limit. Every query keeps to it. */
export interface GrantScope {
  readonly vrms: readonly string[] | null;
  /** Reads of these NRDs, and those made in the area, whose NRDs in the register are `within`. */
  readonly places: {
    readonly nrds: readonly number[];
    readonly area: Area | null;
    readonly within: readonly number[];
  } | null;
  /** When reads were captured: epoch milliseconds UTC, `to` exclusive. */
  readonly from: number;
  readonly to: number;
}

/** What a grant says; shown on screen, in the reply and in the audit entry. Times are epoch milliseconds UTC. */
export interface GrantTerms {
  /** Person id and organisation id of the asker. */
  readonly actor: number;
  readonly organisation: number;
  /** Reference of the authority relied on; for ordinary enquiries that of the case. */
  readonly authority: string;
  readonly reason: string;
  /** Null for the read behind a hit: the list says what it is for. */
  readonly purpose: Purpose | null;
  readonly level: Level | null;
  /** Nothing captured or received before this is returned by any query under the grant (RET-1, INV-2). */
  readonly accessFloor: number;
  readonly scope: GrantScope;
  /** NRDs whose reads the asker may not see; no query returns them. */
  readonly withheldNrds: readonly number[];
  readonly expires: number;
  /** Whether overview images may be opened; the patch of the plate goes with the read. */
  readonly overviews: boolean;
  /** Names of the policy rules that allowed it, and of those that could have refused it and did not. */
  readonly rules: readonly string[];
  /** Of them, those that permitted: what the log names beside the version of the pack. */
  readonly decidedBy: readonly string[];
  readonly policyPack: string;
  /** SHA-256 of the pack, hexadecimal. */
  readonly policyPackDigest: string;
  /** At most this many items a page, and this many of one answer (INV-6). */
  readonly pageLimit: number;
  readonly viewLimit: number;
}

/** Makes a grant. Only files of `policy/` may import this. */
export let issueGrant: (terms: GrantTerms) => Grant;

/**
 * Lawful permission to look at reads. Every search function takes one; the private constructor and private field mean
 * that only this module makes them, and the architecture test lets only `policy/` import `issueGrant` (INV-2, INV-3).
 */
export class Grant implements GrantTerms {
  readonly #issued = true;
  readonly actor: number;
  readonly organisation: number;
  readonly authority: string;
  readonly reason: string;
  readonly purpose: Purpose | null;
  readonly level: Level | null;
  readonly accessFloor: number;
  readonly scope: GrantScope;
  readonly withheldNrds: readonly number[];
  readonly expires: number;
  readonly overviews: boolean;
  readonly rules: readonly string[];
  readonly decidedBy: readonly string[];
  readonly policyPack: string;
  readonly policyPackDigest: string;
  readonly pageLimit: number;
  readonly viewLimit: number;

  private constructor(terms: GrantTerms) {
    this.actor = terms.actor;
    this.organisation = terms.organisation;
    this.authority = terms.authority;
    this.reason = terms.reason;
    this.purpose = terms.purpose;
    this.level = terms.level;
    this.accessFloor = terms.accessFloor;
    this.scope = terms.scope;
    this.withheldNrds = terms.withheldNrds;
    this.expires = terms.expires;
    this.overviews = terms.overviews;
    this.rules = terms.rules;
    this.decidedBy = terms.decidedBy;
    this.policyPack = terms.policyPack;
    this.policyPackDigest = terms.policyPackDigest;
    this.pageLimit = terms.pageLimit;
    this.viewLimit = terms.viewLimit;
  }

  /** What the compiler cannot see, such as a cast, ends here. @throws Error for anything that merely looks like a grant */
  static require(value: unknown): asserts value is Grant {
    if (!(value instanceof Grant && value.#issued)) throw new Error("A query was tried without a grant.");
  }

  static {
    issueGrant = (terms) => new Grant(terms);
  }
}
