import type { Database } from "../database.ts";
import { DatabaseError } from "../database-error.ts";

/** A table that cannot be had is tried so often. */
const TRIES = 5;
const NOT_LOCKED = "55P03";
const LOOK_AGAIN_MS = 100;

export interface RewritingLimits {
  /** Of a server's table, with its indexes; larger ones are left to its operator. */
  readonly largestBytes: number;
  /** How long a table is waited for each time; meanwhile others wait behind. */
  readonly lockMs?: number;
  /** How long a transaction that may still see what was deleted is waited for. */
  readonly readersMs?: number;
}

/** A table that was not rewritten. */
export interface NotRewritten {
  readonly table: string;
  readonly why: string;
  /** Whether the next run may do it. */
  readonly later: boolean;
}

/**
 * Writes anew the pages of tables that lost content, because PostgreSQL leaves deleted rows in them, and in its log, until
 * something else is written there (RET-6). Triggers mark a table in the transaction that takes something from it; the mark goes
 * when the new pages stand, so a crash anywhere leaves it and the next run does it again.
 */
export class PageRewriting {
  readonly #database: Database;
  readonly #limits: Required<RewritingLimits>;

  constructor(database: Database, limits: RewritingLimits) {
    this.#database = database;
    this.#limits = { lockMs: 2_000, readersMs: 10_000, ...limits };
  }

  /**
   * Rewrites what lost content, each table in turn, and takes what they said out of the embedded store's log.
   * @param only these tables; all where it is not said
   * @returns those that could not be
   */
  async rewrite(only?: readonly string[]): Promise<readonly NotRewritten[]> {
    const notRewritten: NotRewritten[] = [];
    for (const table of await this.#take(only)) {
      const failed = await this.#rewriteTable(table);
      if (failed === null)
        await this.#database.query("delete from page_rewrite where name = $1 and taken", [table]);
      else notRewritten.push({ table, ...failed });
    }
    // Also where no table was rewritten now: a crash may have come in between.
    if (this.#database.engine === "pglite") await this.#renewLog();
    return notRewritten;
  }

  async #take(only: readonly string[] | undefined): Promise<readonly string[]> {
    const mine = "($1::text[] is null or name = any($1))";
    return this.#database.transaction(async (tx) => {
      await tx.query(
        `with lost as (delete from page_rewrite where not taken and ${mine} returning name, since)
         insert into page_rewrite (name, taken, since) select name, true, since from lost on conflict do nothing`,
        [only ?? null],
      );
      const rows = await tx.query<{ name: string }>(
        `select name from page_rewrite where taken and ${mine} order by name`,
        [only ?? null],
      );
      return rows.map(({ name }) => name);
    });
  }

  async #rewriteTable(table: string): Promise<Omit<NotRewritten, "table"> | null> {
    if (this.#database.engine === "server") {
      const bytes = await this.#bytesOf(table);
      if (bytes > this.#limits.largestBytes)
        return {
          why: `its ${megabytes(bytes)} are more than the ${megabytes(this.#limits.largestBytes)} of WAYWARDEN_REWRITE_MEGABYTES`,
          later: false,
        };
      if (!(await this.#readersGone()))
        return { why: "a transaction older than the deletion is still open", later: true };
    }
    for (let tried = 1; ; tried++)
      try {
        await this.#database.exec(`vacuum (full) ${table}`, this.#limits);
        return null;
      } catch (error) {
        if (!(error instanceof DatabaseError && error.code === NOT_LOCKED)) throw error;
        if (tried === TRIES) return { why: "others were using it all the time", later: true };
      }
  }

  async #bytesOf(table: string): Promise<number> {
    const [row] = await this.#database.query<{ bytes: number }>(
      "select pg_total_relation_size($1::regclass) as bytes",
      [table],
    );
    return row?.bytes ?? 0;
  }

  /** Rows that a transaction may still look at are rewritten too, and would then stay. */
  async #readersGone(): Promise<boolean> {
    const [mine] = await this.#database.query<{ xid: string }>(
      "select pg_current_xact_id()::xid::text as xid",
    );
    const until = performance.now() + this.#limits.readersMs;
    for (;;) {
      const [row] = await this.#database.query<{ open: boolean }>(
        `select exists (select from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
              and (age(backend_xmin) >= age($1::xid) or age(backend_xid) >= age($1::xid))) as open`,
        [mine?.xid],
      );
      if (row?.open === false) return true;
      if (performance.now() > until) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  /** A checkpoint on either side of a new segment: what lies before it is not needed any more, and its files are removed. */
  async #renewLog(): Promise<void> {
    await this.#database.exec("checkpoint");
    await this.#database.query("select pg_switch_wal()");
    await this.#database.exec("checkpoint");
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString("en-GB")} MB`;
