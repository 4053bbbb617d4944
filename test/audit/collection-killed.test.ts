import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { projectRoot } from "../../src/project-root.ts";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { putGovernedStore } from "../servers/governed-stores.ts";

const folder = mkdtempSync(join(tmpdir(), "waywarden-collecting-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a process that collects; kills it after so many lines, or lets it end by itself. */
async function collect(first: number, killAfter?: number): Promise<void> {
  const script = join(projectRoot, "test/audit/collecting-process.ts");
  const end = killAfter === undefined ? ["end"] : [];
  const child = spawn(process.execPath, ["--import", "tsx", script, folder, String(first), ...end], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve(signal ?? code)));
  let lines = 0;
  for await (const chunk of child.stdout.setEncoding("utf8") as AsyncIterable<string>) {
    lines += chunk.split("\n").length - 1;
    if (killAfter !== undefined && lines >= killAfter) child.kill("SIGKILL");
  }
  expect(await ended).toBe(killAfter === undefined ? 0 : "SIGKILL");
}

it(
  "logs exactly the reads that the archive holds, wherever the service was killed",
  { timeout: 300_000 },
  async () => {
    await putGovernedStore(join(folder, "postgres"));
    for (const [round, killAfter] of [3, 17, 40, 55].entries()) await collect(round * 100_000, killAfter);
    await collect(900_000);

    const database = await openPglite(join(folder, "postgres"));
    const log = new PostgresAuditLog(database, Date.now);
    const entries = await log.find({ actor: "collection-0", action: "read.collect", limit: 10_000 });
    await database.close();
    const clickhouse = await openClickHouse({ folder: join(folder, "clickhouse") });
    const [held] = await clickhouse.query<{ reads: number }>("SELECT toUInt32(count()) AS reads FROM reads");
    await clickhouse.close();
    const logged = entries
      .flatMap(({ subject }) => Object.values(subject["counts"] as Record<string, { stored: number }>))
      .reduce((sum, { stored }) => sum + stored, 0);
    expect(logged).toBe(held?.reads);
    expect(entries.some(({ subject }) => subject["kind"] === "recovered")).toBe(true);
    const periods = entries.toReversed().map(({ subject }) => subject as { from: string; to: string });
    for (const [at, { from }] of periods.entries()) if (at > 0) expect(from).toBe(periods[at - 1]?.to);
  },
);
