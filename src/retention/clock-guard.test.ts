import { describe, expect, it } from "vitest";
import { ClockGuard, type ClockRecord } from "./clock-guard.ts";

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 22, 12);

/** A guard whose clock, and the one nobody sets, a test moves. */
function guarded({ known, marks = {} }: { known: number | null; marks?: Record<string, number> }) {
  const time = { now: NOON, elapsed: 0, store: 0 };
  const record: ClockRecord = {
    clockWas: async (how, at) => void (marks[how] = at),
    lastClock: async (how) => marks[how] ?? null,
  };
  const guard = new ClockGuard({
    known,
    record,
    storeClock: async () => time.now + time.store,
    leapHours: () => 48,
    now: () => time.now,
    elapsed: () => time.elapsed,
  });
  const pass = (hours: number): void => {
    time.now += hours * HOUR;
    time.elapsed += hours * HOUR;
  };
  return { guard, time, marks, record, pass };
}

describe("deletion and the clock", () => {
  it("goes on while the clock is where it should be, however long the service runs", async () => {
    const { guard, pass } = guarded({ known: NOON - 47 * HOUR });
    for (let day = 0; day < 800; day++) {
      expect(await guard.held()).toBeNull();
      pass(24);
    }
    expect(await guarded({ known: null }).guard.held()).toBeNull();
  });

  it("is held where the clock is further ahead at the start than the pack allows", async () => {
    expect(await guarded({ known: NOON - 48 * HOUR }).guard.held()).toBeNull();
    expect(await guarded({ known: NOON - 48 * HOUR - 1 }).guard.held()).toMatch(
      /clock says 2026-11-22T12:00.*48 hours after what was known last/,
    );
    expect(await guarded({ known: NOON - 9_000 * HOUR }).guard.held()).toContain("9,000 hours after");
  });

  it("is held where the clock leaps while the service runs, and goes on when it is set right", async () => {
    const { guard, time } = guarded({ known: NOON });
    time.now += 400 * 24 * HOUR;
    expect(await guard.held()).not.toBeNull();
    time.now = NOON;
    expect(await guard.held()).toBeNull();
  });

  it("is held where the governed store believes another time", async () => {
    const { guard, time } = guarded({ known: NOON });
    time.store = -49 * HOUR;
    expect(await guard.held()).toMatch(/49 hours from the governed store's/);
    time.store = 49 * HOUR;
    expect(await guard.held()).not.toBeNull();
    time.store = 47 * HOUR;
    expect(await guard.held()).toBeNull();
  });

  it("goes on when a person confirms the clock, for as long as it then goes on right", async () => {
    const { guard, time, pass, record } = guarded({ known: NOON - 1_000 * HOUR });
    expect(await guard.held()).not.toBeNull();
    await record.clockWas("confirmed", time.now);
    expect(await guard.held()).toBeNull();
    pass(1_000);
    expect(await guard.held()).toBeNull();
    time.now += 49 * HOUR;
    expect(await guard.held()).not.toBeNull();
  });

  it("is not let go by a confirmation of long ago", async () => {
    const { guard } = guarded({ known: NOON - 1_000 * HOUR, marks: { confirmed: NOON - 900 * HOUR } });
    expect(await guard.held()).not.toBeNull();
  });

  it("puts what was right on record for the next start, and never what was not", async () => {
    const right = guarded({ known: NOON });
    await right.guard.held();
    expect(right.marks["right"]).toBe(NOON);
    right.pass(0.1);
    await right.guard.held();
    expect(right.marks["right"]).toBe(NOON);
    right.pass(0.1);
    await right.guard.held();
    expect(right.marks["right"]).toBe(NOON + 0.2 * HOUR);

    const wrong = guarded({ known: NOON - 100 * HOUR });
    await wrong.guard.held();
    expect(wrong.marks).toEqual({});
  });
});
