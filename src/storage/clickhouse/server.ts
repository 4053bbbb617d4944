import { Readable } from "node:stream";
import { createClient } from "@clickhouse/client";
import { requireFit } from "./bind-parameters.ts";
import { tellRefusals } from "./data-refusal.ts";
import { type ClickHouse, MOST_PARTITIONS_IN_AN_INSERT } from "./clickhouse.ts";

/** The distributed twin: a ClickHouse server over HTTP; user, password and database may be part of the URL. */
export async function openClickHouseServer(url: string): Promise<ClickHouse> {
  const client = createClient({
    url,
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0, wait_end_of_query: 1 },
  });
  const pong = await client.ping({ select: true });
  if (!pong.success) throw pong.error;
  const running = new Set<Promise<unknown>>();
  let closed = false;
  const run = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (closed) throw new Error("The archive is closed.");
    const asked = ask();
    running.add(asked);
    try {
      return await asked;
    } finally {
      running.delete(asked);
    }
  };
  return {
    query<Row>(sql: string, parameters = {}): Promise<Row[]> {
      return run(async () => {
        requireFit(sql, parameters);
        const answer = await client.query({ query: sql, query_params: parameters, format: "JSONEachRow" });
        return answer.json<Row>();
      });
    },
    command(sql, parameters = {}) {
      return run(async () => {
        requireFit(sql, parameters);
        await client.command({ query: sql, query_params: parameters });
      });
    },
    async insert(table, columns, rows) {
      const insert = () =>
        client.insert({
          table,
          columns: [...columns] as [string, ...string[]],
          values: Readable.from([rows], { objectMode: false }),
          format: "TabSeparated",
          clickhouse_settings: { max_partitions_per_insert_block: String(MOST_PARTITIONS_IN_AN_INSERT) },
        });
      await run(() => tellRefusals(insert));
    },
    async close() {
      closed = true;
      await Promise.allSettled(running);
      await client.close();
    },
  };
}
