import type { ClockRecord } from "../../../retention/clock-guard.ts";
import type { Receipt } from "../../../retention/receipt.ts";
import type { Intent, ReceiptStore } from "../../../retention/retention.ts";
import type { Database } from "../database.ts";
import { postgresJson } from "../postgres-json.ts";

/** The job that stands for "nothing due was left undone". */
const COMPLETE = "retention-complete";

/** A receipt with its place in the store. */
export interface KeptReceipt {
  readonly id: number;
  readonly receipt: Receipt;
}

/** Intents and receipts of deletion in the governed store (RET-6). Receipts are added and read, never changed. */
export class PostgresReceiptStore implements ReceiptStore, ClockRecord {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async unfinished(): Promise<readonly Intent[]> {
    const rows = await this.#database.query<{ intent: Intent }>(
      "select intent from retention_intent order by day",
    );
    return rows.map(({ intent }) => intent);
  }

  async begin(intent: Intent): Promise<void> {
    await this.#database.query(
      `insert into retention_intent (day, intent, at) values ($1::date, $2::jsonb, $3)
       on conflict (day) do update set intent = excluded.intent, at = excluded.at`,
      [intent.day, postgresJson(intent), new Date(this.#now())],
    );
  }

  async append(receipt: Receipt): Promise<void> {
    await this.#database.query(
      `with ended as (delete from retention_intent where day = $1::date)
       insert into retention_receipt (day, receipt, at) values ($1::date, $2::jsonb, $3)`,
      [receipt.day, postgresJson(receipt), new Date(this.#now())],
    );
  }

  async succeeded(at: number): Promise<void> {
    await this.#mark(COMPLETE, at);
  }

  lastSuccess(): Promise<number | null> {
    return this.#lastOf(COMPLETE);
  }

  async clockWas(how: "right" | "confirmed", at: number): Promise<void> {
    await this.#mark(`clock-${how}`, at);
  }

  lastClock(how: "right" | "confirmed"): Promise<number | null> {
    return this.#lastOf(`clock-${how}`);
  }

  /** Newest first; `before` is the id at which the page before ended. */
  list({ before, limit }: { before?: number; limit: number }): Promise<readonly KeptReceipt[]> {
    return this.#database.query<KeptReceipt>(
      "select id, receipt from retention_receipt where $1::bigint is null or id < $1 order by id desc limit $2",
      [before ?? null, limit],
    );
  }

  async #mark(name: string, at: number): Promise<void> {
    await this.#database.query(
      `insert into job (name, last_started, last_finished, outcome) values ($1, $2, $2, 'done')
       on conflict (name) do update set last_started = $2, last_finished = $2`,
      [name, new Date(at)],
    );
  }

  async #lastOf(name: string): Promise<number | null> {
    const [row] = await this.#database.query<{ at: Date }>(
      "select last_finished as at from job where name = $1",
      [name],
    );
    return row?.at.getTime() ?? null;
  }
}
