import { afterEach, describe, expect, it } from "vitest";
import { Pulse } from "./pulse.ts";

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

  it("is gone at once where the ping fails", async () => {
    pulse = new Pulse("store", () => Promise.reject(new Error("refused")), { everyMs: 5, limitMs: 60_000 });
    await expect(pulse.during(never)).rejects.toMatchObject({ name: "StoreGone" });
  });
});
