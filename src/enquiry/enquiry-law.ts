import type { Decision, PolicyEngine } from "../policy/engine.ts";
import type { LastDay } from "../policy/facts.ts";
import type { Grant } from "../policy/grant.ts";
import type { AuthorityStore, EnquiryRecord } from "./enquiry-store.ts";
import { type NrdPlaces, proposalOf } from "./basis.ts";
import type { Caller } from "../identity/caller.ts";

/** An enquiry as it is decided about. */
export type Asked = Omit<EnquiryRecord, "kind" | "count" | "outcome">;

/** What decisions about enquiries are made with. */
export interface LawParts {
  /** The policy in force, asked for at every decision. */
  readonly policy: { readonly engine: PolicyEngine };
  readonly authorities: AuthorityStore;
  readonly nrds: NrdPlaces;
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
    const known = await this.#parts.authorities.find(given);
    return known?.organisation === organisation.id ? known.reference : given;
  }

  async decide(
    asker: Caller,
    record: Asked,
    { rowsBefore = 0, lastDay = NOTHING_YET }: { rowsBefore?: number; lastDay?: LastDay } = {},
  ): Promise<Decision> {
    const { authorities, nrds, policy, now } = this.#parts;
    const named = record.authority;
    const authority = named === null ? undefined : ((await authorities.find(named)) ?? null);
    return policy.engine.decideEnquiry(
      proposalOf(asker, record, authority, nrds, { rowsBefore, lastDay }),
      now(),
    );
  }

  /** An enquiry's permission lasts the pack's minutes from the asking, and only while its authority does. */
  async again(asker: Caller, record: EnquiryRecord, lastDay = NOTHING_YET): Promise<Decision> {
    const { engine } = this.#parts.policy;
    const minutes = engine.pack.enquiry.grantMinutes;
    if (record.outcome === "refused" || this.#parts.now() >= record.asked + minutes * 60_000)
      return engine.refuse(
        "enquiry-is-current",
        `Ask again: the answer to an enquiry may be looked at for ${minutes} minutes.`,
      );
    return this.decide(asker, record, { lastDay });
  }

  /** Whether what was searched for may still be handed out. */
  async still(asker: Caller, record: Asked, grant: Grant, rowsBefore: number): Promise<Decision> {
    const { policy, now } = this.#parts;
    if (now() >= grant.expires)
      return policy.engine.refuse("enquiry-is-current", "Ask again: the permission ran out meanwhile.");
    return this.decide(asker, record, { rowsBefore });
  }
}
