import type { Neighbours } from "../../../oversight/neighbours.ts";
import type { Database } from "../database.ts";

/** How far from an entry its request and its enquiry are looked for, so that a look never reads the whole log. */
const REACH = 20_000;

/** Entries around one, found near it in the log: its enquiry's before its request's, the nearest first, up to the limit. */
export class PostgresAuditNeighbours implements Neighbours {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async around(
    { index, requestId, subject }: Parameters<Neighbours["around"]>[0],
    organisation: number | null,
    limit: number,
  ): Promise<readonly number[]> {
    const enquiry = typeof subject["enquiry"] === "string" ? subject["enquiry"] : null;
    const rows = await this.#database.query<{ index: number }>(
      `select index from (
         select index from audit_entry
          where index between $1::bigint - ${REACH} and $1::bigint + ${REACH} and ($4::integer is null or organisation = $4)
            and (index = $1 or sealed ->> 'enquiry' = $3 or sealed ->> 'requestId' = $2)
          order by index <> $1, coalesce(sealed ->> 'enquiry' = $3, false) desc, abs(index - $1::bigint), index limit $5
       ) as nearest order by index`,
      [index, requestId, enquiry, organisation, limit],
    );
    return rows.map((row) => row.index);
  }
}
