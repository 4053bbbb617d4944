import { Problem } from "../errors.ts";
import type { Along } from "./along.ts";
import type {
  AuditEntry,
  AuditFilter,
  AuditLog,
  EntryRange,
  Forgettable,
  NewAuditEntry,
  Opening,
} from "./audit-log.ts";
import type { Receipts } from "./receipts.ts";

const RETRY_SECONDS = 5;

/**
 * The log as every room is given it: what cannot be logged is not done. An entry is refused while the log cannot prove itself,
 * and when it cannot be written; a written one is noted as a receipt for the reply.
 */
export class GuardedLog implements AuditLog {
  readonly #log: AuditLog;
  readonly #trouble: () => string | undefined;
  readonly #receipts: Receipts;
  readonly #grew: () => void;
  readonly #faulty: (entry: AuditEntry) => void;

  /**
   * @param trouble why entries may not be taken now, in a sentence; undefined when they may
   * @param options.grew hears of each entry that was written, so that its publishing depends on no message from the store
   * @param options.faulty hears of each entry that was read and is not what its leaf commits to
   */
  constructor(
    log: AuditLog,
    trouble: () => string | undefined,
    receipts: Receipts,
    options: { readonly grew?: () => void; readonly faulty?: (entry: AuditEntry) => void } = {},
  ) {
    this.#log = log;
    this.#trouble = trouble;
    this.#receipts = receipts;
    this.#grew = options.grew ?? (() => undefined);
    this.#faulty = options.faulty ?? (() => undefined);
  }

  async append(entry: NewAuditEntry, along?: Along): Promise<AuditEntry> {
    const trouble = this.#trouble();
    if (trouble !== undefined) throw unavailable(new Error(trouble));
    const written = await this.#log.append(entry, along).catch((cause: unknown) => {
      throw unavailable(cause);
    });
    this.#grew();
    this.#receipts.note(written.index);
    return written;
  }

  async find(filter: AuditFilter): Promise<readonly AuditEntry[]> {
    return this.#read(await this.#log.find(filter));
  }

  async from(index: number, limit: number): Promise<readonly AuditEntry[]> {
    return this.#read(await this.#log.from(index, limit));
  }

  openings(index: number): Promise<Readonly<Record<string, Opening>>> {
    return this.#log.openings(index);
  }

  toForget(before: number, limit: number, what: Forgettable): Promise<EntryRange | null> {
    return this.#log.toForget(before, limit, what);
  }

  forget(range: Pick<EntryRange, "from" | "to">, what: Forgettable): Promise<void> {
    return this.#log.forget(range, what);
  }

  #read(entries: readonly AuditEntry[]): readonly AuditEntry[] {
    for (const entry of entries) if (entry.fault !== null) this.#faulty(entry);
    return entries;
  }
}

/** Why stands in the service's own log; a stranger at the sign-in page learns nothing of the store. */
const unavailable = (cause: unknown): Problem =>
  new Problem(
    "LOG_UNAVAILABLE",
    "Nothing is done that cannot be logged. Try again shortly. If this continues, tell whoever runs the service.",
    { retryAfter: RETRY_SECONDS, cause },
  );
