import { expect, it } from "vitest";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import { readsStoredSince } from "../../src/storage/clickhouse/archive/stored-since.ts";
import { onBothArchives } from "../servers/archive-twins.ts";
import { aRead, NOON } from "./read-builders.ts";

onBothArchives("the count of reads stored since", (twin) => {
  it("counts the reads of one process that were received since a moment, each once, however late they were", async () => {
    const { clickhouse } = twin;
    const store = openReadStore(clickhouse);
    const since = Date.now();
    const late = aRead({ captured: NOON - 40 * 86_400_000, received: since });
    await store.insert([
      aRead({ captured: since - 2_000, received: since - 1 }),
      aRead({ captured: since - 1_000, received: since }),
      late,
      aRead({ captured: since - 500, received: since + 9_000, n: 31 }),
      aRead({ captured: since - 500, received: since, n: 32 }),
    ]);
    await store.insert([late]);
    const firstNode = { first: 0, end: 32 };
    expect(await readsStoredSince(clickhouse, since, firstNode)).toBe(3);
    expect(await readsStoredSince(clickhouse, since, { first: 32, end: 64 })).toBe(1);
    expect(await readsStoredSince(clickhouse, 0, firstNode)).toBe(4);
    expect(await readsStoredSince(clickhouse, since + 86_400_000, firstNode)).toBe(0);
  });
});
