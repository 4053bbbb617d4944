import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { DataRefused, StoreGone } from "../../errors.ts";
import { Pulse } from "../../flow/pulse.ts";
import { requireFit } from "./bind-parameters.ts";
import { type ClickHouse, type ClickHouseParameters, MOST_PARTITIONS_IN_AN_INSERT } from "./clickhouse.ts";
import { clientLogger, type ClientLog } from "./client-log.ts";
import { tellRefusals } from "./data-refusal.ts";
import { rowsIn } from "./json-rows.ts";
import { spreadLists } from "./long-lists.ts";
import { statementForm } from "./statement-form.ts";

/** Longest without a byte from the server: a search may take a minute, merging a day of the nation much longer. */
const ANSWER_MS = 60_000;
const COMMAND_MS = 3_600_000;
const PING_MS = 10_000;

/**
 * The distributed twin: a ClickHouse server over HTTP.
 * @param url user, password, database and settings of the client (`?request_timeout=…`, ms) may be part of it
 * @param log hears what the client has to say
 */
export async function openClickHouseServer(url: string, log: ClientLog): Promise<ClickHouse> {
  const clientWaiting = (milliseconds: number, level: ClickHouseLogLevel) =>
    createClient({
      url,
      request_timeout: milliseconds,
      // Its log of queries would keep the VRMs that are asked for.
      clickhouse_settings: {
        output_format_json_quote_64bit_integers: 0,
        wait_end_of_query: 1,
        log_queries: 0,
      },
      log: { LoggerClass: clientLogger(log), level },
    });
  const client = clientWaiting(ANSWER_MS, ClickHouseLogLevel.WARN);
  // Its warning asks for progress in headers, with which a command that fails would be answered as one that did not.
  const commands = clientWaiting(COMMAND_MS, ClickHouseLogLevel.ERROR);
  const close = async (): Promise<void> => void (await Promise.all([client.close(), commands.close()]));
  const pong = await client.ping({ select: true });
  if (!pong.success) {
    await close();
    throw pong.error;
  }
  // On a connection of its own: a crowd of long searches is no silence.
  const pinging = clientWaiting(PING_MS, ClickHouseLogLevel.ERROR);
  const pulse = new Pulse("archive", async () => {
    const answer = await pinging.ping();
    if (!answer.success) throw answer.error;
  });
  const running = new Set<Promise<unknown>>();
  let closed = false;
  const run = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (closed) throw new Error("The archive is closed.");
    const asked = pulse.during(() => ask().catch(tellGone));
    running.add(asked);
    try {
      return await asked;
    } finally {
      running.delete(asked);
    }
  };
  return {
    engine: "server",
    query<Row>(sql: string, parameters = {}): Promise<Row[]> {
      return run(async () => rowsIn<Row>(await ask(client, `${sql}\nFORMAT JSONEachRow`, parameters)));
    },
    text(sql, parameters = {}) {
      return run(async () => Buffer.from(await ask(client, `${sql}\nFORMAT TabSeparated`, parameters)));
    },
    command(sql, parameters = {}) {
      return run(async () => void (await ask(commands, sql, parameters)));
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
      pulse.stop();
      await pinging.close();
      await Promise.allSettled(running);
      await close();
    },
  };
}

/** What the server answered has its code in digits; everything else is about the way to it. */
function tellGone(error: unknown): never {
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  if (error instanceof DataRefused || (typeof code === "string" && /^\d+$/.test(code))) throw error;
  if (typeof code === "string" || /^(?:Timeout|socket hang up|fetch failed)/i.test(message ?? ""))
    throw new StoreGone(message ?? "The archive cannot be reached.", { cause: error });
  throw error;
}

async function ask(client: ClickHouseClient, sql: string, parameters: ClickHouseParameters): Promise<string> {
  requireFit(sql, parameters);
  const spread = spreadLists(sql, parameters);
  const { body, contentType } = statementForm(spread.sql, spread.parameters);
  const { stream } = await client.exec({ query: body, http_headers: { "content-type": contentType } });
  return text(stream);
}
