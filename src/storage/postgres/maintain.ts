import type { Database } from "./database.ts";

/**
 * Clears dead rows and counts what the tables hold, so that queries are planned well. A server does this by itself;
 * PGlite has no autovacuum, so there it is a job to run daily and after large imports. Nothing on a server.
 */
export async function maintain(database: Database): Promise<void> {
  if (database.engine === "pglite") await database.exec("vacuum analyze");
}
