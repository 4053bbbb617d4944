import { Problem } from "../errors.ts";
import { collectionActs } from "./acts/collection.ts";
import { service } from "./actor.ts";
import type { AuditLog } from "./audit-log.ts";
import { Audited } from "./audited.ts";

/** What can become of a read that was offered. */
const VERDICTS = ["stored", "duplicate", "quarantined", "refused", "unanswered"] as const;
type Counts = Partial<Record<(typeof VERDICTS)[number], number>>;

/** More sources than this go into a second entry: a leaf has its limit. */
const SOURCES_AN_ENTRY = 400;
/** Under this name stands what was collected before a crash and not logged then: the archive does not know the source. */
const FROM_ARCHIVE = "archive";

/** An entry that is so much overdue stops the intake: what is collected meanwhile stands in no log. */
const MOST_OVERDUE_MS = 180_000;
const RETRY_SECONDS = 30;

/** What was collected between two moments: entries are made of whole windows. */
class Window {
  readonly counts = new Map<string, Counts>();
  /** Calls to the intake that have not been answered. */
  underWay = 0;
  #quiet: (() => void) | undefined;

  add(source: string, more: Counts): void {
    const counts = this.counts.get(source) ?? {};
    for (const verdict of VERDICTS) {
      const reads = (counts[verdict] ?? 0) + (more[verdict] ?? 0);
      if (reads > 0) counts[verdict] = reads;
    }
    this.counts.set(source, counts);
  }

  ended(): void {
    this.underWay -= 1;
    if (this.underWay === 0) this.#quiet?.();
  }

  /** Resolves when everything that began in the window has been answered. */
  async quiet(): Promise<void> {
    if (this.underWay > 0) await new Promise<void>((resolve) => (this.#quiet = resolve));
  }
}

export interface CollectionParts {
  readonly log: Pick<AuditLog, "append" | "find">;
  /** Number of this process among those that take reads: each accounts for its own. */
  readonly node: number;
  readonly now: () => number;
  /** How many reads of this process the archive holds that were received at or after a moment (epoch ms). */
  readonly storedSince: (received: number) => Promise<number>;
  readonly failed: (error: unknown) => void;
  /** Why the log will never be written again; undefined while it can. */
  readonly broken?: () => string | undefined;
  /** Time on a clock that never goes back, in ms. */
  readonly elapsed?: () => number;
}

/**
 * Logs collection (section 62; AUD-1): not each read but, every few minutes, how many came from which source and what became of
 * them. Entries join without gaps, each from the moment the one before ended, so that their sum is what was collected; what
 * a crash kept from the log is counted in the archive at the next start. `unanswered` are reads whose sender got an error and
 * sends them again. Nothing is collected that could not be logged: where the log is broken, or an entry minutes overdue, the
 * intake answers as it does when the archive is full, and cameras keep what they have. A read released from quarantine is in the entry of its release.
 */
export class CollectionLog {
  readonly #parts: CollectionParts;
  readonly #actor: `collection-${number}`;
  readonly #audited: Audited;
  #window = new Window();
  /** What has been logged ends here; reads of the present window were received at this moment or later. */
  #from = 0;
  #cut = 0;
  /** Of a write that failed, and that may be in the log all the same. */
  #unsure: { readonly window: Window; readonly to: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #elapsed: () => number;
  /** Milliseconds between two entries, and by when the next has to be written. */
  #everyMs = 0;
  #due = Number.POSITIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: CollectionParts) {
    this.#parts = parts;
    this.#audited = new Audited(parts.log);
    this.#actor = `collection-${parts.node}`;
    this.#elapsed = parts.elapsed ?? (() => performance.now());
  }

  /** Accounts for what came before, and writes every so many minutes from now on. */
  async start(minutes: number): Promise<void> {
    const since = await this.#lastLogged();
    const until = Math.max(since, this.#parts.now());
    const stored = await this.#parts.storedSince(since);
    // Where nothing was missed, the next entry begins where the last one ended.
    this.#from = stored > 0 || since === 0 ? until : since;
    this.#cut = until;
    if (stored > 0) await this.#append("recovered", since, until, [[FROM_ARCHIVE, { stored }]]);
    this.#everyMs = minutes * 60_000;
    this.#due = this.#elapsed() + this.#everyMs;
    this.#timer = setInterval(() => void this.write().catch(this.#parts.failed), this.#everyMs);
    this.#timer.unref();
  }

  /** @throws Problem ARCHIVE_BUSY when what is taken now could not be logged: the sender keeps it, and comes again */
  requireLoggable(): void {
    const overdue = this.#elapsed() - this.#due;
    const why =
      this.#parts.broken?.() ??
      (overdue > MOST_OVERDUE_MS
        ? `The entry of what was collected is ${Math.round(overdue / 1000)} seconds overdue.`
        : undefined);
    if (why === undefined) return;
    throw new Problem(
      "ARCHIVE_BUSY",
      "Collection cannot be logged at the moment, so nothing is collected. Nothing is lost: keep the reads and send them again.",
      { retryAfter: RETRY_SECONDS, cause: new Error(why) },
    );
  }

  /**
   * Runs one call of the intake and counts its outcomes when it has answered.
   * @param take is given the time of receipt that the reads must be stored with
   * @throws Problem ARCHIVE_BUSY when what is taken now could not be logged
   */
  async count<Outcome extends { readonly verdict: Exclude<keyof Counts, "unanswered"> }>(
    source: number,
    reads: number,
    take: (received: number) => Promise<readonly Outcome[]>,
  ): Promise<readonly Outcome[]> {
    this.requireLoggable();
    const window = this.#window;
    window.underWay += 1;
    // A window begins with a millisecond of its own, so that no read is on both sides of its edge.
    const now = this.#parts.now();
    const received = now === this.#cut - 1 ? this.#cut : now;
    try {
      const outcomes = await take(received);
      const counts: Counts = {};
      for (const { verdict } of outcomes) counts[verdict] = (counts[verdict] ?? 0) + 1;
      window.add(String(source), counts);
      return outcomes;
    } catch (error) {
      window.add(String(source), { unanswered: reads });
      throw error;
    } finally {
      window.ended();
    }
  }

  /** Logs what has been collected since the last entry; nothing when nothing has. */
  write(): Promise<void> {
    const mine = this.#writing
      .then(() => this.#write())
      .then(() => void (this.#due = this.#elapsed() + this.#everyMs));
    this.#writing = mine.catch(() => undefined);
    return mine;
  }

  /** Logs the rest. Call it when the intake has answered for everything. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }

  async #write(): Promise<void> {
    const window = this.#window;
    if (this.#unsure !== undefined) await this.#findOut(this.#unsure);
    if (window.counts.size === 0 && window.underWay === 0) return;
    const to = Math.max(this.#from, this.#parts.now() + 1);
    this.#window = new Window();
    this.#cut = to;
    // A crash while this waits, or before the entry is durable: the archive is asked for everything since the last entry.
    await window.quiet();
    this.#unsure = { window, to };
    const counts = [...window.counts];
    // All in one turn, and so in one transaction of the log: all of them are there, or none.
    const entries: Promise<void>[] = [];
    for (let at = 0; at < counts.length; at += SOURCES_AN_ENTRY)
      entries.push(this.#append("counted", this.#from, to, counts.slice(at, at + SOURCES_AN_ENTRY)));
    await Promise.all(entries);
    this.#unsure = undefined;
    this.#from = to;
  }

  /** What a write that failed did not bring into the log goes into the next entry. */
  async #findOut({ window, to }: { readonly window: Window; readonly to: number }): Promise<void> {
    if ((await this.#lastLogged()) >= to) this.#from = to;
    else for (const [source, counts] of window.counts) this.#window.add(source, counts);
    this.#unsure = undefined;
  }

  async #lastLogged(): Promise<number> {
    const [last] = await this.#parts.log.find({ actor: this.#actor, action: "read.collect", limit: 1 });
    const to = last?.subject["to"];
    return typeof to === "string" ? Date.parse(to) : 0;
  }

  async #append(
    kind: "counted" | "recovered",
    from: number,
    to: number,
    counts: readonly (readonly [string, Counts])[],
  ): Promise<void> {
    await this.#audited.do(service(this.#actor), collectionActs.collect, {
      kind,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      counts: Object.fromEntries(counts),
    });
  }
}
