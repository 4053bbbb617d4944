import { retentionActs } from "../audit/acts/retention.ts";
import type { Audited } from "../audit/audited.ts";
import { Problem } from "../errors.ts";
import { afterId, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { Caller } from "../identity/caller.ts";
import { accessFloor } from "../policy/access-floor.ts";
import type { Receipt } from "./receipt.ts";
import type { Retention } from "./retention.ts";

export interface DeletionsParts {
  readonly retention: Pick<Retention, "expireDay" | "lateness">;
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
    const { retention, accessMonths, now } = this.#parts;
    const { late, lastSuccess } = await retention.lateness(now());
    return {
      late,
      lastSuccess: lastSuccess === null ? null : new Date(lastSuccess),
      accessFloor: new Date(accessFloor(now(), accessMonths())),
    };
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

  /** @throws Problem CONFLICT where the day is still kept, is held back, or was not deleted whole */
  run(day: string, caller: Caller): Promise<Receipt> {
    const { audited, retention, events, now } = this.#parts;
    return audited.do(caller.actor, retentionActs.run, { day }, async () => {
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
