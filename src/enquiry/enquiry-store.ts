import type { AuthorityFacts, LastDay } from "../policy/facts.ts";
import type { Level, Purpose } from "../policy/purpose.ts";
import type { Question, QuestionKind } from "./question.ts";

/** An authority as an asker sees it in a list. */
export interface Authority extends AuthorityFacts {
  readonly id: string;
}

/** The authorities on record. */
export interface AuthorityStore {
  /** By id or reference; undefined when there is none. */
  find(idOrReference: string): Promise<Authority | undefined>;
  /** Those a person may rely on at that moment (epoch ms), soonest ending first. */
  current(person: number, organisation: number, now: number): Promise<readonly Authority[]>;
}

/** One enquiry on record; it is written before its query runs. Times are epoch milliseconds UTC. */
export interface EnquiryRecord {
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
  readonly kind: QuestionKind;
  readonly asked: number;
  readonly outcome: "asked" | "answered" | "refused" | "failed";
  readonly count: number | null;
}

/** The store of enquiries, successful and failed (INV-3). */
export interface EnquiryStore {
  /** `id` is a UUID of the caller's making. */
  open(record: Omit<EnquiryRecord, "count" | "kind">): Promise<void>;
  /** `shown`: reads of the answer handed out so far. */
  close(id: string, outcome: "answered" | "failed", count: number | null, shown?: number): Promise<void>;
  find(id: string): Promise<EnquiryRecord | undefined>;
  /** What a person asked in the 24 hours before a moment (epoch ms), and what they were shown since then until now. */
  lastDay(person: number, before: number): Promise<LastDay>;
  /** A person's enquiries asked since then, newest first, at most `limit`. */
  recent(person: number, since: number, limit: number): Promise<readonly EnquiryRecord[]>;
}
