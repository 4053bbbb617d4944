import { INTENDED_LOSS } from "../../../estate/nrd-loss.ts";
import { z } from "zod";
import type { LosingNrd, LostReadCount, LostReadStore } from "../../../ingest/lost-reads.ts";
import type { Database } from "../database.ts";
import { postgresJson } from "../postgres-json.ts";

const losingRows = z.array(
  z.object({
    nrd: z.int(),
    name: z.string(),
    code: z.string(),
    count: z.int(),
    since: z.date(),
    last: z.date(),
    year: z.int().nullable(),
  }),
);

/** Counts of lost reads of NRDs in the governed store. */
export class PostgresLostReadStore implements LostReadStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(counts: readonly LostReadCount[]): Promise<void> {
    if (counts.length === 0) return;
    await this.#database.query(
      `insert into lost_read_count (day, nrd_id, code, count, first_at, last_at, year)
       select * from jsonb_to_recordset($1::jsonb) as given (day date, nrd integer, code text, count bigint,
         "firstAt" timestamptz, "lastAt" timestamptz, year integer) order by 1, 2, 3
       on conflict (day, nrd_id, code) do update set count = lost_read_count.count + excluded.count,
         last_at = greatest(lost_read_count.last_at, excluded.last_at), year = excluded.year`,
      [postgresJson(counts)],
    );
  }

  async losing({ since, atLeast }: { since: Date; atLeast: number }): Promise<readonly LosingNrd[]> {
    const rows = await this.#database.query(
      `select nrd.id as nrd, nrd.name, code, sum(count)::bigint as count, min(first_at) as since, max(last_at) as last,
          (array_agg(year order by last_at desc))[1] as year
         from lost_read_count join nrd on nrd.id = nrd_id and nrd.type <> 'covert' and nrd.state = 'live'
         where day >= $1::timestamptz::date - 1 and code <> '${INTENDED_LOSS}'
         group by nrd.id, nrd.name, code having sum(count) >= $2 and max(last_at) > $1 order by count desc, nrd.id, code`,
      [since, atLeast],
    );
    return losingRows.parse(rows);
  }

  async forget(before: string): Promise<number> {
    const rows = await this.#database.query(
      "delete from lost_read_count where day < $1::date returning day",
      [before],
    );
    return rows.length;
  }
}
