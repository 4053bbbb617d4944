import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { aGrant, aRead, NOON } from "../../../test/archive/read-builders.ts";
import { startClickHouse, type ClickHouseServer } from "../../../test/servers/clickhouse.ts";
import { DataRefused } from "../../errors.ts";
import { openClickHouse } from "./client.ts";
import type { ClickHouse } from "./clickhouse.ts";
import { migrateClickHouse } from "./migrate.ts";
import { openPreservedStore } from "./archive/preserved-store.ts";
import { openReadStore } from "./archive/read-store.ts";

let server: ClickHouseServer;
let between: Server;
let clickhouse: ClickHouse;
/** The path and query of every request, as a proxy before the server sees them. */
const seen: string[] = [];
/** What the client had to say. */
const said: string[] = [];
const log = {
  warn: (members: object, message: string) => void said.push(`${message} ${JSON.stringify(members)}`),
  error: (members: object, message: string) => void said.push(`${message} ${JSON.stringify(members)}`),
};

beforeAll(async () => {
  server = await startClickHouse();
  const target = new URL(server.url);
  between = createServer((asked, reply) => {
    seen.push(asked.url ?? "");
    const { method, headers } = asked;
    const path = asked.url;
    const onward = request({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(reply);
    });
    onward.on("error", () => reply.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
  const url = new URL(server.url);
  url.port = String((between.address() as AddressInfo).port);
  clickhouse = await openClickHouse({ url: url.href }, { log });
  await migrateClickHouse(clickhouse);
});
afterAll(async () => {
  await clickhouse?.close();
  between?.closeAllConnections();
  between?.close();
  await server?.stop();
});

describe("the client of a ClickHouse server", () => {
  it("puts nothing that is asked or written into a URL, however much it is", async () => {
    const store = openReadStore(clickhouse);
    const reads = Array.from({ length: 20_000 }, (_, i) => aRead({ captured: NOON + i, vrm: "S3CRET" }));
    await store.insert(reads);
    expect(await store.existing(reads)).toHaveLength(20_000);
    const page = { from: 0, to: NOON + 90_000, limit: 1, cursor: null };
    expect((await store.byVrm(aGrant(), { ...page, vrm: "S3CRET" })).count).toBe(20_000);
    expect((await store.byPattern(aGrant(), { ...page, pattern: "S3*" })).count).toBe(20_000);
    const nrds = Array.from({ length: 20_000 }, (_, i) => i);
    expect((await store.byPlace(aGrant(), { ...page, nrds, area: null })).count).toBe(20_000);
    await openPreservedStore(clickhouse).copyReads("CASE-1", reads);
    expect(seen.length).toBeGreaterThan(8);
    expect(Math.max(...seen.map((url) => url.length))).toBeLessThan(1_000);
    expect(seen.filter((url) => /S3|CASE-1/.test(url))).toEqual([]);
  });

  it("speaks through our log, and never of what a row says", async () => {
    const printed = (["warn", "error", "log"] as const).map((way) => vi.spyOn(console, way));
    const store = openReadStore(clickhouse);
    const wrong = store.insert([aRead({ vrm: "S3CRET", sent: "S3 CRET", confidence: 94.5 })]);
    await expect(wrong).rejects.toThrow(DataRefused);
    await expect(clickhouse.query("SELECT nothing FROM reads WHERE vrm = 'S3CRET'")).rejects.toThrow();
    await server.kill();
    await expect(clickhouse.query("SELECT 1")).rejects.toThrow();
    for (const print of printed) {
      expect(print).not.toHaveBeenCalled();
      print.mockRestore();
    }
    expect(said).toHaveLength(3);
    expect(said[0]).toMatch(/^Insert: HTTP request error. .*"event":"archive-client".*"code":"\d+"/);
    expect(said.join()).not.toContain("S3");
    await server.start();
    expect(await clickhouse.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});
