import type { Along } from "./along.ts";
import type { AuditAction } from "./vocabulary.ts";
import type { AuditCategory } from "./head.ts";
import type { AuditOutcome } from "./outcome.ts";

/** What is to be logged. */
export interface NewAuditEntry {
  /** Username, or the name of a job of the service itself such as `retention`. */
  readonly actor: string;
  /** The actor's organisation; null for the service itself. */
  readonly organisation: number | null;
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  /** What it was about: ids, authority, reason, rules. Any JSON object; never images. */
  readonly subject: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
}

/** An entry in the log: its place is for ever, its hash covers every field. */
export interface AuditEntry extends NewAuditEntry {
  /** 0, 1, 2 … without gaps. */
  readonly index: number;
  readonly at: Date;
  /** RFC 6962 leaf hash over the entry's leaf, see leaf.ts. */
  readonly leafHash: Buffer;
  /** Members of the subject that stand in the leaf as they are; the leaf commits to the others. */
  readonly open: readonly string[];
  /** Members whose values were taken out; `actor` among them leaves the actor empty. */
  readonly redacted: readonly string[];
  /** Why it is not what its leaf commits to, in words; null where it is. Somebody has then changed it in the store. */
  readonly fault: string | null;
}

/** A personal value with the salt of its commitment: whoever has both can hold them against the leaf. */
export interface Opening {
  readonly value: unknown;
  /** base64 */
  readonly salt: string;
}

/** Entries that are left out: of these actions or this actor, about one account, or about anybody where it is null. */
export interface HiddenEntries {
  readonly actions: readonly AuditAction[];
  readonly actor: string;
  readonly about: string | null;
}

/** What to look for; members that are given must all hold. */
export interface AuditFilter {
  /** Null: of every one, and of the service itself. */
  readonly organisation?: number | null | undefined;
  readonly actor?: string | undefined;
  readonly action?: AuditAction | undefined;
  /** Any of these. */
  readonly actions?: readonly AuditAction[] | undefined;
  /** Any action under this head of the vocabulary. */
  readonly head?: AuditCategory | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** Folded, exactly. */
  readonly vrm?: string | undefined;
  /** As it was given when it was relied on. */
  readonly authority?: string | undefined;
  /** The register's number. */
  readonly nrd?: number | undefined;
  /** Epoch ms UTC; `to` is exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly hidden?: HiddenEntries | undefined;
  /** Only entries with a smaller index: the cursor of the page before. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Looking things up in the log (AUD-6); whoever uses it keeps to the asker's remit and logs the look first. */
export interface AuditSearch {
  /** Newest first. */
  find(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  /** In order from an index. */
  from(index: number, limit: number): Promise<readonly AuditEntry[]>;
}

/**
 * The audit log (AUD-1). `append` resolves when the entry is durable; only then may the act go on (audit first, then
 * act). Entries cannot be changed or deleted: there is no method for it, and the database refuses it. What can go is a
 * personal value, by `forget`: the leaf stays, and the entry still proves its place (AUD-2).
 */
/** Every personal value, or those that say which vehicle was where (RET-9). */
export type Forgettable = "age" | "vehicles";

/** Entries from one index to another, both included; `count` of them have something to forget. */
export interface EntryRange {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface AuditLog extends AuditSearch {
  /**
   * @param along written in the same transaction: both are there, or neither
   * @throws Problem LOG_UNAVAILABLE when it cannot be written: then nothing may be done and nothing answered
   */
  append(entry: NewAuditEntry, along?: Along): Promise<AuditEntry>;
  /** What opens the commitments of an entry's leaf, by member, of those that were not redacted. Log the look first. */
  openings(index: number): Promise<Readonly<Record<string, Opening>>>;
  /**
   * The entries before a moment (epoch ms) that still hold personal values, or those among these that say which vehicle was
   * where; the oldest `limit` of them, null for none.
   */
  toForget(before: number, limit: number, what: Forgettable): Promise<EntryRange | null>;
  /** Takes them out of the entries from one index to another, both included. */
  forget(range: Pick<EntryRange, "from" | "to">, what: Forgettable): Promise<void>;
}
