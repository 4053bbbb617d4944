import type { AuthorityFacts, EnquiryProposal, TaggedNrd } from "../policy/facts.ts";
import type { Area } from "../read/position.ts";
import { radiusOf } from "./check-question.ts";
import type { EnquiryRecord } from "./enquiry-store.ts";
import { givenCharacters } from "./pattern.ts";
import type { Question } from "./question.ts";
import type { Caller } from "../identity/caller.ts";

/** What the register of NRDs tells a decision. */
export interface NrdPlaces {
  /** Ids of the NRDs on a piece of ground. */
  withinArea(area: Area): readonly number[];
  /** NRDs whose reads are not for everybody. */
  tagged(): readonly TaggedNrd[];
}

/** Every NRD a question about a place is about. */
export function placesOf(question: Extract<Question, { kind: "place" }>, nrds: NrdPlaces): readonly number[] {
  if (question.area === null) return question.nrds;
  return [...new Set([...question.nrds, ...nrds.withinArea(question.area)])];
}

/** A question with its grounds, reduced to what the policy engine looks at. `authority`: see EnquiryProposal. */
export function proposalOf(
  asker: Caller,
  record: Pick<EnquiryRecord, "purpose" | "level" | "reference" | "reason" | "question" | "asked">,
  authority: AuthorityFacts | null | undefined,
  nrds: NrdPlaces,
  { rowsBefore, lastDay }: Pick<EnquiryProposal, "rowsBefore" | "lastDay">,
): EnquiryProposal {
  const { question, ...grounds } = record;
  const area = authority?.scope.area ?? null;
  const radiusMetres = radiusOf(question);
  return {
    person: asker.person,
    organisation: asker.organisation,
    roles: asker.roles,
    standing: asker.standing,
    authority,
    authorityPlaces: area === null ? [] : nrds.withinArea(area),
    purpose: grounds.purpose,
    level: grounds.level,
    reference: grounds.reference,
    reason: grounds.reason,
    asked: grounds.asked,
    kind: question.kind,
    from: question.from,
    to: question.to,
    rowsBefore,
    lastDay,
    tagged: nrds.tagged(),
    ...(radiusMetres === undefined ? {} : { radiusMetres }),
    ...aboutOf(question, nrds),
  };
}

function aboutOf(
  question: Question,
  nrds: NrdPlaces,
): Pick<EnquiryProposal, "vrm" | "nrds" | "givenCharacters"> {
  switch (question.kind) {
    case "vrm":
      return { vrm: question.vrm };
    case "partial":
      return { givenCharacters: givenCharacters(question.pattern) };
    case "place":
      return { nrds: placesOf(question, nrds) };
  }
}
