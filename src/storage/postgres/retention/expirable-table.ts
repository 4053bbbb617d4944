import type { Expirable } from "../../../retention/retention.ts";
import type { Database } from "../database.ts";

/** The beginning of the day `$1`, UTC whatever the session's zone. */
const START = "($1::date)::timestamp at time zone 'UTC'";
const NEXT_START = "($1::date + 1)::timestamp at time zone 'UTC'";

/** A preserved read's hit stays with it, as long as it is preserved (RET-3). */
const NOT_PRESERVED = `and not exists (select 1 from preservation_read join preservation on preservation.id = preservation_id
  where preservation_read.read_id = hit.read_id and released_at is null)`;

/** What never passed the clock rules counts by its receipt when it claims to be from the future, or it would never leave. */
const CLAIMED = "least(captured, received)";

/** More than this many are not looked for one by one; the day is deleted all the same. */
const MOST_MARKS = 100_000;

const TABLES = {
  hit: { name: "hits", moment: "captured", kept: NOT_PRESERVED, readId: "read_id" },
  quarantine: { name: "quarantine", moment: CLAIMED, kept: "", readId: "read_id" },
  pending_image: { name: "pending images", moment: CLAIMED, kept: "", readId: "null" },
} as const;

/** Retention's view of a governed table that holds data of reads, by day of capture. */
export function expirableTable(database: Database, table: keyof typeof TABLES): Expirable {
  const { name, moment, kept, readId } = TABLES[table];
  const ofDay = `${moment} >= ${START} and ${moment} < ${NEXT_START}`;
  return {
    name,
    countOfDay: async (day) => {
      const [row] = await database.query<{ rows: number }>(
        `select count(*) as rows from ${table} where ${ofDay} ${kept}`,
        [day],
      );
      return row?.rows ?? 0;
    },
    marksOfDay: async (day) => {
      const rows = await database.query<{ captured: Date; vrm: string; readId: string | null }>(
        `select captured, vrm, ${readId} as "readId" from ${table} where ${ofDay} ${kept} limit ${MOST_MARKS}`,
        [day],
      );
      return rows.map(({ captured, vrm, readId: id }) => ({
        captured: captured.getTime(),
        vrm,
        ...(id === null ? {} : { readId: id }),
      }));
    },
    deleteDay: async (day) => {
      await database.query(`delete from ${table} where ${ofDay} ${kept}`, [day]);
    },
    daysHeld: async () => {
      const rows = await database.query<{ day: string }>(
        `select distinct (${moment} at time zone 'UTC')::date::text as day from ${table} where true ${kept} order by day`,
      );
      return rows.map(({ day }) => day);
    },
  };
}
