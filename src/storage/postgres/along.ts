import type { Along } from "../../audit/along.ts";
import type { Queryable } from "./database.ts";

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** One statement to be run in the transaction of an entry of the log. */
export const alongside = (sql: string, parameters: readonly unknown[]): Along =>
  ({ sql, parameters }) satisfies Statement as unknown as Along;

/** Runs what `alongside` made. */
export async function runAlong(tx: Queryable, along: Along): Promise<void> {
  const { sql, parameters } = along as unknown as Statement;
  await tx.query(sql, parameters);
}
