import type { Along } from "../audit/along.ts";
import type { LastDay } from "../policy/facts.ts";
import type { Asked, Enquiry } from "./enquiry.ts";

/** The store of enquiries, successful and failed (INV-3). */
export interface EnquiryStore {
  /** The record of a new enquiry, to be written with its entry. `id` is a UUID of the caller's making. */
  opening(record: Asked & { readonly outcome: "asked" | "refused" }): Along;
  /**
   * How it ended, to be written with the end in the log. Nothing changes where that outcome may not follow the one on record.
   * `shown`: reads of the answer handed out so far.
   */
  closing(id: string, outcome: "answered" | "failed", count: number | null, shown?: number): Along;
  find(id: string): Promise<Enquiry | undefined>;
  /** What a person asked in the 24 hours before a moment (epoch ms), and what they were shown since then until now. */
  lastDay(person: number, before: number): Promise<LastDay>;
  /** A person's enquiries asked since then, newest first, at most `limit`. */
  recent(person: number, since: number, limit: number): Promise<readonly Enquiry[]>;
}
