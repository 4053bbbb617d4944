import type { AuditAction } from "./vocabulary.ts";

/** What is to be logged. */
export interface NewAuditEntry {
  /** Username, or the name of a duty of the service itself such as `retention`. */
  readonly actor: string;
  /** The actor's organisation; null for the service itself. */
  readonly organisation: number | null;
  readonly action: AuditAction;
  /** `asked`: written before looking, where only the look can tell whether it is allowed; a second entry says so. */
  readonly outcome: "asked" | "allowed" | "refused" | "done" | "failed";
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
}

export interface AuditFilter {
  readonly organisation?: number;
  readonly actor?: string;
  readonly action?: AuditAction;
  /** Only entries with a smaller index: the cursor of the page before. */
  readonly before?: number;
  readonly limit: number;
}

/**
 * The audit log (AUD-1). `append` resolves when the entry is durable; only then may the act go on (audit first, then
 * act). Entries cannot be changed or deleted: there is no method for it, and the database refuses it.
 */
export interface AuditLog {
  append(entry: NewAuditEntry): Promise<AuditEntry>;
  /** Newest first. */
  find(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  /** In order from an index, for whoever builds or checks the log. */
  from(index: number, limit: number): Promise<readonly AuditEntry[]>;
}
