import type { Queryable } from "../database.ts";

/** What there is that only the right keys open. */
export interface Installation {
  readonly people: number;
  /** Of the master key that everything was sealed with; null before the first one. */
  readonly fingerprint: Buffer | null;
}

export async function installationOf(database: Queryable): Promise<Installation> {
  const [row] = await database.query<Installation>(
    "select (select count(*) from person) as people, (select fingerprint from master_key) as fingerprint",
  );
  return row ?? { people: 0, fingerprint: null };
}

/**
 * Puts the master key's fingerprint on record. One that is there stays while there are people: only before the first of them
 * nothing is lost with it. @returns the one on record now
 */
export async function recordFingerprint(database: Queryable, fingerprint: Buffer): Promise<Buffer> {
  const [row] = await database.query<{ fingerprint: Buffer }>(
    `insert into master_key (fingerprint) values ($1)
     on conflict (one) do update set
       fingerprint = case when exists (select from person) then master_key.fingerprint else excluded.fingerprint end
     returning fingerprint`,
    [fingerprint],
  );
  return row?.fingerprint ?? fingerprint;
}
