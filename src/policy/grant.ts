/** What a grant says; shown on screen, in the reply and in the audit entry. Times are epoch milliseconds UTC. */
export interface GrantTerms {
  /** Person id and organisation id of the asker. */
  readonly actor: number;
  readonly organisation: number;
  /** Reference of the authority relied on. */
  readonly authority: string;
  readonly reason: string;
  /** Nothing captured before this is returned by any query under the grant (RET-1). */
  readonly accessFloor: number;
  readonly expires: number;
  /** Names of the policy rules that allowed it. */
  readonly rules: readonly string[];
  readonly policyPack: string;
  /** At most this many items a page (INV-6). */
  readonly pageLimit: number;
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
  readonly accessFloor: number;
  readonly expires: number;
  readonly rules: readonly string[];
  readonly policyPack: string;
  readonly pageLimit: number;

  private constructor(terms: GrantTerms) {
    this.actor = terms.actor;
    this.organisation = terms.organisation;
    this.authority = terms.authority;
    this.reason = terms.reason;
    this.accessFloor = terms.accessFloor;
    this.expires = terms.expires;
    this.rules = terms.rules;
    this.policyPack = terms.policyPack;
    this.pageLimit = terms.pageLimit;
  }

  /** What the compiler cannot see, such as a cast, ends here. @throws Error for anything that merely looks like a grant */
  static require(value: unknown): asserts value is Grant {
    if (!(value instanceof Grant && value.#issued)) throw new Error("A query was tried without a grant.");
  }

  static {
    issueGrant = (terms) => new Grant(terms);
  }
}
