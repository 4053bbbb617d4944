import type { Duty, DutyStore } from "../../flow/job.ts";
import type { Database } from "./database.ts";
import { postgresText } from "./postgres-json.ts";

/** The record of duties in the governed store. */
export class PostgresDutyStore implements DutyStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async started(name: string): Promise<void> {
    await this.#database.query(
      "insert into duty (name, last_started) values ($1, $2) on conflict (name) do update set last_started = excluded.last_started",
      [name, new Date(this.#now())],
    );
  }

  async finished(name: string, outcome: "done" | "failed", detail: string): Promise<void> {
    await this.#database.query(
      "update duty set last_finished = $2, outcome = $3, detail = $4 where name = $1",
      [name, new Date(this.#now()), outcome, postgresText(detail)],
    );
  }

  all(): Promise<readonly Duty[]> {
    return this.#database.query<Duty>(
      `select name, last_started as "lastStarted", last_finished as "lastFinished", outcome, detail from duty order by name`,
    );
  }
}
