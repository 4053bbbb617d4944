/** The same moment so many calendar months before, UTC; where that month is too short, its last day. Epoch milliseconds. */
export function monthsBefore(now: number, months: number): number {
  const today = new Date(now);
  const floor = new Date(now);
  floor.setUTCDate(1);
  floor.setUTCMonth(floor.getUTCMonth() - months);
  const lastDay = new Date(Date.UTC(floor.getUTCFullYear(), floor.getUTCMonth() + 1, 0)).getUTCDate();
  floor.setUTCDate(Math.min(today.getUTCDate(), lastDay));
  return floor.getTime();
}

/**
 * The oldest capture time any query may return: so many calendar months back, UTC (RET-1: 12 months of access,
 * although deletion completes at 367 days). 29 February falls back to 28 February. In and out: epoch milliseconds.
 */
export const accessFloor = (now: number, accessMonths: number): number => monthsBefore(now, accessMonths);
