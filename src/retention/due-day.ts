import { accessFloor } from "../policy/access-floor.ts";

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Retention numbers of the policy pack. */
export interface RetentionRules {
  readonly accessMonths: number;
  readonly deleteAfterDays: number;
  readonly lateAfterHours: number;
  /** Days that one run deletes by itself. */
  readonly daysAtOnce: number;
}

/** Start of a `YYYY-MM-DD` day, epoch ms UTC; null when it is no day of the calendar. */
export function startOfDay(day: string): number | null {
  const start = DAY.test(day) ? Date.parse(`${day}T00:00:00.000Z`) : Number.NaN;
  return Number.isNaN(start) || dayAt(start) !== day ? null : start;
}

/** The day a moment (epoch ms) lies in, `YYYY-MM-DD`, UTC. */
export const dayAt = (moment: number): string => new Date(moment).toISOString().slice(0, 10);

/**
 * Why a day may not be deleted yet, or null when it must be. A day is due when its first read reaches the limit, so that
 * no read ever grows older than it (RET-1), and never while any read of the day may still be looked at.
 */
export function notDue(
  day: string,
  now: number,
  rules: Pick<RetentionRules, "accessMonths" | "deleteAfterDays">,
): string | null {
  const start = startOfDay(day);
  if (start === null) return `"${day}" is not a day; write YYYY-MM-DD.`;
  const due = start + rules.deleteAfterDays * DAY_MS;
  if (now < due) return `${day} is kept until ${dayAt(due)}: the limit is ${rules.deleteAfterDays} days.`;
  if (start + DAY_MS > accessFloor(now, rules.accessMonths)) {
    return `Reads of ${day} are still within the ${rules.accessMonths} months of access.`;
  }
  return null;
}
