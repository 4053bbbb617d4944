import type { Caller } from "../identity/caller.ts";
import { Problem } from "../errors.ts";
import type { Events } from "../observe/events.ts";
import { accessFloor } from "../policy/access-floor.ts";
import type { Receipt } from "./receipt.ts";
import type { Retention } from "./retention.ts";
import type { RetentionPort, Rooms } from "../api/ports.ts";
import type { ReceiptView, RetentionView } from "../api/views.ts";
import { afterId, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import { auditFirst } from "../audit/audit-first.ts";

export interface DeletionsParts {
  readonly retention: Pick<Retention, "expireDay" | "lateness">;
  /** Newest first; `before` is the id at which the page before ended. */
  readonly receipts: (page: {
    before?: number;
    limit: number;
  }) => Promise<readonly { id: number; receipt: Receipt }[]>;
  readonly accessMonths: () => number;
  readonly audit: Rooms["audit"];
  readonly events: Events;
  readonly now: () => number;
}

/** Retention as people use it: is it on time, its receipts, one day now. */
export class Deletions implements RetentionPort {
  readonly #parts: DeletionsParts;

  constructor(parts: DeletionsParts) {
    this.#parts = parts;
  }

  async status(): Promise<RetentionView> {
    const { retention, accessMonths, now } = this.#parts;
    const { late, lastSuccess } = await retention.lateness(now());
    return {
      late,
      lastSuccess: lastSuccess === null ? null : new Date(lastSuccess).toISOString(),
      accessFloor: new Date(accessFloor(now(), accessMonths())).toISOString(),
    };
  }

  async receipts(page: PageRequest): Promise<Page<ReceiptView>> {
    const before = afterId(page.cursor, "bigint");
    const rows = await this.#parts.receipts({
      limit: page.limit + 1,
      ...(before === undefined ? {} : { before }),
    });
    return pageByIds(rows, page.limit, ({ receipt }) => present(receipt));
  }

  async run(day: string, caller: Caller): Promise<ReceiptView> {
    const { audit, retention, events, now } = this.#parts;
    await auditFirst(audit, caller, "retention.run", { day });
    const outcome = await retention.expireDay(day, now());
    if (outcome.kind === "refused") throw new Problem("CONFLICT", outcome.reason);
    if (outcome.kind === "survivors") {
      events.retentionRan({ day, outcome: "survivors", reads: 0 });
      throw new Problem("CONFLICT", "Some stores still hold items of this day; the next run tries again.", {
        extra: { survivors: outcome.survivors },
      });
    }
    const { receipt } = outcome;
    await auditFirst(audit, caller, "retention.day", { day, counts: receipt.counts, digest: receipt.digest });
    events.retentionRan({ day, outcome: "deleted", reads: receipt.counts["reads"] ?? 0 });
    return present(receipt);
  }
}

const present = (receipt: Receipt): ReceiptView => ({ ...receipt, counts: { ...receipt.counts } });
