// Percent of an average day in each hour, local time: our rounding of published UK counts (0.2 to 0.3 % an hour
// by night, 8 to 9 % at the weekday peaks, Friday busiest, Saturday 90 % and Sunday 75 % of the mean day).
const WEEKDAY = [
  0.3, 0.3, 0.2, 0.2, 0.4, 1, 3.3, 7.6, 8.7, 7.1, 6.4, 6.3, 6.4, 6.5, 6.9, 7.6, 8.6, 8.5, 7.1, 4.7, 3.1, 2.4,
  1.9, 0.9,
];
const FRIDAY = [
  0.4, 0.3, 0.2, 0.2, 0.3, 0.9, 3.1, 7.3, 8.3, 7, 6.8, 6.9, 7.2, 7.2, 7.7, 8.3, 8.8, 8.4, 7.2, 5, 3.4, 2.9,
  2.8, 1.6,
];
const SATURDAY = [
  0.7, 0.6, 0.5, 0.3, 0.3, 0.5, 1, 2.3, 4.2, 6, 6.7, 7.2, 7.5, 7.2, 6.8, 6.4, 6.7, 6.5, 5.4, 4.1, 2.9, 2.2,
  2.3, 1.7,
];
const SUNDAY = [
  0.8, 0.7, 0.5, 0.3, 0.3, 0.3, 0.6, 1.3, 2.1, 4.1, 6, 6.4, 7, 6.6, 6.4, 6.3, 6.4, 5.4, 4.2, 3.2, 2.3, 1.7,
  1.2, 0.7,
];

const HOUR = 3_600_000;

/** The last Sunday of a month at 01:00 UTC, when British clocks change. */
function clockChange(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1));
  return last.getTime() - last.getUTCDay() * 24 * HOUR;
}

/** A time as British clocks show it: hour with fraction, and day of the week from Sunday 0. */
export function britishClock(time: number): { readonly hour: number; readonly weekday: number } {
  const year = new Date(time).getUTCFullYear();
  const summer = time >= clockChange(year, 2) && time < clockChange(year, 9);
  const local = time + (summer ? HOUR : 0);
  return { hour: (local / HOUR) % 24, weekday: (Math.floor(local / HOUR / 24) + 4) % 7 };
}

/** The share of an average day's reads that falls into an hour like this one (0.084 at a weekday's peak). */
export function hourShare(time: number): number {
  const { hour, weekday } = britishClock(time);
  const day = weekday === 0 ? SUNDAY : weekday === 6 ? SATURDAY : weekday === 5 ? FRIDAY : WEEKDAY;
  return (day[Math.floor(hour)] as number) / 100;
}

/** How much longer than free flow a drive takes now: 1 by night, up to 1.35 in the weekday peaks. */
export function congestion(time: number): number {
  const { hour, weekday } = britishClock(time);
  const peak = (centre: number, width: number): number => Math.exp(-(((hour - centre) / width) ** 2));
  const weekdays = weekday >= 1 && weekday <= 5 ? 0.33 * (peak(8.2, 1.2) + peak(17, 1.6)) : 0;
  return 1 + weekdays + 0.1 * peak(13, 4.5);
}

/** Night, when NRDs read worse: from 21:00 to 06:00. */
export function isNight(time: number): boolean {
  const { hour } = britishClock(time);
  return hour >= 21 || hour < 6;
}
