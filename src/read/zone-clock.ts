const DAY_MS = 86_400_000;
const QUARTER_HOUR_MS = 900_000;
/** Offsets kept at a time; a feed and its people ask about the same few days. */
const REMEMBERED = 4_096;

const formatters = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/**
 * How far a zone's clocks are ahead of UTC at an instant, in ms. Zones change on quarter hours, so that is what is remembered.
 * @param instant epoch ms UTC.
 * @param timeZone IANA name, such as `Europe/London`.
 * @throws RangeError when the zone is not an IANA zone.
 */
export function zoneOffset(instant: number, timeZone: string): number {
  const quarter = Math.floor(instant / QUARTER_HOUR_MS);
  const key = `${timeZone}/${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const at = quarter * QUARTER_HOUR_MS;
  const part: Record<string, number> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - at;
  if (offsets.size >= REMEMBERED) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

/**
 * The instants at which a zone's clocks showed a wall time, first to last: one on nearly every hour of the year, two in the
 * hour that autumn repeats, none in the hour that spring skips.
 * @param wall epoch ms of the wall clock read as if it were UTC.
 * @throws RangeError when the zone is not an IANA zone.
 */
export function instantsOfWall(wall: number, timeZone: string): readonly number[] {
  const before = wall - zoneOffset(wall - DAY_MS, timeZone);
  const after = wall - zoneOffset(wall + DAY_MS, timeZone);
  if (before === after) return [before];
  return [before, after].filter((instant) => wall - zoneOffset(instant, timeZone) === instant);
}

/** The instant of a wall time that spring skips, on a clock that has not yet been put forward. */
export const instantOfSkippedWall = (wall: number, timeZone: string): number =>
  wall - zoneOffset(wall - DAY_MS, timeZone);
