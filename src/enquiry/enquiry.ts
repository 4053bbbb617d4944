import type { Level, Purpose } from "../policy/purpose.ts";
import type { Question } from "./kinds.ts";

/** How an enquiry went: `asked` until the archive has answered. */
export const ENQUIRY_OUTCOMES = ["asked", "answered", "refused", "failed"] as const;
export type EnquiryOutcome = (typeof ENQUIRY_OUTCOMES)[number];

/** One enquiry on record; it is written before its query runs. Times are epoch milliseconds UTC. */
export interface Enquiry {
  readonly id: string;
  readonly person: number;
  readonly organisation: number;
  /** Reference of the authority, as given; null: none was relied on, and purpose, level and case are stated instead. */
  readonly authority: string | null;
  readonly purpose: Purpose | null;
  readonly level: Level | null;
  /** Reference of the case or operation. */
  readonly reference: string | null;
  readonly reason: string;
  readonly question: Question;
  readonly asked: number;
  readonly outcome: EnquiryOutcome;
  /** Reads found; null while nothing was answered. */
  readonly count: number | null;
}

/** An enquiry as it is decided about, before anything came of it. */
export type Asked = Omit<Enquiry, "outcome" | "count">;

/**
 * The outcomes that each may follow. A refusal is final. What was answered once stays so, also where a further page of it
 * failed; what failed may be tried again while its permission lasts.
 */
const AFTER: Readonly<Record<EnquiryOutcome, readonly EnquiryOutcome[]>> = {
  asked: [],
  refused: [],
  answered: ["asked", "failed", "answered"],
  failed: ["asked", "failed"],
};

/** The outcomes on record that this one may replace. */
export const outcomesBefore = (outcome: EnquiryOutcome): readonly EnquiryOutcome[] => AFTER[outcome];

/** Whether its answer may be asked for, if the law still allows it. */
export const mayBeAnswered = ({ outcome }: Pick<Enquiry, "outcome">): boolean =>
  outcomesBefore("answered").includes(outcome);

/** The authority that an enquiry relies on, or the case where it relies on none. */
export const reliedOn = ({ authority, reference }: Pick<Enquiry, "authority" | "reference">): string =>
  authority ?? `case ${reference ?? ""}`.trim();
