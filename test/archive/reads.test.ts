import fc from "fast-check";
import { beforeAll, beforeEach, expect, it } from "vitest";
import type { Read } from "../../src/archive/read.ts";
import type { ReadStore } from "../../src/archive/read-store.ts";
import type { ClickHouse } from "../../src/storage/clickhouse/clickhouse.ts";
import { openImageIndex } from "../../src/storage/clickhouse/archive/image-index.ts";
import { migrateClickHouse } from "../../src/storage/clickhouse/migrate.ts";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import { onBothArchives } from "../servers/archive-twins.ts";
import { aGrant, aRead, NOON } from "./read-builders.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOVING = 9;
const ALL_TIME = { from: 0, to: NOON + DAY, limit: 100, cursor: null };

onBothArchives("reads in ClickHouse", (twin) => {
  let clickhouse: ClickHouse;
  let store: ReadStore;

  beforeAll(() => {
    clickhouse = twin.clickhouse;
    store = openReadStore(clickhouse, { movingNrds: () => [MOVING] });
  });
  beforeEach(async () => {
    for (const table of ["reads", "read_image"]) await clickhouse.command(`TRUNCATE TABLE ${table}`);
  });

  it("has the schema under review", async () => {
    const tables = await clickhouse.query<{ ddl: string }>(
      "SELECT create_table_query AS ddl FROM system.tables WHERE database = currentDatabase() ORDER BY name",
    );
    const ddl = tables
      .map((table) => table.ddl.replaceAll(/CREATE TABLE \w+\./g, "CREATE TABLE "))
      .join("\n\n");
    await expect(ddl).toMatchFileSnapshot("clickhouse-schema.snap");
  });

  it("applies its migrations once", async () => {
    expect(await migrateClickHouse(clickhouse)).toEqual([]);
  });

  it("gives back any read exactly as it was", async () => {
    const reads: Read[] = [
      aRead(),
      aRead({ captured: NOON + 1, vrm: null, sent: "no\tplate \\ '", confidence: 0, lane: null }),
      aRead({
        captured: NOON + 2,
        sent: "ab-12 cde",
        country: null,
        make: null,
        model: null,
        colour: null,
      }),
      aRead({ captured: NOON + 3, vrm: "A1", sent: "A1", confidence: null, direction: "unknown" }),
      aRead({
        captured: NOON + 4,
        nrd: MOVING,
        position: { lat: 51.491045, lon: -0.562094 },
        lateness: "breach",
      }),
      aRead({ captured: NOON + 5, n: 255, received: NOON - 300, timeQuality: "receive-fallback" }),
      aRead({ captured: NOON - 300 * DAY + 7, nrd: 4_294_967_295, vrm: null, sent: "" }),
    ];
    await store.insert(reads);
    for (const read of reads) expect(await store.byId(aGrant(), read.id)).toEqual(read);
    expect(await store.byId(aGrant(), "5-1")).toBeNull();
    expect(await store.byId(aGrant(), "nonsense")).toBeNull();
  });

  it("restores whatever text was sent, and never takes a value for SQL", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
        fc.string({ unit: "grapheme", maxLength: 20 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        async (vrm, sent, offset) => {
          const read = aRead({ captured: NOON + offset, vrm, sent });
          await store.insert([read]);
          const found = await store.byVrm(aGrant(), { ...ALL_TIME, vrm });
          expect(found.items).toContainEqual(read);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("counts first and pages newest first by cursor, without repeats or gaps", async () => {
    const reads = Array.from({ length: 25 }, (_, i) =>
      aRead({ captured: NOON + Math.floor(i / 3), nrd: 1 + (i % 3) }),
    );
    await store.insert(reads);
    const seen: Read[] = [];
    let cursor: string | null = null;
    do {
      const page = await store.byVrm(aGrant(), { ...ALL_TIME, vrm: "AB12CDE", limit: 10, cursor });
      expect(page.count).toBe(25);
      seen.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(25);
    expect(seen).toHaveLength(25);
    expect(seen.map(({ captured }) => captured)).toEqual(
      seen.map(({ captured }) => captured).sort((a, b) => b - a),
    );
  });

  it("gives out no more than the grant's page limit", async () => {
    await store.insert(Array.from({ length: 5 }, (_, i) => aRead({ captured: NOON + i })));
    const page = await store.byVrm(aGrant({ pageLimit: 2 }), { ...ALL_TIME, vrm: "AB12CDE" });
    expect(page.items).toHaveLength(2);
    expect(page.next).toBe(page.items[1]?.id);
  });

  it("refuses a cursor that it did not give out", async () => {
    const asked = store.byVrm(aGrant(), { ...ALL_TIME, vrm: "AB12CDE", cursor: "1 OR 1=1" });
    await expect(asked).rejects.toMatchObject({ code: "CURSOR_INVALID" });
  });

  it("shows a read that was stored twice once", async () => {
    await store.insert([aRead(), aRead({ vrm: null, sent: "?" })]);
    await store.insert([aRead(), aRead({ vrm: null, sent: "?" }), aRead({ n: 1, vrm: "XY34ZZZ" })]);
    const page = await store.byPlace(aGrant(), { ...ALL_TIME, nrds: [5], area: null });
    expect(page.count).toBe(3);
    expect(page.items).toHaveLength(3);
    const first = await store.byPlace(aGrant(), { ...ALL_TIME, nrds: [5], area: null, limit: 1 });
    expect(first.count).toBe(3);
  });

  it("returns nothing from before the access floor, whatever is asked", async () => {
    const old = aRead({ captured: NOON - DAY });
    await store.insert([old, aRead()]);
    await openImageIndex(clickhouse).insert([
      {
        ...old,
        kind: "patch",
        treatment: "as-sent",
        segment: "2026-11-19/1-ab.seg",
        offset: 0,
        length: 10,
      },
    ]);
    const grant = aGrant({ accessFloor: NOON - HOUR });
    expect(await store.byId(grant, old.id)).toBeNull();
    expect((await store.byVrm(grant, { ...ALL_TIME, vrm: "AB12CDE" })).count).toBe(1);
    expect((await store.byPlace(grant, { ...ALL_TIME, nrds: [5], area: null })).count).toBe(1);
    expect((await store.byPattern(grant, { ...ALL_TIME, pattern: "AB*" })).count).toBe(1);
    expect(await openImageIndex(clickhouse).find(grant, old)).toEqual([]);
    expect(await openImageIndex(clickhouse).find(aGrant(), old)).toHaveLength(1);
  });

  it("shows the image that was written first, when one of its kind came again", async () => {
    const image = { ...aRead(), kind: "patch", treatment: "as-sent", offset: 9, length: 10 } as const;
    const [first, second] = ["2026-11-20/1763640000000-ff.seg", "2026-11-20/1763640000001-aa.seg"] as const;
    const index = openImageIndex(clickhouse);
    await index.insert([{ ...image, segment: first }]);
    await index.insert([
      { ...image, segment: second, offset: 0 },
      { ...image, segment: first, offset: 90 },
    ]);
    expect(await index.find(aGrant(), image)).toMatchObject([{ segment: first, offset: 9 }]);
  });

  it("finds by pattern: one character, any run, and nothing else special", async () => {
    const vrms = ["AB12CDE", "AB12CDF", "XB12CDE", "A_12", "A%12"];
    await store.insert([
      ...vrms.map((vrm, i) => aRead({ captured: NOON + i, vrm, sent: vrm })),
      aRead({ captured: NOON + 9, vrm: null, sent: "NOPLATE" }),
    ]);
    const find = async (pattern: string): Promise<(string | null)[]> =>
      (await store.byPattern(aGrant(), { ...ALL_TIME, pattern })).items
        .map(({ vrm }) => vrm)
        .sort((a, b) => String(a).localeCompare(String(b)));
    expect(await find("AB12CD?")).toEqual(["AB12CDE", "AB12CDF"]);
    expect(await find("*B12CDE")).toEqual(["AB12CDE", "XB12CDE"]);
    expect(await find("A_12")).toEqual(["A_12"]);
    expect(await find("A%12")).toEqual(["A%12"]);
    expect(await find("*")).toHaveLength(5);
  });

  it("finds fixed NRDs by id, and moving ones by where their own reads were", async () => {
    const london = { lat: 51.5074, lon: -0.1278 };
    await store.insert([
      aRead({ nrd: 5 }),
      aRead({ nrd: 6 }),
      aRead({ nrd: MOVING, position: london }),
      aRead({ nrd: MOVING, captured: NOON + 1, position: { lat: 53.48, lon: -2.24 } }),
      aRead({ nrd: MOVING, captured: NOON + 2 }),
    ]);
    const circle = { kind: "circle", centre: london, radiusMetres: 500 } as const;
    const ring = [
      { lat: 51, lon: -1 },
      { lat: 52, lon: -1 },
      { lat: 52, lon: 1 },
      { lat: 51, lon: 1 },
    ];
    for (const area of [circle, { kind: "polygon", ring } as const]) {
      const page = await store.byPlace(aGrant(), { ...ALL_TIME, nrds: [5], area });
      expect(page.items.map(({ nrd }) => nrd).sort((a, b) => a - b)).toEqual([5, MOVING]);
    }
    expect((await store.byPlace(aGrant(), { ...ALL_TIME, nrds: [], area: null })).count).toBe(0);
  });

  it("keeps to the time range, its end excluded", async () => {
    await store.insert([aRead(), aRead({ captured: NOON + 1 })]);
    const page = await store.byVrm(aGrant(), { ...ALL_TIME, vrm: "AB12CDE", from: NOON, to: NOON + 1 });
    expect(page.items.map(({ captured }) => captured)).toEqual([NOON]);
  });

  it("tells which of many reads it holds", async () => {
    const reads = [
      aRead(),
      aRead({ n: 1, vrm: "XY34ZZZ" }),
      aRead({ captured: NOON - 40 * DAY, vrm: null, sent: "UNKNOWN" }),
    ];
    await store.insert(reads);
    const keys = Array.from({ length: 6_000 }, (_, i) => ({ nrd: 5, captured: NOON + i }));
    const found = await store.existing([
      ...keys,
      { nrd: 5, captured: NOON - 40 * DAY },
      { nrd: 6, captured: NOON },
    ]);
    const expected = reads.map(({ nrd, captured, n, vrm, sent }) => ({ nrd, captured, n, vrm, sent }));
    expect([...found].sort((a, b) => b.captured - a.captured || a.n - b.n)).toEqual(expected);
    expect(await store.existing([])).toEqual([]);
  });

  it("knows the last capture of each NRD", async () => {
    await store.insert([
      aRead(),
      aRead({ captured: NOON + 5 }),
      aRead({ nrd: 6, captured: NOON - 10 * DAY }),
    ]);
    expect(await store.highWater(NOON - DAY)).toEqual(new Map([[5, NOON + 5]]));
  });

  it("answers questions about places through the projection", async () => {
    await store.insert(
      Array.from({ length: 20_000 }, (_, i) =>
        aRead({ nrd: 1 + (i % 500), captured: NOON + i, vrm: `V${i}` }),
      ),
    );
    const plan = await clickhouse.query<{ explain: string }>(
      "EXPLAIN SELECT * FROM reads WHERE nrd IN (5, 6) AND captured >= '2026-11-20 00:00:00' ORDER BY captured DESC LIMIT 10",
    );
    expect(plan.map(({ explain }) => explain).join("\n")).toContain("by_nrd");
  });

  // The last: taking so many parts away takes longer than writing them.
  it("takes late reads of a whole retention year in one insert", async () => {
    const reads = Array.from({ length: 366 }, (_, day) => aRead({ captured: NOON - day * DAY }));
    await store.insert(reads);
    expect((await store.byVrm(aGrant(), { ...ALL_TIME, vrm: "AB12CDE" })).count).toBe(366);
  });
});
