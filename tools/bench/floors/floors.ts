import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { formatReadId, type Read } from "../../../src/archive/read.ts";
import { projectRoot } from "../../../src/project-root.ts";
import { READ_COLUMNS, rowsOf } from "../../../src/storage/clickhouse/archive/read-rows.ts";
import { openClickHouse } from "../../../src/storage/clickhouse/client.ts";
import { migrateClickHouse } from "../../../src/storage/clickhouse/migrate.ts";
import { openPglite } from "../../../src/storage/postgres/pglite.ts";
import { randomVrm, seeded } from "../bodies.ts";
import { post, type Target } from "../load.ts";

/** The floor of a machine for one kind of work: what is left when nothing of ours is done. */
export type BareServer = "posts" | "kept" | "events";

/** Runs something against a bare server in a process of its own, which ends with it. */
export async function withBareServer<T>(kind: BareServer, work: (port: number) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-floor-"));
  const main = join(projectRoot, "dist/tools/bench/floors/bare-server-process.js");
  const child = spawn(process.execPath, [main, kind, folder], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const port = await new Promise<number>((resolve, reject) => {
      createInterface(child.stdout).once("line", (line) => resolve(Number(line)));
      child.once("exit", (code) => reject(new Error(`The bare server ended with ${code}.`)));
    });
    return await work(port);
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.kill("SIGKILL")) await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Times in ms of commits of one small row each, one after the other, in an embedded governed store of their own. */
export async function bareCommits(count: number): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-floor-"));
  const database = await openPglite(folder);
  try {
    await database.exec("create table floor (id bigint generated always as identity primary key, text text)");
    const insert = (): Promise<unknown> =>
      database.query("insert into floor (text) values ($1)", ["x".repeat(500)]);
    for (let i = 0; i < count / 10; i++) await insert();
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const begun = performance.now();
      await insert();
      times.push(performance.now() - begun);
    }
    return times;
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Times in ms from a post to its event in one open stream of a bare server, at a steady rate. */
export function bareEvents(count: number, everyMs: number): Promise<readonly number[]> {
  return withBareServer("events", async (port) => {
    const sent = new Map<string, number>();
    const times: number[] = [];
    const stream = await new Promise<http.IncomingMessage>((resolve, reject) => {
      http.get({ host: "127.0.0.1", port, path: "/" }, resolve).once("error", reject);
    });
    stream.setEncoding("utf8");
    stream.on("error", () => {});
    const all = new Promise<void>((resolve) => {
      let rest = "";
      stream.on("data", (chunk: string) => {
        const blocks = (rest + chunk).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) {
          const at = sent.get(block.slice(block.indexOf("data: ") + 6));
          if (at !== undefined) times.push(performance.now() - at);
        }
        if (times.length >= count) resolve();
      });
    });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
    const target: Target = { port, path: "/", headers: {} };
    for (let i = 0; i < count; i++) {
      const name = `e${i}`;
      sent.set(name, performance.now());
      void post(agent, target, Buffer.from(name));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await all;
    stream.destroy();
    agent.destroy();
    return times;
  });
}

/**
 * Reads a second that the archive alone takes, on disk with fsync: the same table, so many rows an insert, as many inserts at once
 * as there are connections. The rows' text is made beforehand.
 */
export async function bareInserts(seconds: number, rows: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-floor-"));
  const clickhouse = await openClickHouse({ folder });
  try {
    await migrateClickHouse(clickhouse);
    const random = seeded(1);
    const bodies = Array.from({ length: 8 }, () =>
      rowsOf(Array.from({ length: rows }, (_, at) => aRead(random, Date.now() - at))),
    );
    let [done, turn] = [0, 0];
    const started = performance.now();
    const insertUntilTheEnd = async (): Promise<void> => {
      while (performance.now() < started + seconds * 1000) {
        await clickhouse.insert("reads", READ_COLUMNS, bodies[turn++ % bodies.length] ?? Buffer.alloc(0));
        done += rows;
      }
    };
    await Promise.all([insertUntilTheEnd(), insertUntilTheEnd()]);
    return done / ((performance.now() - started) / 1000);
  } finally {
    await clickhouse.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function aRead(random: () => number, captured: number): Read {
  const vrm = randomVrm(random);
  const nrd = 1 + Math.floor(random() * 300);
  return {
    id: formatReadId(nrd, captured, 0),
    nrd,
    captured,
    n: 0,
    vrm,
    sent: vrm,
    received: captured + 50,
    confidence: 70 + Math.floor(random() * 30),
    direction: random() < 0.5 ? "towards" : "away",
    lane: 1 + Math.floor(random() * 3),
    country: "GB",
    make: null,
    model: null,
    colour: null,
    position: null,
    timeQuality: "utc",
    lateness: "prompt",
  };
}
