import { describe, expect, it } from "vitest";
import { Paced } from "./paced.ts";

const HOUR_MS = 3_600_000;

describe("paced work", () => {
  it("is done at once when idle, and wake-ups while it rests wait together", async () => {
    let times = 0;
    const paced = new Paced(async () => void (times += 1), HOUR_MS);
    paced.wake();
    await expect.poll(() => times).toBe(1);
    paced.wake();
    paced.wake();
    expect(times).toBe(1);
    await paced.stop();
    paced.wake();
    expect(times).toBe(1);
  });

  it("is done once more for whatever woke it while it worked, and never beside itself", async () => {
    let working = 0;
    let most = 0;
    let times = 0;
    const paced: Paced = new Paced(async () => {
      most = Math.max(most, ++working);
      if (++times === 1) paced.wake();
      await new Promise((resolve) => setImmediate(resolve));
      working -= 1;
    }, 0);
    paced.wake();
    await expect.poll(() => times).toBe(2);
    await paced.stop();
    expect({ most, times }).toEqual({ most: 1, times: 2 });
  });
});
