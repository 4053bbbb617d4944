import type { AuthorityStore } from "../authority/authority-store.ts";
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

/** Where the volume of a day was counted already, or nothing more is handed out. */
const NOTHING_YET: LastDay = { enquiries: 0, rows: 0 };

/** Decides about enquiries, first and again: what was allowed may end at any moment (INV-2). */
export class EnquiryLaw {
  readonly #parts: LawParts;

  constructor(parts: LawParts) {
    this.#parts = parts;
  }

  /** An authority of the own organisation by its reference, however it was asked for: one name in the log. Else as given. */
  async nameOf(given: string, { organisation }: Caller): Promise<string> {
    return (await this.#parts.authorities.find(given, organisation.id))?.reference ?? given;
  }

  async decide(
    asked: Asked,
    { rowsBefore = 0, lastDay = NOTHING_YET }: { rowsBefore?: number; lastDay?: LastDay },
    caller: Caller,
  ): Promise<Decision> {
    const { authorities, nrds, policy, now } = this.#parts;
    const named = asked.authority;
    // What another organisation has would answer by its rules what it is about.
    const authority =
      named === null ? undefined : ((await authorities.find(named, caller.organisation.id)) ?? null);
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
    return this.decide(enquiry, { lastDay }, caller);
  }

  /** Whether what was searched for may still be handed out. */
  async still(asked: Asked, grant: Grant, rowsBefore: number, caller: Caller): Promise<Decision> {
    const { policy, now } = this.#parts;
    if (now() >= grant.expires)
      return policy.engine.refuse(
        "enquiry-is-current",
        "Make the enquiry again: the permission has expired.",
      );
    return this.decide(asked, { rowsBefore }, caller);
  }
}

/** The rules that decided and the pack they stand in, which need not be the one in force by now. */
export function lawOf(decision: Decision): Pick<Grant, "rules" | "policyPack" | "policyPackDigest"> {
  const { rules, policyPack, policyPackDigest } = decision.allowed ? decision.grant : decision;
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
