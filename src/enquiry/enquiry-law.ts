import type { Authority, AuthorityStore } from "../authority/authority-store.ts";
import { Problem } from "../errors.ts";
import type { Caller } from "../identity/caller.ts";
import type { Decision, PolicyEngine, Refusal } from "../policy/engine.ts";
import type { LastDay } from "../policy/facts.ts";
import type { Grant } from "../policy/grant.ts";
import { mayBeAnswered, type Asked, type Enquiry } from "./enquiry.ts";
import { proposalOf, type NrdRegister } from "./proposal.ts";

/** What decisions about enquiries are made with. */
export interface LawParts {
  /** The policy in force, asked for at every decision. */
  readonly policy: { readonly engine: PolicyEngine };
  readonly authorities: AuthorityStore;
  readonly nrds: NrdRegister;
  readonly now: () => number;
}

/** Undefined where none is named, null where there is none of that name. */
type NamedAuthority = Authority | null | undefined;

interface Facts {
  readonly authority: NamedAuthority;
  readonly rowsBefore?: number;
  readonly lastDay?: LastDay;
}

/** Where the volume of a day was counted already, or nothing more is handed out. */
const NOTHING_YET: LastDay = { enquiries: 0, rows: 0 };

/** Decides about enquiries, first and again: what was allowed may end at any moment (INV-2). */
export class EnquiryLaw {
  readonly #parts: LawParts;

  constructor(parts: LawParts) {
    this.#parts = parts;
  }

  /**
   * The authority that somebody names; undefined where none is named, null where there is none. Only of the own organisation: what
   * another has would answer by its rules what it is about.
   */
  async authorityOf(named: string | null | undefined, { organisation }: Caller): Promise<NamedAuthority> {
    if (named === null || named === undefined) return undefined;
    return (await this.#parts.authorities.find(named, organisation.id)) ?? null;
  }

  /** Decides by an authority that was looked up just now. */
  decide(
    asked: Asked,
    { authority, rowsBefore = 0, lastDay = NOTHING_YET }: Facts,
    caller: Caller,
  ): Decision {
    const { nrds, policy, now } = this.#parts;
    const proposal = proposalOf(asked, authority, nrds, { rowsBefore, lastDay }, caller);
    return policy.engine.decideEnquiry(proposal, now());
  }

  /** An enquiry's permission lasts the pack's minutes from the asking, and only while its authority does. */
  async again(enquiry: Enquiry, caller: Caller, lastDay = NOTHING_YET): Promise<Decision> {
    const { engine } = this.#parts.policy;
    const minutes = engine.pack.enquiry.grantMinutes;
    if (!mayBeAnswered(enquiry) || this.#parts.now() >= enquiry.asked + minutes * 60_000)
      return engine.refuse(
        "enquiry-is-current",
        `Make the enquiry again: its answer can be opened for ${minutes} minutes.`,
      );
    const authority = await this.authorityOf(enquiry.authority, caller);
    return this.decide(enquiry, { authority, lastDay }, caller);
  }

  /** Whether what was searched for may still be handed out. */
  async still(asked: Asked, grant: Grant, rowsBefore: number, caller: Caller): Promise<Decision> {
    const { policy, now } = this.#parts;
    if (now() >= grant.expires)
      return policy.engine.refuse(
        "enquiry-is-current",
        "Make the enquiry again: the permission has expired.",
      );
    const authority = await this.authorityOf(asked.authority, caller);
    return this.decide(asked, { authority, rowsBefore }, caller);
  }
}

/** The rules that decided and the pack they stand in, which need not be the one in force by now. */
export function lawOf(decision: Decision): Pick<Grant, "rules" | "policyPack" | "policyPackDigest"> {
  const { policyPack, policyPackDigest } = decision.allowed ? decision.grant : decision;
  const rules = decision.allowed ? decision.grant.decidedBy : decision.rules;
  return { rules, policyPack, policyPackDigest };
}

/** The grant of a decision. @throws Problem NOT_AUTHORISED with the rules that refused and what would be needed */
export function granted(decision: Decision): Grant {
  if (decision.allowed) return decision.grant;
  throw refused(decision);
}

/** What somebody is told who is refused. */
export const refused = ({ rules, needed }: Refusal): Problem =>
  new Problem("NOT_AUTHORISED", `You cannot open this. ${needed.join(" ")}`, {
    extra: { rules, needed },
  });
