import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, it } from "vitest";
import { searchBytes } from "../../src/storage/postgres/retention/byte-search.ts";
import { PageRewriting } from "../../src/storage/postgres/retention/page-rewriting.ts";
import { expirableTable } from "../../src/storage/postgres/retention/expirable-table.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { PostgresPendingImages } from "../../src/storage/postgres/ingest/pending-images.ts";
import { makeDatabase } from "../servers/governed-stores.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { NOON } from "../storage/governed-fixture.ts";

const DAY = "2026-11-22";
const DAY_MS = 86_400_000;
const LIMITS = { largestBytes: 2 ** 30, lockMs: 50, readersMs: 50 };

onBothTwins("pages", (twin) => {
  const marked = async () =>
    (await twin.database.query<{ name: string }>("select name from page_rewrite order by name")).map(
      ({ name }) => name,
    );

  it("are written anew where a table lost rows, once, and what is kept is there afterwards", async () => {
    const pages = new PageRewriting(twin.database, LIMITS);
    await pages.rewrite();
    const images = new PostgresPendingImages(twin.database);
    const image = { source: 1, nrd: "1/2/3", captured: NOON, kind: "patch", resolutionMs: 1 } as const;
    const jpeg = Buffer.from("jpeg");
    await images.put([{ ...image, vrm: "ZQ71OLD", jpeg }], NOON);
    await images.put([{ ...image, vrm: "ZQ72NEW", captured: NOON + DAY_MS, jpeg }], NOON + DAY_MS);
    expect(await marked()).toEqual([]);
    const table = expirableTable(twin.database, "pending_image");
    // A day that holds nothing takes nothing away.
    await table.deleteDay("2020-01-01");
    expect(await marked()).toEqual([]);
    await table.deleteDay(DAY);
    expect(await marked()).toEqual(["pending_image"]);
    // Tables that others ask for are left alone.
    expect(await pages.rewrite(["quarantine"])).toEqual([]);
    expect(await marked()).toEqual(["pending_image"]);
    expect(await pages.rewrite(["pending_image"])).toEqual([]);
    expect(await marked()).toEqual([]);
    expect(await images.waiting(9, null)).toMatchObject([{ vrm: "ZQ72NEW" }]);
  });

  it("are still to be written where the process ended while it did so", async () => {
    await twin.database.query("insert into page_rewrite (name, taken) values ('quarantine', true)");
    expect(await new PageRewriting(twin.database, LIMITS).rewrite()).toEqual([]);
    expect(await marked()).toEqual([]);
  });

  it("are not sampled where they say which vehicle, or where one was: no other statistics exist", async () => {
    const extended = await twin.database.query("select * from pg_statistic_ext");
    expect(extended).toEqual([]);
  });
});

const server = await makeDatabase();

it.skipIf(server === undefined)(
  "a table that others hold, or that is too large, is named and stays marked",
  async () => {
    const database = await openServer(server?.url as string);
    const other = new pg.Client({ connectionString: server?.url as string });
    await other.connect();
    try {
      await database.query("insert into page_rewrite (name) values ('hit') on conflict do nothing");
      const rewrite = (differing = {}) =>
        new PageRewriting(database, { ...LIMITS, ...differing }).rewrite(["hit"]);
      await other.query("begin; lock table hit in access share mode");
      expect(await rewrite()).toEqual([
        { table: "hit", why: "others were using it all the time", later: true },
      ]);
      await other.query("rollback; begin isolation level repeatable read; select count(*) from hit");
      expect(await rewrite()).toEqual([
        { table: "hit", why: "a transaction older than the deletion is still open", later: true },
      ]);
      await other.query("rollback");
      expect(await rewrite({ largestBytes: 1 })).toMatchObject([
        { table: "hit", why: expect.stringContaining("WAYWARDEN_REWRITE_MEGABYTES"), later: false },
      ]);
      expect(await rewrite()).toEqual([]);
    } finally {
      await other.end();
      await database.close();
      await server?.drop();
    }
  },
);

it("bytes of a vehicle are found across the seam of what is read at once, and no other vehicle's are", async () => {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-bytes-"));
  const captured = NOON + 1;
  const moment = Buffer.alloc(8);
  moment.writeBigInt64LE(BigInt(captured - Date.UTC(2000, 0, 1)) * 1_000n);
  const mark = { captured, vrm: "ZQ61BYT", readId: `7-${captured}` };
  const found = async (bytes: Buffer): Promise<number> => {
    writeFileSync(join(folder, "file"), bytes);
    return (await searchBytes(folder, [mark])).found;
  };
  try {
    for (const before of [0, 1, 256 * 1024 - 4, 256 * 1024 + 252, 512 * 1024])
      for (const row of [
        Buffer.concat([moment, Buffer.from("\0\0\0ZQ61BYT")]),
        Buffer.concat([Buffer.from("ZQ61BYT\0\0"), moment]),
        Buffer.from(`9${mark.readId}-2`),
      ])
        expect(
          await found(Buffer.concat([Buffer.alloc(before, 1), row, Buffer.alloc(300, 1)])),
        ).toBeGreaterThan(0);
    expect(await found(Buffer.concat([moment, Buffer.from("\0\0\0ZQ62BYT")]))).toBe(0);
    expect(await found(Buffer.from(`7-${captured + 1}`))).toBe(0);
    expect(await found(Buffer.from("ZQ61BYT"))).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
