import type { AttemptBook, AttemptLimits } from "../../identity/attempt-book.ts";
import type { Database } from "./database.ts";

/** All usernames of one network are counted under no name, all networks of one username under this network. */
const NO_NAME = "";
const EVERY_NETWORK = "*";

/** Where somebody was is theirs: it is kept only as long as it may still let them in. */
const NETWORK_KEPT_MS = 180 * 86_400_000;

const KNOWN_HERE = `exists (select from person join person_network on person_id = person.id
  where username = $1 and network = $2)`;

/** Wrong attempts in the governed store. Usernames are kept as hashes: among them are passwords typed into the wrong field. */
export class PostgresAttemptBook implements AttemptBook {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async lockedUntil(username: string, network: string, now: number): Promise<number | null> {
    const [row] = await this.#database.query<{ until: Date | null }>(
      `select max(locked_until) as until from sign_in_failure
        where locked_until > $3
          and ((username_hash = sha256(convert_to($1, 'UTF8')) and network = $2)
            or (not ${KNOWN_HERE} and ((username_hash = sha256('') and network = $2)
              or (username_hash = sha256(convert_to($1, 'UTF8')) and network = '${EVERY_NETWORK}'))))`,
      [username, network, new Date(now)],
    );
    return row?.until?.getTime() ?? null;
  }

  async failed(username: string, network: string, now: number, limits: AttemptLimits): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const [known] = await tx.query<{ here: boolean }>(`select ${KNOWN_HERE} as here`, [username, network]);
      const counts: [string, string, number][] = [[username, network, limits.failures]];
      if (known?.here !== true)
        counts.push(
          [NO_NAME, network, limits.networkFailures],
          [username, EVERY_NETWORK, limits.accountFailures],
        );
      for (const [name, from, most] of counts)
        await tx.query(
          `insert into sign_in_failure as before (username_hash, network, failures, first_at, locked_until)
           values (sha256(convert_to($1, 'UTF8')), $2, 1, $3, case when $4 <= 1 then $5::timestamptz end)
           on conflict (username_hash, network) do update set
             failures = case when before.first_at <= $6 then 1 else before.failures + 1 end,
             first_at = case when before.first_at <= $6 then $3 else before.first_at end,
             locked_until = case when (case when before.first_at <= $6 then 1 else before.failures + 1 end) >= $4
               then $5::timestamptz end`,
          [name, from, new Date(now), most, new Date(now + limits.lockMs), new Date(now - limits.lockMs)],
        );
    });
  }

  async succeeded(
    { id, username }: { id: number; username: string },
    network: string,
    now: number,
  ): Promise<void> {
    await this.#database.query(
      `with cleared as (delete from sign_in_failure
         where username_hash = sha256(convert_to($2, 'UTF8')) and network = $3)
       insert into person_network (person_id, network, last_used) values ($1, $3, $4)
       on conflict (person_id, network) do update set last_used = excluded.last_used`,
      [id, username, network, new Date(now)],
    );
  }

  async forget(before: number): Promise<number> {
    await this.#database.query("delete from person_network where last_used < $1", [
      new Date(before - NETWORK_KEPT_MS),
    ]);
    const rows = await this.#database.query(
      `delete from sign_in_failure where first_at < $1 and coalesce(locked_until, first_at) < $1 returning 1 as one`,
      [new Date(before)],
    );
    return rows.length;
  }
}
