import type { TraceKeeper } from "../../../retention/traces.ts";
import type { Database } from "../database.ts";
import { searchBytes } from "./byte-search.ts";
import type { PageRewriting } from "./page-rewriting.ts";

/** The governed tables that hold data of reads; the others are rewritten by a job of their own. */
const OF_READS = ["hit", "pending_image", "quarantine"];

/** What the governed store keeps beside its rows: pages, statistics and, embedded, its log (RET-6). */
export function governedTraces(database: Database, rewriting: Pick<PageRewriting, "rewrite">): TraceKeeper {
  return {
    async remove() {
      const left = await rewriting.rewrite([...OF_READS, "pg_statistic"]);
      return left.map(({ table, ...why }) => ({ place: `pages of ${table}`, ...why }));
    },
    async search(_day, marks) {
      const found: Record<string, number> = {};
      const statistics = await sampledColumns(database);
      if (statistics > 0) found["statistics of the governed store"] = statistics;
      const searched = ["rows of the governed store", "its statistics"];
      if (database.files === undefined)
        return {
          found,
          searched: [...searched, `its pages, written anew (${OF_READS.join(", ")})`],
          notSearched: [
            "write-ahead log, its archive, base backups and replicas of the PostgreSQL server: its operator's",
          ],
        };
      const { found: times, bytes } = await searchBytes(database.files, marks);
      if (times > 0) found["bytes of the governed store"] = times;
      return {
        found,
        searched: [...searched, `its files, ${bytes} bytes for ${marks.length} items`],
        notSearched: ["backups of the data folder: their keeper's"],
      };
    },
  };
}

/** Columns that say which vehicle, or where one was, and of which the planner has kept samples all the same. */
async function sampledColumns(database: Database): Promise<number> {
  const [row] = await database.query<{ columns: number }>(
    `select count(*) as columns from pg_stats
       join pg_class on relname = tablename and relnamespace = schemaname::regnamespace
       join pg_attribute on attrelid = pg_class.oid and pg_attribute.attname = pg_stats.attname
      where schemaname = current_schema() and attstattarget = 0`,
  );
  return row?.columns ?? 0;
}
