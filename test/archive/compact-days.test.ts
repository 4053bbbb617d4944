import { expect, it } from "vitest";
import { compactDays } from "../../src/storage/clickhouse/archive/compact-days.ts";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import { onBothArchives } from "../servers/archive-twins.ts";
import { aRead, NOON } from "./read-builders.ts";

const DAY = 86_400_000;

onBothArchives("merging past days", (twin) => {
  it("makes each past day one part, the newest first and no more than asked, and leaves the days that grow", async () => {
    const store = openReadStore(twin.clickhouse);
    // No merge in the background may come first; one that is asked for is not bound by it.
    await twin.clickhouse.command(
      "ALTER TABLE reads MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1",
    );
    for (let i = 0; i < 3; i++)
      await store.insert([0, 1, 2, 3].map((back) => aRead({ captured: NOON - back * DAY + i, n: i })));
    const partsOf = (): Promise<{ partition: string; parts: number }[]> =>
      twin.clickhouse.query(
        `SELECT partition, toUInt32(count()) AS parts FROM system.parts
         WHERE database = currentDatabase() AND table = 'reads' AND active GROUP BY partition ORDER BY partition`,
      );
    expect((await partsOf()).map(({ parts }) => parts)).toEqual([3, 3, 3, 3]);
    expect(await compactDays(twin.clickhouse, "2026-11-20", 2)).toEqual(["20261119", "20261118"]);
    expect((await partsOf()).map(({ parts }) => parts)).toEqual([3, 1, 1, 3]);
    expect(await compactDays(twin.clickhouse, "2026-11-20", 2)).toEqual(["20261117"]);
    expect(await compactDays(twin.clickhouse, "2026-11-20", 2)).toEqual([]);
    const found = await store.existing([{ nrd: 5, captured: NOON - DAY + 2 }]);
    expect(found).toHaveLength(1);
  });
});
