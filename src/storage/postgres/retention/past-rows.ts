import type { Erasable } from "../../../retention/erase-logged.ts";
import type { Database } from "../database.ts";

/** Rows that are about one act of a person, and when that was over. */
const PAST = {
  enquiry: { kind: "enquiries past the log's years", over: "asked" },
  suspicion: { kind: "decided suspicions", over: "decided_at" },
  account_task: { kind: "finished tasks about accounts", over: "done_at" },
} as const;

/** Whole rows that go when the log has forgotten who acted (RET-9). */
export function pastRows(database: Database, table: keyof typeof PAST): Erasable {
  const { kind, over } = PAST[table];
  return {
    kind,
    due: async (before) => {
      const [row] = await database.query<{ due: number }>(
        `select count(*) as due from ${table} where ${over} < $1`,
        [new Date(before)],
      );
      return row?.due ?? 0;
    },
    erase: async (before) =>
      (await database.query(`delete from ${table} where ${over} < $1 returning 1 as one`, [new Date(before)]))
        .length,
  };
}
