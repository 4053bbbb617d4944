import { describe, expect, it } from "vitest";
import { DataRefused } from "../errors.ts";
import { GroupCommit } from "./group-commit.ts";

describe("group commit", () => {
  it("writes what comes together in one group, and what comes meanwhile in the next, in order", async () => {
    const groups: number[][] = [];
    const commit = new GroupCommit<number, number>(async (items) => {
      groups.push([...items]);
      await new Promise((resolve) => setImmediate(resolve));
      return items.map((item) => item * 10);
    });
    const first = [1, 2, 3].map((item) => commit.add(item));
    await Promise.resolve();
    await Promise.resolve();
    const second = [4, 5].map((item) => commit.add(item));
    expect(await Promise.all([...first, ...second])).toEqual([10, 20, 30, 40, 50]);
    expect(groups).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    await commit.idle();
  });

  it("fails a group alone, goes on with the next, and never writes more than the largest group", async () => {
    const commit = new GroupCommit<number, number>(
      async (items) => {
        if (items.includes(2)) throw new Error("no");
        return items;
      },
      { largest: 2 },
    );
    const results = await Promise.allSettled([1, 2, 3].map((item) => commit.add(item)));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  });

  it("fails only the item whose data is refused, and writes its neighbours once", async () => {
    const written: number[] = [];
    const commit = new GroupCommit<number, number>(async (items) => {
      if (items.includes(3)) throw new DataRefused("three");
      written.push(...items);
      return items.map((item) => item * 10);
    });
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => commit.add(item)));
    expect(written).toEqual([1, 2, 4, 5]);
    expect(results.map((result) => (result.status === "fulfilled" ? result.value : "refused"))).toEqual([
      10,
      20,
      "refused",
      40,
      50,
    ]);
  });
});
