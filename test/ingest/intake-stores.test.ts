import { expect, it } from "vitest";
import { FeedSources } from "../../src/source/feed-sources.ts";
import { registerSource } from "../../src/source/secrets.ts";
import type { SetAsideRead } from "../../src/ingest/intake-stores.ts";
import { expirableTable } from "../../src/storage/postgres/retention/expirable-table.ts";
import { PostgresSourceStore } from "../../src/storage/postgres/source/source-store.ts";
import { PostgresPendingImages } from "../../src/storage/postgres/ingest/pending-images.ts";
import { PostgresQuarantine } from "../../src/storage/postgres/ingest/quarantine.ts";
import { PostgresRefusalStore } from "../../src/storage/postgres/ingest/refusal-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

const JPEG = Buffer.from([0xff, 0xd8, 0, 1, 2, 255]);

onBothTwins("what intake keeps", (twin) => {
  let made = 0;
  async function aSource() {
    const { organisation, person } = await aPerson(twin.database);
    const store = new PostgresSourceStore(twin.database, () => NOON);
    const given = {
      name: `Source ${++made}`,
      organisation: organisation.id,
      aggregator: false,
      positionUnit: "degrees",
      timeZone: "Europe/London",
      compoundReply: "array",
      nrd: null,
      agreement: null,
      protocol: "bof2",
      allowedNetworks: ["10.0.0.0/8"],
      byAddress: true,
      hasPathKey: true,
    } as const;
    return { person, store, given, organisation, ...(await registerSource(store, given)) };
  }
  const setAside = (
    source: SetAsideRead["source"],
    camera: number,
    more: Partial<SetAsideRead> = {},
  ): SetAsideRead => ({
    capture: {
      nrd: { kind: "identity", feed: 1, source: 2, camera },
      vrm: "AB12\0CDE",
      captured: NOON,
      timeQuality: "utc",
      confidence: 90,
      patch: JPEG,
    },
    source,
    received: NOON + 5,
    vrm: "AB12CDE",
    nrd: null,
    code: "NRD_UNKNOWN",
    detail: "Nobody registered it.",
    ...more,
  });

  const fromTheFuture = (source: SetAsideRead["source"]): SetAsideRead => {
    const read = setAside(source, 4, { code: "CLOCK_SKEW" });
    return { ...read, capture: { ...read.capture, captured: NOON + 9 * 366 * 86_400_000 } };
  };

  it("knows sources by token and by path key, and stops at once when one is switched off", async () => {
    const { store, given, source, token, pathKey, person } = await aSource();
    const sources = new FeedSources(store);
    await sources.start({ everyMs: 60_000 });
    expect(source).toMatchObject(sources.byToken(token) ?? {});
    expect(sources.byPathKey(pathKey ?? "")).toEqual(sources.byToken(token));
    expect(source).toMatchObject({
      allowedNetworks: ["10.0.0.0/8"],
      byAddress: true,
      enabled: true,
      positionUnit: "degrees",
    });
    expect(sources.byToken("guess")).toBeUndefined();
    await store.switch(source.id, 1, { enabled: false, why: "Not needed", by: person.id, at: NOON });
    await expect.poll(() => sources.byToken(token)?.enabled).toBe(false);
    expect(sources.byId(source.id)).toBeUndefined();
    await sources.stop();
    await expect(registerSource(store, given)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("gives a read that is held the image that a repeat brings, and never replaces one", async () => {
    const { source } = await aSource();
    const quarantine = new PostgresQuarantine(twin.database, () => NOON);
    const bare = setAside(source, 77);
    const { patch: _patch, ...capture } = bare.capture;
    const [id = ""] = await quarantine.hold([{ ...bare, capture }]);
    expect(await quarantine.image(id, "patch")).toBeUndefined();
    expect(await quarantine.hold([bare])).toEqual([id]);
    const other = Buffer.from([0xff, 0xd8, 0xff, 9]);
    await quarantine.hold([{ ...bare, capture: { ...capture, patch: other, overview: other } }]);
    expect(await quarantine.image(id, "patch")).toEqual(JPEG);
    expect(await quarantine.image(id, "overview")).toEqual(other);
  });

  it("holds a read once, whole, and releases it once", async () => {
    const { source, person, organisation } = await aSource();
    const quarantine = new PostgresQuarantine(twin.database, () => NOON);
    const one = setAside(source, 1);
    const ids = await quarantine.hold([one, setAside(source, 2), one]);
    expect(ids[0]).toBe(ids[2]);
    expect(ids[0]).not.toBe(ids[1]);
    expect(await quarantine.hold([setAside(source, 2)])).toEqual([ids[1]]);
    expect(await quarantine.byId(ids[0]!)).toMatchObject({
      code: "NRD_UNKNOWN",
      nrd: "1/2/1",
      source: { id: source.id, name: source.name, organisation: organisation.id },
      images: ["patch"],
      state: "held",
    });
    const held = await quarantine.capture(ids[0]!);
    expect(held).toMatchObject({
      received: NOON + 5,
      source: source.id,
      capture: { confidence: 90, captured: NOON },
    });
    expect(held?.capture.patch).toEqual(JPEG);
    expect(await quarantine.image(ids[0]!, "overview")).toBeUndefined();
    const page = await quarantine.list({ organisation: organisation.id, state: "held", limit: 1 });
    expect(
      (await quarantine.list({ organisation: organisation.id, before: page[0]!.id, limit: 5 })).length,
    ).toBe(1);

    const release = { by: person.id, reason: "It is ours", readId: "1-1" };
    await expect(quarantine.markReleased(ids[0]!, { ...release, reason: "" })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    expect(await quarantine.markReleased(ids[0]!, release)).toMatchObject({
      state: "released",
      readId: "1-1",
      images: [],
    });
    expect(await quarantine.markReleased(ids[0]!, release)).toMatchObject({ state: "released" });
    await expect(quarantine.markDiscarded(ids[0]!, release)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await quarantine.markDiscarded(ids[1]!, { by: person.id, reason: "Noise" })).toMatchObject({
      state: "discarded",
      vrm: "",
    });
    expect(await quarantine.capture(ids[1]!)).toBeUndefined();
    await expect(quarantine.markDiscarded("no such", release)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await quarantine.byId("99999999999999999999999")).toBeUndefined();
  });

  it("discards what nobody decided in time, and forgets by day of capture", async () => {
    const { source } = await aSource();
    const quarantine = new PostgresQuarantine(twin.database, () => NOON);
    const [id] = await quarantine.hold([setAside(source, 3, { received: NOON - 1000 })]);
    expect(await quarantine.expire(NOON - 999)).toBe(1);
    expect(await quarantine.byId(id!)).toMatchObject({
      state: "discarded",
      code: "NRD_UNKNOWN",
      decidedBy: null,
      images: [],
      vrm: "",
      nrd: "",
    });
    expect(await quarantine.capture(id!)).toBeUndefined();
    const [left] = await twin.database.query<{ capture: unknown }>(
      "select capture from quarantine where id = $1",
      [Number(id)],
    );
    expect(left).toEqual({ capture: {} });
    const expirable = expirableTable(twin.database, "quarantine");
    await quarantine.hold([fromTheFuture(source)]);
    expect(await expirable.daysHeld?.()).toContain("2026-11-22");
    expect(await expirable.countOfDay("2026-11-22")).toBeGreaterThanOrEqual(2);
    await expirable.deleteDay("2026-11-23");
    expect(await expirable.countOfDay("2026-11-22")).toBeGreaterThanOrEqual(2);
    await expirable.deleteDay("2026-11-22");
    expect(await expirable.countOfDay("2026-11-22")).toBe(0);
    expect(await expirable.daysHeld?.()).toEqual([]);
  });

  it("adds up refusals and keeps the newest sample", async () => {
    const store = new PostgresRefusalStore(twin.database);
    const count = {
      day: "2026-11-22",
      source: 1,
      code: "VRM_INVALID",
      count: 2,
      sample: "old",
      sampleAt: new Date(NOON),
      firstAt: new Date(NOON),
    };
    await store.add([count, { ...count, code: "NRD_MISSING" }]);
    await store.add([{ ...count, sample: "new\0" }]);
    expect(await store.since("2026-11-22")).toEqual([
      { ...count, code: "NRD_MISSING" },
      { ...count, count: 4, sample: "new\uFFFD" },
    ]);
    expect(await store.forget("2026-11-22")).toBe(0);
    expect(await store.forget("2026-11-23")).toBe(2);
    expect(await store.since("2026-11-22")).toEqual([]);
  });

  it("finds an early image for its read until it is removed, within what the sender's clock can tell", async () => {
    const images = new PostgresPendingImages(twin.database);
    const key = { source: 1, nrd: "1/2/3", vrm: "AB12CDE", captured: NOON };
    await images.put([{ ...key, kind: "patch", resolutionMs: 1000, jpeg: JPEG }], NOON);
    await images.put([{ ...key, captured: NOON + 5000, kind: "patch", resolutionMs: 1, jpeg: JPEG }], NOON);
    expect(
      await images.findFor([
        { ...key, captured: NOON + 1000 },
        { ...key, source: 2 },
      ]),
    ).toEqual([]);
    const taken = await images.findFor([
      { ...key, vrm: "OTHER" },
      { ...key, captured: NOON + 999 },
    ]);
    expect(taken).toEqual([{ index: 1, image: { ...key, kind: "patch", resolutionMs: 1000, jpeg: JPEG } }]);
    expect(await images.waiting(1, null)).toHaveLength(1);
    const [first, second] = await images.waiting(5, null);
    expect(await images.waiting(5, first!)).toEqual([second]);
    expect(await images.waiting(5, second!)).toEqual([]);
    expect([await images.count(1, 9), await images.count(1, 1), await images.count(2, 9)]).toEqual([2, 1, 0]);
    await images.remove(taken.map(({ image }) => image));
    expect(await images.findFor([{ ...key, captured: NOON + 999 }])).toEqual([]);
    expect(await images.waiting(5, null)).toEqual([
      { ...key, captured: NOON + 5000, kind: "patch", resolutionMs: 1 },
    ]);
    expect(await images.expire(NOON + 1)).toBe(1);
  });
});
