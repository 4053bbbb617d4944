import type { TimeQuality } from "../../read/capture.ts";
import { instantOf, readTime, type WrittenTime } from "./timestamp.ts";

const DAY = 86_400_000;
const QUARTER_HOUR = 900_000;
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

/** How far a zone's clocks are ahead of UTC at an instant, in ms. Zones change on quarter hours, so that is what is remembered. */
function offsetAt(instant: number, timeZone: string): number {
  const quarter = Math.floor(instant / QUARTER_HOUR);
  const key = `${timeZone}/${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const at = quarter * QUARTER_HOUR;
  const part: Record<string, number> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - at;
  if (offsets.size >= REMEMBERED) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

/**
 * The instant at which a zone's clocks showed a wall time. In the hour that comes twice, the later instant that is not
 * after `received` (PROTOCOLS 12.1); in the hour that does not exist, the clock as if it had not yet been put forward.
 * @param wall epoch ms of the wall clock read as if it were UTC.
 * @param received epoch ms UTC.
 * @throws RangeError when the zone is not an IANA zone.
 */
export function instantOfWall(wall: number, timeZone: string, received: number): number {
  const before = wall - offsetAt(wall - DAY, timeZone);
  const after = wall - offsetAt(wall + DAY, timeZone);
  if (before === after) return before;
  const candidates = [before, after].filter((instant) => wall - offsetAt(instant, timeZone) === instant);
  if (candidates.length === 0) return before;
  const later = Math.max(...candidates);
  return later <= received ? later : Math.min(...candidates);
}

/** A capture time with what is known of its quality. */
export interface CaptureTime {
  /** Epoch ms UTC. */
  readonly captured: number;
  readonly timeQuality: TimeQuality;
  readonly resolutionMs: 1 | 1000;
}

/** Turns a written time into an instant, in the source's zone when it names none. */
export function captureTimeOf(time: WrittenTime, timeZone: string, received: number): CaptureTime {
  const resolutionMs = time.fraction ? 1 : 1000;
  if (time.offsetMinutes === null) {
    return {
      captured: instantOfWall(time.wall, timeZone, received),
      timeQuality: "local-assumed",
      resolutionMs,
    };
  }
  return { captured: instantOf(time), timeQuality: time.utc ? "utc" : "offset", resolutionMs };
}

/** Reads a dateTime with zone, with offset, or with neither; null when it is no time. */
export function readCaptureTime(text: string, timeZone: string, received: number): CaptureTime | null {
  const time = readTime(text);
  return time && captureTimeOf(time, timeZone, received);
}
