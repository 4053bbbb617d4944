import type { AttemptStore, AttemptLimits, Origin } from "../../../identity/sign-in/attempt-store.ts";
import type { Database } from "../database.ts";

/** All usernames of one network are counted under no name, all networks of one username under this network. */
const NO_NAME = "";
const EVERY_NETWORK = "*";

/** Device and network never share a name: no network is written like this. */
const rowOf = ({ kind, name }: Origin): string => (kind === "device" ? `device ${name}` : name);

/** Wrong attempts in the governed store. Usernames are kept as hashes: among them are passwords typed into the wrong field. */
export class PostgresAttemptStore implements AttemptStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async lockedUntil(username: string, from: Origin, now: number): Promise<number | null> {
    const [row] = await this.#database.query<{ until: Date | null }>(
      `select max(locked_until) as until from sign_in_failure
        where locked_until > $3
          and ((username_hash = sha256(convert_to($1, 'UTF8')) and network = $2)
            or ($4 and ((username_hash = sha256('') and network = $2)
              or (username_hash = sha256(convert_to($1, 'UTF8')) and network = '${EVERY_NETWORK}'))))`,
      [username, rowOf(from), new Date(now), from.kind === "network"],
    );
    return row?.until?.getTime() ?? null;
  }

  async failed(username: string, from: Origin, now: number, limits: AttemptLimits): Promise<void> {
    const row = rowOf(from);
    const counts: [string, string, number][] = [[username, row, limits.failures]];
    if (from.kind === "network")
      counts.push([NO_NAME, row, limits.networkFailures], [username, EVERY_NETWORK, limits.accountFailures]);
    await this.#database.transaction(async (tx) => {
      for (const [name, place, most] of counts)
        await tx.query(
          `insert into sign_in_failure as before (username_hash, network, failures, first_at, locked_until)
           values (sha256(convert_to($1, 'UTF8')), $2, 1, $3, case when $4 <= 1 then $5::timestamptz end)
           on conflict (username_hash, network) do update set
             failures = case when before.first_at <= $6 then 1 else before.failures + 1 end,
             first_at = case when before.first_at <= $6 then $3 else before.first_at end,
             locked_until = case when (case when before.first_at <= $6 then 1 else before.failures + 1 end) >= $4
               then $5::timestamptz end`,
          [name, place, new Date(now), most, new Date(now + limits.lockMs), new Date(now - limits.lockMs)],
        );
    });
  }

  async succeeded(username: string, from: Origin): Promise<void> {
    await this.#database.query(
      "delete from sign_in_failure where username_hash = sha256(convert_to($1, 'UTF8')) and network = $2",
      [username, rowOf(from)],
    );
  }

  async forget(before: number): Promise<number> {
    const rows = await this.#database.query(
      `delete from sign_in_failure where first_at < $1 and coalesce(locked_until, first_at) < $1 returning 1 as one`,
      [new Date(before)],
    );
    return rows.length;
  }
}
