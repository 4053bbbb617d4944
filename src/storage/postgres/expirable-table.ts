import type { Expirable } from "../../retention/retention.ts";
import type { Database } from "./database.ts";

/** The beginning of the day `$1`, UTC whatever the session's zone. */
const START = "($1::date)::timestamp at time zone 'UTC'";
const NEXT_START = "($1::date + 1)::timestamp at time zone 'UTC'";

/** A preserved read's hit stays with it, as long as it is preserved (RET-3). */
const NOT_PRESERVED = `and not exists (select 1 from preservation_read join preservation on preservation.id = preservation_id
  where preservation_read.read_id = hit.read_id and released_at is null)`;

const TABLES = {
  hit: { name: "hits", kept: NOT_PRESERVED },
  quarantine: { name: "quarantine", kept: "" },
  pending_image: { name: "pending images", kept: "" },
} as const;

/** Retention's view of a governed table that holds data of reads, by capture time. */
export function expirableTable(database: Database, table: keyof typeof TABLES): Expirable {
  const { name, kept } = TABLES[table];
  return {
    name,
    countOlderThan: async (day) => {
      const [row] = await database.query<{ rows: number }>(
        `select count(*) as rows from ${table} where captured < ${START} ${kept}`,
        [day],
      );
      return row?.rows ?? 0;
    },
    deleteDay: async (day) => {
      await database.query(`delete from ${table} where captured < ${NEXT_START} ${kept}`, [day]);
    },
    daysHeld: async () => {
      const rows = await database.query<{ day: string }>(
        `select distinct (captured at time zone 'UTC')::date::text as day from ${table} where true ${kept} order by day`,
      );
      return rows.map(({ day }) => day);
    },
  };
}
