import type { Queryable } from "./database.ts";

/** A write of one row; resolves when it is durable. All processes share the row. */
export async function writeToGovernedStore(database: Queryable): Promise<void> {
  await database.query(
    "insert into written (at) values (clock_timestamp()) on conflict (one) do update set at = excluded.at",
  );
}
