import { z } from "zod";
import type { SubjectOf } from "../../audit/act.ts";
import type { enquiryActs } from "../../audit/acts/enquiry.ts";
import type { FoundPage, PageRequest, ReadStore } from "../../archive/read-store.ts";
import type { Read } from "../../archive/read.ts";
import type { EnquiryProposal } from "../../policy/facts.ts";
import type { Grant } from "../../policy/grant.ts";
import type { Area } from "../../read/position.ts";
import type { Nrd } from "../../read/nrd.ts";

/** What the register of NRDs tells about a question. */
export interface KnownNrds {
  byId(id: number): Nrd | undefined;
  /** Ids of the NRDs on a piece of ground. */
  withinArea(area: Area): readonly number[];
}

/** What every question has: its kind, and its period in epoch milliseconds UTC, `to` exclusive (INV-4). */
export interface AnyQuestion {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
}

/** The period of a question, for the schema of a kind's record. */
export const PERIOD = { from: z.number(), to: z.number() };

/** Says what is wrong with a member, and what to do. */
export type Wrong = (path: string, code: string, message: string) => void;

/**
 * One kind of question to the archive, said once: what may be asked, what the law looks at, how it is searched for, and its
 * words. `kinds.ts` lists them; the recipe for another is in CONTRIBUTING.md.
 */
export interface EnquiryKind<Question extends AnyQuestion> {
  readonly name: Question["kind"];
  /** What a person chooses: `A VRM`. */
  readonly title: string;
  /** What a client sends beside basis and period, `kind` included. */
  readonly body: z.ZodObject;
  /** As it is kept on record; a member that retention took is empty. */
  readonly record: z.ZodType<Question>;
  /** Members that name a vehicle: texts that retention empties when their time is over (RET-1). */
  readonly vehicle: readonly string[];
  /** The question in the form that is searched for; what cannot be asked is told to `wrong`. */
  check(question: Question, nrds: KnownNrds, wrong: Wrong): Question;
  /** What the sentences of the policy pack look at, beside period and basis. */
  facts(question: Question, nrds: KnownNrds): Pick<EnquiryProposal, "vrm" | "nrds" | "measures">;
  /** Asks the archive, under a grant. */
  search(
    reads: ReadStore,
    grant: Grant,
    question: Question,
    page: Pick<PageRequest, "limit" | "cursor">,
    nrds: KnownNrds,
  ): Promise<FoundPage>;
  /** Whether a read of the period is one that this question finds. */
  covers(question: Question, read: Read, nrds: KnownNrds): boolean;
  /** Its members in the log, where `audit/acts/enquiry.ts` names them. */
  entry(question: Question): Partial<SubjectOf<typeof enquiryActs.ask>>;
  /** In words, before the period: `Where AB12 CDE was read`. */
  say(question: Question): string;
  /** As a line of a list has it: `AB12 CDE`. A vehicle that retention took is forgotten here too. */
  sayBriefly(question: Question): string;
}
