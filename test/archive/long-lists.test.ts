import { beforeAll, expect, it } from "vitest";
import { openPreservedStore } from "../../src/storage/clickhouse/archive/preserved-store.ts";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import type { ReadStore } from "../../src/archive/read-store.ts";
import { onBothArchives } from "../servers/archive-twins.ts";
import { aGrant, aRead, NOON } from "./read-builders.ts";

const MANY = 20_000;
const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };
const PAGE = { ...EVER, to: NOON + 1_000, limit: 100, cursor: null };
const HOSTILE = ["it's", "a\\", "'); DROP TABLE reads; --", "tab\tand\r\nline", "é', '", ""];

onBothArchives("lists of any length", (twin) => {
  let store: ReadStore;
  beforeAll(async () => {
    store = openReadStore(twin.clickhouse);
    await store.insert(Array.from({ length: 10 }, (_, i) => aRead({ captured: NOON + i, nrd: i + 1 })));
  });

  it("tell which of 20,000 keys the archive holds, in one question", async () => {
    const keys = Array.from({ length: MANY }, (_, i) => ({ nrd: 1 + (i % 10), captured: NOON + i }));
    const found = await store.existing(keys);
    expect(found.map(({ captured }) => captured).sort((a, b) => a - b)).toEqual(
      keys.slice(0, 10).map(({ captured }) => captured),
    );
  });

  it("ask about more NRDs than the nation has", async () => {
    const nrds = Array.from({ length: 2 * MANY }, (_, i) => 4_000_000_000 + i);
    const page = await store.byPlace(aGrant(), { ...PAGE, nrds: [...nrds, 5], area: null });
    expect(page.items.map(({ nrd }) => nrd)).toEqual([5]);
  });

  it("allow and withhold, whatever text and however much stands in them", async () => {
    const vrms = Array.from({ length: MANY }, (_, i) => `${HOSTILE[i % HOSTILE.length]}${i}`);
    const withheldNrds = Array.from({ length: MANY }, (_, i) => 4_000_000_000 + i);
    const asked = (allowed: readonly string[]) =>
      store.byPlace(aGrant({ scope: { ...EVER, vrms: allowed, places: null }, withheldNrds }), {
        ...PAGE,
        nrds: [5],
        area: null,
      });
    expect((await asked(vrms)).count).toBe(0);
    expect((await asked([...vrms, "AB12CDE"])).count).toBe(1);
    await store.insert(vrms.slice(0, HOSTILE.length).map((vrm, n) => aRead({ nrd: 77, n, vrm, sent: vrm })));
    const grant = aGrant({ scope: { ...EVER, vrms, places: null }, withheldNrds });
    const found = await store.byPlace(grant, { ...PAGE, nrds: [77], area: null });
    expect(new Set(found.items.map(({ vrm }) => vrm))).toEqual(new Set(vrms.slice(0, HOSTILE.length)));
  });

  it("copy 20,000 preserved reads and find none missing", async () => {
    const reads = Array.from({ length: MANY }, (_, i) => aRead({ nrd: 9, captured: NOON + 5_000 + i }));
    await store.insert(reads);
    const preserved = openPreservedStore(twin.clickhouse);
    expect(await preserved.copyReads("CASE-1", reads)).toHaveLength(MANY);
    expect(await preserved.missing([...reads.map(({ id }) => id), "9-1"])).toEqual(["9-1"]);
  });
});
