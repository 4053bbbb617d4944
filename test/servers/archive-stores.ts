import { randomUUID } from "node:crypto";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import { shared } from "./shared.ts";

/** A database of one's own on the run's ClickHouse server. */
export interface ArchiveDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** A new, empty database. */
export async function makeArchive(): Promise<ArchiveDatabase> {
  const server = (await shared("clickhouse")) ?? "";
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await onTheServer(server, `CREATE DATABASE ${name} ENGINE = Atomic`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, drop: () => onTheServer(server, `DROP DATABASE ${name} SYNC`) };
}

async function onTheServer(server: string, sql: string): Promise<void> {
  const clickhouse = await openClickHouse({ url: server });
  try {
    await clickhouse.command(sql);
  } finally {
    await clickhouse.close();
  }
}
