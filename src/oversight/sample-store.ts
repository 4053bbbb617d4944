import type { Answers } from "./checklist.ts";
import type { ReviewedSample } from "./recheck.ts";
import type { DrawnItem, LoggedEnquiry, Stratum } from "./sample.ts";

/** The seed of a draw: the log as it stood when the month was over, which nobody could know while it lasted. */
export interface Seed {
  /** Entries that the checkpoint covers. */
  readonly size: number;
  /** Root hash, lower-case hexadecimal. */
  readonly root: string;
}

/** One organisation's sample of one month, with how far its review is. `month` is `YYYY-MM`. */
export interface Sample {
  readonly id: number;
  readonly month: string;
  readonly organisation: { readonly id: number; readonly name: string };
  readonly drawnAt: Date;
  /** Enquiries of the month, of which the items were drawn. */
  readonly population: number;
  readonly seed: Seed;
  readonly items: number;
  readonly strata: Readonly<Record<Stratum, number>>;
  readonly reviewed: number;
  /** Items whose review is looked at again, and how many were. */
  readonly toRecheck: number;
  readonly rechecked: number;
}

/** One drawn enquiry on its way through the review. */
export interface SampleItem {
  readonly id: number;
  readonly sample: number;
  readonly month: string;
  readonly organisation: { readonly id: number; readonly name: string };
  /** Its entry in the log. */
  readonly entry: number;
  readonly stratum: Stratum;
  /** Username of who asked. */
  readonly person: string;
  readonly recheck: boolean;
  /** Person id of who has it before them now. */
  readonly assignedTo: number | null;
  readonly review: { readonly by: string; readonly at: Date; readonly answers: Answers } | null;
  readonly secondLook: {
    readonly by: string;
    readonly at: Date;
    readonly agrees: boolean;
    readonly note: string;
  } | null;
}

/** Who reviews. One human may have two accounts; the full name is compared too, so that nobody reviews themselves. */
export interface Reviewer {
  readonly person: number;
  readonly username: string;
  readonly fullName: string;
  readonly organisation: number;
}

/** What a finding needs when a review opens it, see finding.ts. */
export interface OpenedFinding {
  readonly title: string;
  readonly note: string;
  readonly dueAt: Date;
}

/** The auditors' samples on record (AUD-3, AUD-4). Months are `YYYY-MM`, UTC. */
export interface SampleStore {
  /** Organisations with enquiries in a month that have no sample of it yet. */
  undrawn(month: string): Promise<readonly { readonly id: number; readonly name: string }[]>;
  enquiries(organisation: number, month: string): Promise<readonly LoggedEnquiry[]>;
  /** The first checkpoint signed at a moment or after it; undefined until there is one. */
  seedAfter(moment: Date): Promise<Seed | undefined>;
  /** False where another process drew first: then that sample stands. */
  keep(sample: {
    readonly month: string;
    readonly organisation: number;
    readonly population: number;
    readonly seed: Seed;
    readonly items: readonly DrawnItem[];
    readonly drawnAt: Date;
    /** Person id; null for the service itself. */
    readonly drawnBy: number | null;
  }): Promise<boolean>;
  /** Newest month first; of one organisation, or of all. */
  list(filter: {
    readonly organisation: number | null;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly Sample[]>;
  /**
   * Gives a reviewer the next item: the one they have before them, else the next that nobody has. Never their own enquiry or, to
   * look at again, their own review, not on another account of the same name either; other organisations before their own.
   * @param within an organisation's id, or null for all
   * @param staleBefore items handed out before that moment and not done are handed out again
   */
  next(
    reviewer: Reviewer,
    task: "review" | "recheck",
    within: number | null,
    moments: { readonly now: Date; readonly staleBefore: Date },
  ): Promise<SampleItem | undefined>;
  item(id: number): Promise<SampleItem | undefined>;
  /** Samples drawn since a moment that have reviews. */
  reviewed(since: Date): Promise<readonly ReviewedSample[]>;
  /** Has a review looked at again; false where that was so already. */
  lookAgain(item: number): Promise<boolean>;
  /** Keeps a review and opens its finding in one act; false where the item is not before this reviewer. */
  review(
    item: number,
    reviewer: Reviewer,
    answers: Answers,
    finding: OpenedFinding | null,
    now: Date,
  ): Promise<boolean>;
  recheck(
    item: number,
    reviewer: Reviewer,
    verdict: { readonly agrees: boolean; readonly note: string },
    finding: OpenedFinding | null,
    now: Date,
  ): Promise<boolean>;
}
