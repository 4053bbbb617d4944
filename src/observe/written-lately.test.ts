import { describe, expect, it } from "vitest";
import { DataRefused } from "../errors.ts";
import { WrittenLately } from "./written-lately.ts";

/** A store that can be broken, on a clock that stands until it is moved. */
function aStore() {
  const state = { now: 1_000_000, broken: undefined as Error | undefined, writes: 0 };
  const lately = new WrittenLately({
    now: () => state.now,
    everyMs: 10_000,
    lateMs: 30_000,
    write: async () => {
      state.writes++;
      if (state.broken !== undefined) throw state.broken;
    },
  });
  return { state, lately };
}

describe("whether a store wrote lately", () => {
  it("is tried once by itself, and then known for a while", async () => {
    const { state, lately } = aStore();
    await Promise.all([lately.check(), lately.check()]);
    state.now += 9_999;
    await lately.check();
    expect(state.writes).toBe(1);
  });

  it("is tried again when the clock was set back", async () => {
    const { state, lately } = aStore();
    await lately.check();
    state.now -= 3_600_000;
    await lately.check();
    expect(state.writes).toBe(2);
  });

  it("needs no write of its own where there are real ones", async () => {
    const { state, lately } = aStore();
    await lately.during(async () => "written");
    await lately.check();
    expect(state.writes).toBe(0);
  });

  it("is no longer so when the store answers questions and fails to write, until it writes again", async () => {
    const { state, lately } = aStore();
    await lately.check();
    state.broken = new Error("No space left on device");
    state.now += 31_000;
    await expect(lately.check()).rejects.toThrow("No space left on device");
    state.broken = undefined;
    await lately.check();
  });

  it("is asked at once after a real write failed, but not where only its data was refused", async () => {
    const { state, lately } = aStore();
    await lately.check();
    const refused = lately.during(() => Promise.reject(new DataRefused("too long")));
    await expect(refused).rejects.toThrow("too long");
    await lately.check();
    expect(state.writes).toBe(1);
    await expect(lately.during(() => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
    await lately.check();
    expect(state.writes).toBe(2);
  });
});
