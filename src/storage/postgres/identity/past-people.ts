import type { Erasable } from "../../../retention/erase-logged.ts";
import type { Database } from "../database.ts";

const ENDED = "state = 'ended' and state_since < $1 and full_name <> ''";

/**
 * Who somebody was whose account ended before the years of the log (RET-9): by then the log itself does not say any more who
 * acted. The row stays, because others name its number; its history and all it came in with go.
 */
export class PostgresPastPeople implements Erasable {
  readonly kind = "people whose accounts ended";
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async due(before: number): Promise<number> {
    const [row] = await this.#database.query<{ due: number }>(
      `select count(*) as due from person where ${ENDED}`,
      [new Date(before)],
    );
    return row?.due ?? 0;
  }

  erase(before: number): Promise<number> {
    return this.#database.transaction(async (tx) => {
      const gone = await tx.query<{ id: number }>(
        `update person set full_name = '', username = 'erased-' || id, password_hash = null, totp_secret = null, rank = null,
            vetting = 'none', state_why = null where ${ENDED} returning id`,
        [new Date(before)],
      );
      const people = [gone.map(({ id }) => id)];
      for (const table of [
        "account_event",
        "account_task",
        "enrolment",
        "passkey",
        "provider_subject",
        "recovery_code",
        "suspicion",
      ])
        await tx.query(`delete from ${table} where person_id = any($1)`, people);
      return gone.length;
    });
  }
}
