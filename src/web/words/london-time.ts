import { instantsOfWall, zoneOffset } from "../../read/zone-clock.ts";

/** A moment as people read it: Europe/London, with UTC beside it for the record. */
export interface SpokenTime {
  /** RFC 3339 UTC, for `datetime`. */
  readonly iso: string;
  /** `23 November 2026, 08:15:30` */
  readonly full: string;
  /** `08:15:30` */
  readonly clock: string;
  /** `23 Nov 2026 08:15:30` */
  readonly short: string;
  /** `2026-11-23 08:15:30.123 UTC`, for `title`. */
  readonly utc: string;
}

const ZONE = "Europe/London";
const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, ...options });
const CLOCK = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const LONG_DAY = format({ day: "numeric", month: "long", year: "numeric" });
const SHORT_DAY = format({ day: "numeric", month: "short", year: "numeric" });

/** Says a moment given as RFC 3339 text or epoch milliseconds; text that is no time is shown as it is. */
export function sayTime(at: string | number | Date): SpokenTime {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    const text = String(at);
    return { iso: text, full: text, clock: text, short: text, utc: text };
  }
  const iso = date.toISOString();
  const clock = CLOCK.format(date);
  return {
    iso,
    clock,
    full: `${LONG_DAY.format(date)}, ${clock}`,
    short: `${SHORT_DAY.format(date)} ${clock}`,
    utc: `${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC`,
  };
}

const ISO_LOCAL = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/;
const WRITTEN = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/**
 * Reads a London clock time, `2026-11-22T08:15` or `22/11/2026 08:15`, as epoch milliseconds; null for anything else, days
 * that do not exist, and the hour that spring skips. In the hour that autumn repeats, `from` means its first and `to` its
 * second passing, so that the wider period is asked for.
 */
export function londonToEpoch(text: string, edge: "from" | "to"): number | null {
  const trimmed = text.trim();
  const iso = ISO_LOCAL.exec(trimmed);
  const written = iso === null ? WRITTEN.exec(trimmed) : null;
  const found = iso ?? written;
  if (found === null) return null;
  const numbers = found.slice(1).map((value) => Number(value ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [first, month, last, hour, minute, second] = numbers;
  const [year, day] = iso === null ? [last, first] : [first, last];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(wall);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return null;
  const instants = instantsOfWall(wall, ZONE);
  return (edge === "from" ? instants[0] : instants.at(-1)) ?? null;
}

/** A moment as a `datetime-local` input takes it, on London clocks. */
export const toLocalInput = (epoch: number): string =>
  new Date(epoch + zoneOffset(epoch, ZONE)).toISOString().slice(0, 16);
