import type { AuditAction } from "../../audit/vocabulary.ts";
import type { Answers, Question } from "../../oversight/checklist.ts";
import type { FindingState } from "../../oversight/finding.ts";
import type {
  AuditEntryInFull,
  AuditEntryView,
  ChartsView,
  FindingInFull,
  FindingView,
  ItemView,
  SampleView,
} from "./views.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import type { Caller } from "../../identity/caller.ts";
import type { AuditCategory } from "../../audit/head.ts";
import type { AuditOutcome } from "../../audit/outcome.ts";

/** What is looked for in the log. Times are epoch milliseconds UTC; `to` is exclusive. */
export interface AuditQuestion {
  readonly actor?: string | undefined;
  readonly vrm?: string | undefined;
  readonly authority?: string | undefined;
  readonly nrd?: number | undefined;
  readonly action?: AuditAction | undefined;
  readonly head?: AuditCategory | undefined;
  readonly outcome?: AuditOutcome | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly organisation?: number | undefined;
}

/**
 * The log within the asker's remit (AUD-6): the own organisation for auditors and data protection officers, all for national
 * auditors and the Commissioner, who gives a reason with every look. Every look is an entry itself, written first.
 */
export interface AuditPort {
  search(
    question: AuditQuestion,
    reason: string | undefined,
    page: PageRequest,
    caller: Caller,
  ): Promise<Page<AuditEntryView>>;
  entry(id: string, reason: string | undefined, caller: Caller): Promise<AuditEntryInFull>;
  /** Lines of JSON, newest first, and a last line that says how many there were and where the next export begins. */
  export(
    question: AuditQuestion,
    reason: string,
    page: PageRequest,
    caller: Caller,
  ): Promise<AsyncIterable<string>>;
  /** The asker's own entries, newest first. */
  history(page: PageRequest, caller: Caller): Promise<Page<AuditEntryView>>;
  charts(
    period: { readonly from: number; readonly to: number; readonly organisation?: number | undefined },
    reason: string | undefined,
    caller: Caller,
  ): Promise<ChartsView>;
  /** Organisations the asker may choose between; empty where there is nothing to choose. */
  organisations(asker: Caller): Promise<readonly { readonly id: number; readonly name: string }[]>;
}

export type ReviewTask = "review" | "recheck";

/** The month's samples and their review (AUD-3, AUD-4). */
export interface SamplePort {
  readonly checklist: readonly Question[];
  list(asker: Caller, page: PageRequest): Promise<Page<SampleView>>;
  /** Names of the organisations drawn for. */
  draw(month: string, caller: Caller): Promise<readonly string[]>;
  /** Nobody chooses what to see: the next there is, or null. */
  next(task: ReviewTask, caller: Caller): Promise<ItemView | null>;
  item(item: string, caller: Caller): Promise<ItemView>;
  review(item: string, answers: Answers, caller: Caller): Promise<void>;
  recheck(
    item: string,
    verdict: { readonly agrees: boolean; readonly note: string },
    caller: Caller,
  ): Promise<void>;
}

export interface FindingFilter {
  /** The Commissioner gives one with every look. */
  readonly reason?: string | undefined;
  readonly state?: FindingState | undefined;
  readonly overdue?: boolean | undefined;
}

/** What audits found, and what became of it (AUD-3). */
export interface FindingPort {
  list(filter: FindingFilter, page: PageRequest, caller: Caller): Promise<Page<FindingView>>;
  find(finding: string, reason: string | undefined, caller: Caller): Promise<FindingInFull>;
  /** A finding about an entry of the log, outside the month's sample. */
  open(
    finding: { readonly entry: string; readonly title: string; readonly note: string },
    caller: Caller,
  ): Promise<FindingInFull>;
  change(
    finding: string,
    to: {
      /** The state that the asker saw; another by now is Problem CONFLICT. */
      readonly seen: FindingState;
      readonly state: FindingState;
      readonly note: string;
      /** Username; absent: as it is. */
      readonly owner?: string | undefined;
    },
    caller: Caller,
  ): Promise<void>;
}
