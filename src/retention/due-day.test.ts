import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessFloor } from "../policy/access-floor.ts";
import { dayAt, notDue, startOfDay } from "./due-day.ts";

const rules = { accessMonths: 12, deleteAfterDays: 367, lateAfterHours: 36, daysAtOnce: 7 };
const at = (text: string): number => Date.parse(text);

describe("when a day is due for deletion", () => {
  it("is when its first read reaches 367 days", () => {
    expect(notDue("2025-11-20", at("2026-11-21T23:59:59.999Z"), rules)).toContain("2026-11-22");
    expect(notDue("2025-11-20", at("2026-11-22T00:00:00.000Z"), rules)).toBeNull();
  });

  it("counts 29 February as a day", () => {
    expect(notDue("2024-02-29", at("2025-03-01T23:59:59Z"), rules)).not.toBeNull();
    expect(notDue("2024-02-29", at("2025-03-02T00:00:00Z"), rules)).toBeNull();
    expect(notDue("2023-03-01", at("2024-03-01T12:00:00Z"), rules)).not.toBeNull();
    expect(notDue("2023-03-01", at("2024-03-02T00:00:00Z"), rules)).toBeNull();
  });

  it("is never while a read of the day may still be looked at", () => {
    const short = { ...rules, deleteAfterDays: 360 };
    expect(notDue("2025-11-20", at("2026-11-16T00:00:00Z"), short)).toContain("12 months of access");
  });

  it("waits for the last moment of the day to leave access, not for the first", () => {
    const short = { ...rules, deleteAfterDays: 360 };
    // Twelve months after the day began, and after it was over.
    expect(notDue("2025-11-20", at("2026-11-20T00:00:00Z"), short)).not.toBeNull();
    expect(notDue("2025-11-20", at("2026-11-20T23:59:59.999Z"), short)).not.toBeNull();
    expect(notDue("2025-11-20", at("2026-11-21T00:00:00Z"), short)).toBeNull();
  });

  it("is not a day later than the limit, nor a day sooner", () => {
    for (const [deleteAfterDays, due] of [
      [366, "2026-11-21"],
      [367, "2026-11-22"],
      [368, "2026-11-23"],
    ] as const) {
      const limit = { ...rules, deleteAfterDays };
      expect(notDue("2025-11-20", at(`${due}T00:00:00Z`) - 1, limit)).toContain(due);
      expect(notDue("2025-11-20", at(`${due}T00:00:00Z`), limit)).toBeNull();
    }
  });

  it("leaves no read older than the limit, and takes none away from access, on any day of a century", () => {
    const moments = fc.integer({ min: at("2000-01-01T00:00:00Z"), max: at("2100-01-01T00:00:00Z") });
    fc.assert(
      fc.property(moments, fc.integer({ min: 360, max: 370 }), (now, age) => {
        const day = dayAt(now - age * 86_400_000);
        const start = startOfDay(day) as number;
        if (notDue(day, now, rules) === null)
          expect(start + 86_400_000).toBeLessThanOrEqual(accessFloor(now, 12));
        else expect(now - start).toBeLessThan(367 * 86_400_000);
      }),
    );
  });

  it("is never for what is no day", () => {
    for (const day of ["2025-02-29", "yesterday", "", "2025-1-1", "20251120"]) {
      expect(notDue(day, Number.MAX_SAFE_INTEGER / 2, rules)).toContain("is not a day");
    }
  });
});
