import type { KeyObject } from "node:crypto";
import { notDue, type RetentionRules } from "./due-day.ts";
import { type Receipt, signReceipt } from "./receipt.ts";

/** A store whose items leave with the day they were captured on. Days are `YYYY-MM-DD`, UTC. */
export interface Expirable {
  /** As receipts show it. */
  readonly name: string;
  /** Items captured on `day`, preserved ones excepted (RET-3). Counted, never remembered. */
  countOfDay(day: string): Promise<number>;
  /** Deletes what was captured on exactly this day and is not preserved: an older day may be held back. Safe to repeat. */
  deleteDay(day: string): Promise<void>;
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
  /** Ed25519 private key. */
  readonly signingKey: KeyObject;
  readonly store: ReceiptStore;
  /** Why a day must wait, for example a preservation that is not fully copied; null when nothing holds it. */
  readonly heldBack?: (day: string) => Promise<string | null>;
  /** Told what a day's deletion will destroy, each time before anything is touched; where it fails, nothing is. */
  readonly announce?: (intent: Intent) => Promise<void>;
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

/** Deletes what has reached the limit, and proves it (RET-1, RET-5, RET-6). Nothing else deletes reads. */
export class Retention {
  readonly #parts: RetentionParts;
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Deletes every day past the limit at `now` (epoch ms), oldest first; runs take turns. */
  expire(now: number): Promise<readonly DayOutcome[]> {
    return this.#inTurn(async () => {
      const outcomes: DayOutcome[] = [];
      for (const day of await this.#dueDays(now)) outcomes.push(await this.#deleteDay(day, now));
      if (outcomes.every(({ kind }) => kind === "deleted")) await this.#parts.store.succeeded(now);
      return outcomes;
    });
  }

  /** Deletes one day on demand; refused, with the reason, while it is within the limit. */
  expireDay(day: string, now: number): Promise<DayOutcome> {
    return this.#inTurn(async () => {
      const reason = notDue(day, now, this.#parts.rules);
      return reason === null ? this.#deleteDay(day, now) : { kind: "refused", day, reason };
    });
  }

  /** Whether the duty to delete is overdue at `now`, and since when it has been fulfilled. */
  async lateness(now: number): Promise<{ readonly late: boolean; readonly lastSuccess: number | null }> {
    const lastSuccess = await this.#parts.store.lastSuccess();
    const limit = this.#parts.rules.lateAfterHours * 3_600_000;
    return { late: lastSuccess === null || now - lastSuccess > limit, lastSuccess };
  }

  async #dueDays(now: number): Promise<readonly string[]> {
    const days = new Set((await this.#parts.store.unfinished()).map(({ day }) => day));
    for (const store of this.#stores) for (const day of (await store.daysHeld?.()) ?? []) days.add(day);
    return [...days].filter((day) => notDue(day, now, this.#parts.rules) === null).sort();
  }

  get #stores(): readonly Expirable[] {
    return [this.#parts.reads, ...this.#parts.others];
  }

  async #deleteDay(day: string, now: number): Promise<DayOutcome> {
    const { announce, store, heldBack, policyPack, signingKey } = this.#parts;
    const reason = (await heldBack?.(day)) ?? null;
    if (reason !== null) return { kind: "refused", day, reason };
    // Crash before this: nothing has happened; the next run finds the day again.
    const intent = await this.#intentFor(day);
    await announce?.(intent);
    // Crash from here to the receipt: the intent stands, so the next run takes the day up again with the figures of the first
    // run, and every deletion may be repeated.
    for (const store of this.#stores) await store.deleteDay(day);
    const survivors = await this.#survivors(day);
    if (Object.keys(survivors).length > 0) return { kind: "survivors", day, survivors };
    const { counts, digest } = intent;
    const finishedAt = new Date(now).toISOString();
    const receipt = signReceipt({ day, policyPack, counts, digest, survivors: 0, finishedAt }, signingKey);
    await store.append(receipt);
    // Crash here: the deletion is complete and proved; the caller's audit entry is made from the store.
    return { kind: "deleted", day, receipt };
  }

  async #intentFor(day: string): Promise<Intent> {
    const begun = (await this.#parts.store.unfinished()).find((intent) => intent.day === day);
    if (begun) return begun;
    const counts = await this.#countOfDay(day);
    const intent = { day, counts, digest: await this.#parts.reads.digest(day) };
    await this.#parts.store.begin(intent);
    return intent;
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
