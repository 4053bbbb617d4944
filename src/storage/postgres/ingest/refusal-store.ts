import type { RefusalStore, RefusalCount } from "../../../ingest/quarantine/quarantine.ts";
import type { Database } from "../database.ts";
import { postgresJson } from "../postgres-json.ts";

/** Counts of refusals in the governed store. */
export class PostgresRefusalStore implements RefusalStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(counts: readonly RefusalCount[]): Promise<void> {
    if (counts.length === 0) return;
    await this.#database.query(
      `insert into refusal_count (day, source_id, code, count, sample, sample_at, first_at)
       select * from jsonb_to_recordset($1::jsonb) as given (day date, source integer, code text, count bigint, sample text,
         "sampleAt" timestamptz, "firstAt" timestamptz) order by 1, 2, 3
       on conflict (day, source_id, code) do update set count = refusal_count.count + excluded.count,
         sample = excluded.sample, sample_at = excluded.sample_at`,
      [postgresJson(counts)],
    );
  }

  async forget(before: string): Promise<number> {
    const rows = await this.#database.query("delete from refusal_count where day < $1::date returning day", [
      before,
    ]);
    return rows.length;
  }

  since(day: string): Promise<readonly RefusalCount[]> {
    return this.#database.query<RefusalCount>(
      `select day::text as day, source_id as source, code, count, sample, sample_at as "sampleAt",
          coalesce(first_at, sample_at) as "firstAt" from refusal_count
        where day >= $1::date order by day desc, source_id, code`,
      [day],
    );
  }
}
