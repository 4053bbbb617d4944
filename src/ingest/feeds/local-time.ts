import type { TimeQuality } from "../../read/capture.ts";
import { instantOfSkippedWall, instantsOfWall } from "../../read/zone-clock.ts";
import { instantOf, readTime, type WrittenTime } from "./timestamp.ts";

/**
 * The instant at which a zone's clocks showed a wall time. In the hour that comes twice, the later instant that is not
 * after `received` (PROTOCOLS 12.1); in the hour that does not exist, the clock as if it had not yet been put forward.
 * @param wall epoch ms of the wall clock read as if it were UTC.
 * @param received epoch ms UTC.
 * @throws RangeError when the zone is not an IANA zone.
 */
export function instantOfWall(wall: number, timeZone: string, received: number): number {
  const [first, second] = instantsOfWall(wall, timeZone);
  if (first === undefined) return instantOfSkippedWall(wall, timeZone);
  return second !== undefined && second <= received ? second : first;
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
