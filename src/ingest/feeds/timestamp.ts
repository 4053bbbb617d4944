const DAYS_IN_MONTH = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const ZERO = 48;

/** A time as written: the clock on the wall, and how far that wall is from UTC if the text says so. */
export interface WrittenTime {
  /** Epoch milliseconds of the written clock read as if it were UTC. */
  readonly wall: number;
  /** Minutes east of UTC; 0 for `Z`; null when the text carries no zone. */
  readonly offsetMinutes: number | null;
  readonly utc: boolean;
  /** Whether a fraction of a second was written. */
  readonly fraction: boolean;
}

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function isDate(year: number, month: number, day: number): boolean {
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1)) return false;
  if (month === 2 && day === 29) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (DAYS_IN_MONTH[month] as number);
}

/** A leap second and the 24:00:00 of xsd:dateTime are the first moment of what comes next. */
function isClock(hour: number, minute: number, second: number): boolean {
  if (hour <= 23 && minute <= 59 && second <= 59) return true;
  if (second === 60) return hour <= 23 && minute <= 59 && minute % 15 === 14;
  return hour === 24 && minute === 0 && second === 0;
}

/** The written clock up to the seconds, or NaN. Reads `YYYY-MM-DDTHH:mm:ss` at the start of the text. */
function wallClock(text: string): number {
  if (
    text[4] !== "-" ||
    text[7] !== "-" ||
    (text[10] !== "T" && text[10] !== "t") ||
    text[13] !== ":" ||
    text[16] !== ":"
  )
    return Number.NaN;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  if (!isDate(year, month, day) || !isClock(hour, minute, second)) return Number.NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function offsetAt(text: string, at: number): number {
  const sign = text[at] === "+" ? 1 : text[at] === "-" ? -1 : Number.NaN;
  if (text.length !== at + 6 || text[at + 3] !== ":") return Number.NaN;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  return hours <= 14 && minutes <= 59 ? sign * (hours * 60 + minutes) : Number.NaN;
}

/**
 * Reads `YYYY-MM-DDTHH:mm:ss(.f…)?(Z|±hh:mm)?` strictly, calendar included, in either case (RFC 3339, 5.6); fractions are cut to
 * milliseconds.
 * @returns null when the text is anything else.
 */
export function readTime(text: string): WrittenTime | null {
  if (text.length < 19 || text.length > 40) return null;
  let wall = wallClock(text);
  if (Number.isNaN(wall)) return null;
  let at = 19;
  const fraction = text[at] === ".";
  if (fraction) {
    const first = ++at;
    while (text.charCodeAt(at) >= ZERO && text.charCodeAt(at) <= ZERO + 9) at++;
    if (at === first) return null;
    const shown = Math.min(3, at - first);
    wall += digits(text, first, shown) * 10 ** (3 - shown);
  }
  if (at === text.length) return { wall, offsetMinutes: null, utc: false, fraction };
  if (text[at] === "Z" || text[at] === "z")
    return at + 1 === text.length ? { wall, offsetMinutes: 0, utc: true, fraction } : null;
  const offsetMinutes = offsetAt(text, at);
  return Number.isNaN(offsetMinutes) ? null : { wall, offsetMinutes, utc: false, fraction };
}

/** The instant of a written time that has a zone, in epoch milliseconds UTC; NaN when it has none. */
export function instantOf(time: WrittenTime): number {
  return time.offsetMinutes === null ? Number.NaN : time.wall - time.offsetMinutes * 60_000;
}
