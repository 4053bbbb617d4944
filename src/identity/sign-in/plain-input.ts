/** Nothing but characters: no control character, no unpaired surrogate, nothing that hides or turns round what is read. */
const PLAIN = /^\P{C}*$/u;
const DAY = /^(\d{4})-\d{2}-\d{2}$/;
const FIRST_YEAR = 1900;
const LAST_YEAR = 2200;

/** Whether a text of one line can be kept and shown as it is. */
export const isPlainText = (text: string): boolean => PLAIN.test(text);

/** Whether a text is a day of the calendar, `YYYY-MM-DD`, of the years 1900 to 2200. */
export function isDay(text: string): boolean {
  const year = Number(DAY.exec(text)?.[1]);
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
