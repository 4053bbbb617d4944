import type { Caller } from "../identity/caller.ts";
import type { AuthorityFacts, EnquiryProposal, TaggedNrd } from "../policy/facts.ts";
import type { Asked } from "./enquiry.ts";
import { kindOf } from "./kinds.ts";
import type { KnownNrds } from "./kinds/kind.ts";
import type { Nrd } from "../read/nrd.ts";

/** What the register of NRDs tells a decision. */
export interface NrdRegister {
  /** The register as somebody may know it: questions are checked, measured and answered by this view alone. */
  seenBy(asker: Caller): KnownNrds;
  /** For the names and places of reads that were found, whose NRDs the grant let through. */
  byId(id: number): Nrd | undefined;
  /** NRDs whose reads are not for everybody. */
  tagged(): readonly TaggedNrd[];
}

/** A question with its basis, reduced to what the policy engine looks at. `authority`: see EnquiryProposal. */
export function proposalOf(
  { purpose, level, reference, reason, question, asked }: Omit<Asked, "id">,
  authority: AuthorityFacts | null | undefined,
  nrds: NrdRegister,
  { rowsBefore, lastDay }: Pick<EnquiryProposal, "rowsBefore" | "lastDay">,
  caller: Caller,
): EnquiryProposal {
  const { person, organisation, roles, standing } = caller;
  const seen = nrds.seenBy(caller);
  const area = authority?.scope.area ?? null;
  return {
    person,
    organisation,
    roles,
    standing,
    authority,
    authorityPlaces: area === null ? [] : seen.withinArea(area),
    purpose,
    level,
    reference,
    reason,
    asked,
    kind: question.kind,
    from: question.from,
    to: question.to,
    rowsBefore,
    lastDay,
    tagged: nrds.tagged(),
    ...kindOf(question).facts(question, seen),
  };
}
