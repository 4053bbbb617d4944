import { retentionActs } from "../audit/acts/retention.ts";
import type { Audited } from "../audit/audited.ts";
import { Problem } from "../errors.ts";
import { afterId, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { Caller } from "../identity/caller.ts";
import { accessFloor } from "../policy/access-floor.ts";
import type { Receipt } from "./receipt.ts";
import type { ClockGuard, ClockRecord } from "./clock-guard.ts";
import type { Retention } from "./retention.ts";

export interface DeletionsParts {
  readonly retention: Pick<Retention, "expireDay" | "lateness">;
  readonly clock: Pick<ClockGuard, "held">;
  readonly confirmations: Pick<ClockRecord, "clockWas">;
  /** Newest first; `before` is the id at which the page before ended. */
  readonly receipts: (page: {
    before?: number;
    limit: number;
  }) => Promise<readonly { id: number; receipt: Receipt }[]>;
  readonly accessMonths: () => number;
  readonly audited: Audited;
  /** Counts the days that are deleted. */
  readonly events: { retentionRan(run: { day: string; outcome: string; reads: number }): void };
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Whether deletion is on time. */
export interface DeletionStatus {
  readonly late: boolean;
  /** The last run that left nothing due undone; null for none yet. */
  readonly lastSuccess: Date | null;
  /** Why nothing is deleted at the moment, in a sentence; null where all is well. */
  readonly held: string | null;
  /** Nothing captured before this is shown by any query. */
  readonly accessFloor: Date;
}

/** Retention as people use it: is it on time, its receipts, one day now (RET-1, RET-5, RET-6). Days are `YYYY-MM-DD`, UTC. */
export class Deletions {
  readonly #parts: DeletionsParts;

  constructor(parts: DeletionsParts) {
    this.#parts = parts;
  }

  async status(): Promise<DeletionStatus> {
    const { retention, clock, accessMonths, now } = this.#parts;
    const { late, lastSuccess } = await retention.lateness(now());
    return {
      late,
      lastSuccess: lastSuccess === null ? null : new Date(lastSuccess),
      held: await clock.held(),
      accessFloor: new Date(accessFloor(now(), accessMonths())),
    };
  }

  /** A person says that the clock is right, where deletion is held because it leapt; from then on it goes on (RET-1). */
  async confirmClock(reason: string, caller: Caller): Promise<DeletionStatus> {
    const { audited, confirmations, now } = this.#parts;
    const moment = now();
    const subject = { to: new Date(moment).toISOString(), reason };
    await audited.do(caller.actor, retentionActs.confirmClock, subject, () =>
      confirmations.clockWas("confirmed", moment),
    );
    return this.status();
  }

  /** Newest first. */
  async receipts(page: PageRequest): Promise<Page<Receipt>> {
    const before = afterId(page.cursor, "bigint");
    const rows = await this.#parts.receipts({
      limit: page.limit + 1,
      ...(before === undefined ? {} : { before }),
    });
    return pageByIds(rows, page.limit, ({ receipt }) => receipt);
  }

  /** @throws Problem CONFLICT where the clock may be wrong, the day is still kept, is held back, or was not deleted whole */
  run(day: string, caller: Caller): Promise<Receipt> {
    const { audited, retention, clock, events, now } = this.#parts;
    return audited.do(caller.actor, retentionActs.run, { day }, async () => {
      const held = await clock.held();
      if (held !== null) throw new Problem("CONFLICT", held);
      const outcome = await retention.expireDay(day, now(), caller.actor);
      if (outcome.kind === "refused") throw new Problem("CONFLICT", outcome.reason);
      if (outcome.kind === "survivors") {
        events.retentionRan({ day, outcome: "survivors", reads: 0 });
        throw new Problem("CONFLICT", "Some stores still hold items of this day; the next run tries again.", {
          extra: { survivors: outcome.survivors },
        });
      }
      const { receipt } = outcome;
      events.retentionRan({ day, outcome: "deleted", reads: receipt.counts["reads"] ?? 0 });
      return receipt;
    });
  }
}
