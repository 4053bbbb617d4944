import type { ClaimedRun, JobRun, JobStore } from "../../flow/job.ts";
import type { Database } from "./database.ts";
import { postgresText } from "./postgres-json.ts";

/** How far apart the clocks of processes may be without one taking the other's run for a later one. */
const CLOCKS_APART_MS = 3_600_000;

/** Who does which run, and the record of runs, in the governed store. */
export class PostgresJobStore implements JobStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async claim(name: string, due: Date): Promise<ClaimedRun | null> {
    const unlock = await this.#database.lock(`job ${name}`);
    if (unlock === null) return null;
    try {
      // What was begun and not ended, its process having died, is done again; and what was done at a time that has not come
      // yet, under a clock that was wrong, was not done.
      const begun = await this.#database.query(
        `insert into job (name, last_started) values ($1, $2)
         on conflict (name) do update set last_started = excluded.last_started
         where job.last_started < $3 or job.last_finished is null or job.last_finished < job.last_started
            or job.last_started > $4
         returning name`,
        [name, new Date(this.#now()), due, new Date(this.#now() + CLOCKS_APART_MS)],
      );
      if (begun.length > 0) return this.#run(name, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
    await unlock();
    return null;
  }

  async begin(name: string): Promise<ClaimedRun> {
    await this.#database.query(
      "insert into job (name, last_started) values ($1, $2) on conflict (name) do update set last_started = excluded.last_started",
      [name, new Date(this.#now())],
    );
    return this.#run(name, async () => {});
  }

  #run(name: string, unlock: () => Promise<void>): ClaimedRun {
    return {
      ended: async (outcome, detail) => {
        try {
          await this.#database.query(
            "update job set last_finished = $2, outcome = $3, detail = $4 where name = $1",
            [name, new Date(this.#now()), outcome, postgresText(detail)],
          );
        } finally {
          await unlock();
        }
      },
    };
  }

  all(): Promise<readonly JobRun[]> {
    return this.#database.query<JobRun>(
      `select name, last_started as "lastStarted", last_finished as "lastFinished", outcome, detail from job order by name`,
    );
  }
}
