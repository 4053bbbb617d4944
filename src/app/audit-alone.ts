import type { AuditLog } from "../audit/audit-log.ts";
import { PostgresAuditLog } from "../storage/postgres/audit/audit-log.ts";
import type { Database } from "../storage/postgres/database.ts";

/** The log of a command that runs while the service does not: the next start publishes what it wrote. */
export const openAuditLog = (database: Database): AuditLog => new PostgresAuditLog(database, Date.now);
