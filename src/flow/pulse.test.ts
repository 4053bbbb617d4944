import { afterEach, describe, expect, it } from "vitest";
import { Pulse } from "./pulse.ts";

const fail = (): never => {
  throw new Error("refused");
};
const never = (): Promise<never> => new Promise(() => {});
let pulse: Pulse | undefined;
afterEach(() => pulse?.stop());

/** A server that answers, or does not, as a test says. */
function felt(state: { answers: boolean }): Pulse {
  return (pulse = new Pulse("store", () => (state.answers ? Promise.resolve() : never()), {
    everyMs: 5,
    limitMs: 20,
  }));
}

describe("a server's pulse", () => {
  it("lets pass what is answered, well or not", async () => {
    const one = felt({ answers: true });
    expect(await one.during(async () => 7)).toBe(7);
    await expect(one.during(() => Promise.reject(new Error("no such table")))).rejects.toThrow(
      "no such table",
    );
  });

  it("ends what waits when the server falls silent, refuses what is asked then, and goes on when it answers again", async () => {
    const state = { answers: true };
    const one = felt(state);
    const waiting = one.during(never);
    state.answers = false;
    await expect(waiting).rejects.toMatchObject({ name: "StoreGone", message: "The store does not answer." });
    await expect(one.during(async () => 7)).rejects.toMatchObject({ name: "StoreGone" });
    state.answers = true;
    await expect.poll(() => one.during(async () => 7).catch(() => null)).toBe(7);
  });

  it("asks again where one ping fails, and is gone where none is answered in time", async () => {
    let pings = 0;
    pulse = new Pulse("store", async () => void (pings++ % 2 === 0 && fail()), {
      everyMs: 5,
      limitMs: 60_000,
    });
    const asking = pulse.during(never);
    await expect.poll(() => pings).toBeGreaterThan(4);
    expect(await pulse.during(async () => 7)).toBe(7);
    pulse.stop();
    await expect(Promise.race([asking, Promise.resolve("still waiting")])).resolves.toBe("still waiting");

    pulse = new Pulse("store", async () => fail(), { everyMs: 5, limitMs: 50 });
    await expect(pulse.during(never)).rejects.toMatchObject({ name: "StoreGone" });
  });
});
