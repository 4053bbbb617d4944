import type { AccountKind, Role } from "../../policy/roles.ts";
import type { AccountState } from "../accounts/account-state.ts";
import type { MonitoringRule } from "./rules.ts";

export const DECISIONS = ["lifted", "upheld", "noted"] as const;
/** `noted` closes a suspicion that only flagged; the other two decide about a suspension. */
export type SuspicionDecision = (typeof DECISIONS)[number];

/** What was counted: how many, and the entries of the log that show it, newest first. */
export interface Evidence {
  readonly count: number;
  /** Leaf indexes, at most fifty. */
  readonly entries: readonly number[];
}

/** What protective monitoring found about somebody (ACC-5, ACC-8). */
export interface Suspicion {
  readonly id: number;
  readonly person: {
    readonly id: number;
    readonly username: string;
    readonly fullName: string;
    readonly roles: readonly Role[];
    readonly kind: AccountKind;
    readonly state: AccountState;
  };
  readonly organisation: { readonly id: number; readonly name: string; readonly code: string };
  readonly at: Date;
  readonly rule: string;
  readonly effect: "suspend" | "flag";
  readonly why: string;
  readonly evidence: Evidence;
  readonly decided: Date | null;
  readonly decidedBy: string | null;
  readonly decision: SuspicionDecision | null;
  readonly reason: string | null;
}

export interface SuspicionFilter {
  /** Null: of every organisation. */
  readonly organisation: number | null;
  readonly waiting?: boolean | undefined;
  /** Not those about this person, who is shown none. */
  readonly notAbout: number;
  /** Only with a smaller id: the cursor of the page before. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Suspicions on record. */
export interface SuspicionStore {
  /** Newest first. */
  list(filter: SuspicionFilter): Promise<readonly Suspicion[]>;
  byId(id: number): Promise<Suspicion | undefined>;
  /** How many wait for a decision. @param notAbout a person whose own do not count; null counts everybody's */
  waiting(organisation: number | null, notAbout: number | null): Promise<number>;
  /** Whether a suspension of this person still waits for its decision, or was upheld. */
  suspends(person: number): Promise<boolean>;
  /** Whether one by this rule waits, and the last entry of the log when somebody last decided about the person; -1 for never. */
  before(person: number, rule: string): Promise<{ readonly waits: boolean; readonly decidedIndex: number }>;
  /**
   * Puts it on record and, where the rule suspends, suspends the account in the same transaction.
   * @returns its id; undefined where one by this rule waits already
   */
  raise(found: {
    person: number;
    organisation: number;
    rule: Pick<MonitoringRule, "name" | "effect" | "why">;
    evidence: Evidence;
    now: number;
  }): Promise<number | undefined>;
  /**
   * Decides; what was upheld may be lifted later. Lifting makes the account active again in the same transaction, unless another suspension holds or it was ended.
   * @returns false where somebody was first
   */
  decide(
    id: number,
    decision: { by: number; decision: SuspicionDecision; reason: string; now: number },
  ): Promise<boolean>;
}

/** What people did, as the log shows it. */
export interface Activity {
  /** Index of the last entry; -1 for an empty log. */
  last(): Promise<number>;
  /** Index of the last entry before a moment; -1 for none. */
  lastBefore(moment: number): Promise<number>;
  /** When the last entry before a moment was written (epoch ms); undefined for none. */
  lastTimeBefore(moment: number): Promise<number | undefined>;
  /** Who wrote watched entries after one index up to another, which, and when the newest of them. */
  actorsBetween(
    after: number,
    upTo: number,
  ): Promise<readonly { actor: string; actions: readonly string[]; newest: Date }[]>;
  /** What a kind of rule counts in somebody's entries that are later than a moment (epoch ms UTC) and than an index. */
  observe(
    kind: MonitoringRule["kind"],
    who: { readonly id: number; readonly username: string },
    later: { readonly than: number; readonly thanIndex: number },
  ): Promise<Evidence>;
}
