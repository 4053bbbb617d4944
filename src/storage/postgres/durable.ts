import type { Queryable } from "./database.ts";

/**
 * Takes a lock until the transaction ends, and makes its commit wait for the disk whatever the server's settings say: an entry
 * that is acknowledged, or a checkpoint that is shown, is never lost again (AUD-1). A stricter setting stays.
 */
export async function lockDurably(tx: Queryable, lock: number): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock($1), case when current_setting('synchronous_commit') in ('off', 'local')
       then set_config('synchronous_commit', 'on', true) end`,
    [lock],
  );
}

/** @throws Error where the server does not write to its disk before it answers: what it says is kept may be lost */
export async function requireDurable(database: Queryable): Promise<void> {
  const [row] = await database.query<{ fsync: string }>("select current_setting('fsync') as fsync");
  if (row?.fsync === "on") return;
  throw new Error(
    "The PostgreSQL server runs with fsync off: a loss of power would lose entries of the audit log that were acknowledged. " +
      "Set fsync = on in its configuration, reload it, and start again.",
  );
}
