import type { KeyObject } from "node:crypto";
import { retentionActs } from "../audit/acts/retention.ts";
import { service, type Actor } from "../audit/actor.ts";
import type { Audited } from "../audit/audited.ts";
import { notDue, type RetentionRules } from "./due-day.ts";
import { type Receipt, signReceipt } from "./receipt.ts";
import { type Mark, type NotRemoved, together, type TraceKeeper, type TraceSearch } from "./traces.ts";

/** A store whose items leave with the day they were captured on. Days are `YYYY-MM-DD`, UTC. */
export interface Expirable {
  /** As receipts show it. */
  readonly name: string;
  /** Items captured on `day`, preserved ones excepted (RET-3). Counted, never remembered. */
  countOfDay(day: string): Promise<number>;
  /** Deletes what was captured on exactly this day and is not preserved: an older day may be held back. Safe to repeat. */
  deleteDay(day: string): Promise<void>;
  /** By what the bytes of the day's items are known, where somebody could find them in files. */
  marksOfDay?(day: string): Promise<readonly Mark[]>;
  /** Days of which something is held, where the store knows; each that is due is deleted for itself. */
  daysHeld?(): Promise<readonly string[]>;
}

/** The archive's reads: they also give the digest of what will be destroyed. */
export interface ExpirableReads extends Expirable {
  daysHeld(): Promise<readonly string[]>;
  digest(day: string): Promise<string>;
}

/** What a deletion set out to destroy; written before anything is touched, so that a crash cannot lose the figures. */
export interface Intent {
  readonly day: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly digest: string;
}

/** Keeps intents and receipts. Each call is durable when resolved. */
export interface ReceiptStore {
  /** Intents that have no receipt yet. */
  unfinished(): Promise<readonly Intent[]>;
  begin(intent: Intent): Promise<void>;
  /** Ends the day's intent. Appending the receipt of a day that has one already adds another. */
  append(receipt: Receipt): Promise<void>;
  /** A run that left nothing due undone, epoch ms. */
  succeeded(at: number): Promise<void>;
  /** When that last was; null for never. */
  lastSuccess(): Promise<number | null>;
}

export interface RetentionParts {
  readonly rules: RetentionRules;
  readonly policyPack: string;
  readonly reads: ExpirableReads;
  /** Image index, vault, hits, quarantine, pending images …, deleted in this order after the reads. */
  readonly others: readonly Expirable[];
  /** What the stores may keep of items beside the items themselves. */
  readonly traces: readonly TraceKeeper[];
  /** Ed25519 private key. */
  readonly signingKey: KeyObject;
  readonly store: ReceiptStore;
  /** Why a day must wait, for example a preservation that is not fully copied; null when nothing holds it. */
  readonly heldBack?: (day: string) => Promise<string | null>;
  readonly audited: Audited;
}

/** What became of a day. Survivors are the stores that still hold something after they were told to delete it. */
export type DayOutcome =
  | { readonly kind: "deleted"; readonly day: string; readonly receipt: Receipt }
  | { readonly kind: "refused"; readonly day: string; readonly reason: string }
  | {
      readonly kind: "survivors";
      readonly day: string;
      readonly survivors: Readonly<Record<string, number>>;
    };

/** What a deletion that another process began cannot say of its search. */
const UNKNOWN_MARKS =
  "bytes of what was deleted before the deletion was taken up again: only the process that ended knew them";

/** A day that could not be deleted, on its way past the log. */
class NotDeleted extends Error {
  readonly outcome: Exclude<DayOutcome, { kind: "deleted" }>;

  constructor(outcome: Exclude<DayOutcome, { kind: "deleted" }>) {
    super(`The day ${outcome.day} was not deleted.`);
    this.outcome = outcome;
  }
}

/** Deletes what has reached the limit, and proves it (RET-1, RET-5, RET-6). Nothing else deletes reads. */
export class Retention {
  readonly #parts: RetentionParts;
  #running: Promise<unknown> = Promise.resolve();
  /** How the deleted of a day look, until it has its receipt; not whole where an earlier process deleted some of them. */
  readonly #marks = new Map<string, { readonly known: Map<string, Mark>; readonly whole: boolean }>();

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /**
   * Deletes the days past the limit at `now` (epoch ms), oldest first and only so many in one run; runs take turns. More than
   * that being due at once is unusual: the rest is refused, and waits for the next run or for a person.
   */
  expire(now: number): Promise<readonly DayOutcome[]> {
    return this.#inTurn(async () => {
      const outcomes: DayOutcome[] = [];
      const { daysAtOnce } = this.#parts.rules;
      for (const [at, day] of (await this.#dueDays(now)).entries())
        outcomes.push(
          at < daysAtOnce
            ? await this.#deleteDay(day, now, service("retention"))
            : { kind: "refused", day, reason: `More than ${daysAtOnce} days are due at once.` },
        );
      if (outcomes.every(({ kind }) => kind === "deleted")) await this.#parts.store.succeeded(now);
      return outcomes;
    });
  }

  /** Deletes one day on demand, in somebody's name; refused, with the reason, while it is within the limit. */
  expireDay(day: string, now: number, actor: Actor): Promise<DayOutcome> {
    return this.#inTurn(async () => {
      const reason = notDue(day, now, this.#parts.rules);
      return reason === null ? this.#deleteDay(day, now, actor) : { kind: "refused", day, reason };
    });
  }

  /** Whether deletion is overdue at `now`, and when it last left nothing due undone. */
  async lateness(now: number): Promise<{ readonly late: boolean; readonly lastSuccess: number | null }> {
    const lastSuccess = await this.#parts.store.lastSuccess();
    const limit = this.#parts.rules.lateAfterHours * 3_600_000;
    // A success that is yet to come was one under a clock that was wrong.
    return { late: lastSuccess === null || Math.abs(now - lastSuccess) > limit, lastSuccess };
  }

  async #dueDays(now: number): Promise<readonly string[]> {
    const days = new Set((await this.#parts.store.unfinished()).map(({ day }) => day));
    for (const store of this.#stores) for (const day of (await store.daysHeld?.()) ?? []) days.add(day);
    return [...days].filter((day) => notDue(day, now, this.#parts.rules) === null).sort();
  }

  get #stores(): readonly Expirable[] {
    return [this.#parts.reads, ...this.#parts.others];
  }

  /** The log has what will be destroyed before anything is touched, and afterwards how it ended (RET-6, AUD-1). */
  async #deleteDay(day: string, now: number, actor: Actor): Promise<DayOutcome> {
    const { audited, heldBack } = this.#parts;
    const reason = (await heldBack?.(day)) ?? null;
    // Crash before the intent stands: nothing has happened; the next run finds the day again.
    const subject = reason === null ? await this.#intentFor(day) : { day, reason };
    try {
      return await audited.do(actor, retentionActs.day, subject, async (entry) => {
        if (reason !== null) throw new NotDeleted({ kind: "refused", day, reason });
        const outcome = await this.#destroy(subject as Intent, now);
        if (outcome.kind === "deleted") return outcome;
        entry.add({ survivors: outcome.survivors });
        throw new NotDeleted(outcome);
      });
    } catch (error) {
      if (error instanceof NotDeleted) return error.outcome;
      throw error;
    }
  }

  async #destroy(
    { day, counts, digest }: Intent,
    now: number,
  ): Promise<Exclude<DayOutcome, { kind: "refused" }>> {
    const { store, policyPack, signingKey } = this.#parts;
    // Crash from here to the receipt: the intent stands, so the next run takes the day up again with the figures of the first
    // run, and every deletion may be repeated.
    const marks = this.#marks.get(day) ?? { known: new Map<string, Mark>(), whole: true };
    for (const one of this.#stores)
      for (const mark of (await one.marksOfDay?.(day)) ?? []) marks.known.set(JSON.stringify(mark), mark);
    for (const one of this.#stores) await one.deleteDay(day);
    const { found, searched, notSearched } = await this.#searchTraces(day, [...marks.known.values()]);
    if (!marks.whole) notSearched.push(UNKNOWN_MARKS);
    const survivors = { ...(await this.#survivors(day)), ...found };
    if (Object.keys(survivors).length > 0) return { kind: "survivors", day, survivors };
    const finishedAt = new Date(now).toISOString();
    const receipt = signReceipt(
      { day, policyPack, counts, digest, survivors: 0, searched, notSearched, finishedAt },
      signingKey,
    );
    await store.append(receipt);
    this.#marks.delete(day);
    // Crash here: the deletion is complete and proved; the next run's look at the receipts makes its entry.
    return { kind: "deleted", day, receipt };
  }

  async #intentFor(day: string): Promise<Intent> {
    const begun = (await this.#parts.store.unfinished()).find((intent) => intent.day === day);
    if (!this.#marks.has(day)) this.#marks.set(day, { known: new Map(), whole: begun === undefined });
    if (begun) return begun;
    const counts = await this.#countOfDay(day);
    const intent = { day, counts, digest: await this.#parts.reads.digest(day) };
    await this.#parts.store.begin(intent);
    return intent;
  }

  /** Takes away what the deleted left behind, then looks for it: where it cannot be taken away, it was not searched. */
  async #searchTraces(
    day: string,
    marks: readonly Mark[],
  ): Promise<TraceSearch & { readonly notSearched: string[] }> {
    const { traces } = this.#parts;
    const left: NotRemoved[] = [];
    for (const keeper of traces) left.push(...(await keeper.remove()));
    const searches: TraceSearch[] = [];
    for (const keeper of traces) searches.push(await keeper.search(day, marks));
    const { found, searched, notSearched } = together(searches);
    const later = left.filter((one) => one.later).map(({ place }) => [place, 1] as const);
    return {
      found: { ...found, ...Object.fromEntries(later) },
      searched,
      notSearched: [...notSearched, ...left.map(({ place, why }) => `${place}: ${why}`)],
    };
  }

  async #survivors(day: string): Promise<Record<string, number>> {
    const left = Object.entries(await this.#countOfDay(day));
    return Object.fromEntries(left.filter(([, count]) => count > 0));
  }

  async #countOfDay(day: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const store of this.#stores) counts[store.name] = await store.countOfDay(day);
    return counts;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#running.then(work);
    this.#running = turn.catch(() => {});
    return turn;
  }
}
