import { formatReadId, type Read } from "../../../archive/read.ts";
import type { Direction, TimeQuality } from "../../../read/capture.ts";
import type { Lateness } from "../../../read/lateness.ts";
import { DataRefused } from "../../../errors.ts";
import { escapeField } from "../bind-parameters.ts";

/** The columns of `reads`, in the order rows are written. */
export const READ_COLUMNS = [
  "nrd",
  "captured",
  "n",
  "vrm",
  "sent_form",
  "sent",
  "delay",
  "confidence",
  "direction",
  "lane",
  "country",
  "make",
  "model",
  "colour",
  "latitude",
  "longitude",
  "time_quality",
  "lateness",
] as const;

/** What to select for `readOf`. */
export const READ_SELECTION = READ_COLUMNS.map((column) =>
  column === "captured" ? "toUnixTimestamp64Milli(captured) AS captured_ms" : column,
).join(", ");

type SentForm = "same" | "spaced" | "other";

/** A row as `READ_SELECTION` gives it. */
export interface ReadRow extends SentRow {
  readonly nrd: number;
  readonly captured_ms: number;
  readonly n: number;
  readonly delay: number;
  readonly confidence: number;
  readonly direction: Direction;
  readonly lane: number;
  readonly country: string;
  readonly make: string;
  readonly model: string;
  readonly colour: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly time_quality: TimeQuality;
  readonly lateness: Lateness;
}

export interface SentRow {
  readonly vrm: string;
  readonly sent_form: SentForm;
  readonly sent: string;
}

const NOT_SAID = 255;
const MICRODEGREES = 1e6;
const SPACE_BEFORE_LAST = 3;

const LARGEST_N = 255;

/** Rows in TabSeparated form. @throws DataRefused for a number `n` that the engine would wrap around to another read's */
export function rowsOf(reads: readonly Read[]): Buffer {
  let text = "";
  for (const read of reads) text += rowOf(read);
  return Buffer.from(text);
}

function rowOf(read: Read): string {
  if (!Number.isInteger(read.n) || read.n < 0 || read.n > LARGEST_N)
    throw new DataRefused(`The ${read.n}th read of one millisecond has no number.`);
  const vrm = read.vrm ?? "";
  const form = sentFormOf(vrm, read.sent);
  const { position } = read;
  return `${read.nrd}\t${timestamp(read.captured)}\t${read.n}\t${escapeField(vrm)}\t${form}\t${
    form === "other" ? escapeField(read.sent) : ""
  }\t${read.received - read.captured}\t${read.confidence ?? NOT_SAID}\t${read.direction}\t${read.lane ?? 0}\t${textOf(
    read.country,
  )}\t${textOf(read.make)}\t${textOf(read.model)}\t${textOf(read.colour)}\t${micro(position?.lat)}\t${micro(
    position?.lon,
  )}\t${read.timeQuality}\t${read.lateness}\n`;
}

/** A capture time as a DateTime64(3) field: seconds with three decimals. */
export function timestamp(milliseconds: number): string {
  const fraction = milliseconds % 1000;
  return `${(milliseconds - fraction) / 1000}.${String(fraction).padStart(3, "0")}`;
}

const textOf = (text: string | null): string => (text === null ? "" : escapeField(text));
const micro = (degrees: number | undefined): number => Math.round((degrees ?? 0) * MICRODEGREES);
const spaced = (vrm: string): string =>
  `${vrm.slice(0, -SPACE_BEFORE_LAST)} ${vrm.slice(-SPACE_BEFORE_LAST)}`;

function sentFormOf(vrm: string, sent: string): SentForm {
  if (sent === vrm) return "same";
  return vrm.length > SPACE_BEFORE_LAST && sent === spaced(vrm) ? "spaced" : "other";
}

/** The VRM text as it was sent. */
export function sentOf({ vrm, sent_form, sent }: SentRow): string {
  if (sent_form === "same") return vrm;
  return sent_form === "spaced" ? spaced(vrm) : sent;
}

/** The read in a row. */
export function readOf(row: ReadRow): Read {
  const { nrd, captured_ms: captured, n } = row;
  const placed = row.latitude !== 0 || row.longitude !== 0;
  return {
    id: formatReadId(nrd, captured, n),
    nrd,
    captured,
    n,
    vrm: row.vrm === "" ? null : row.vrm,
    sent: sentOf(row),
    received: captured + row.delay,
    confidence: row.confidence === NOT_SAID ? null : row.confidence,
    direction: row.direction,
    lane: row.lane === 0 ? null : row.lane,
    country: row.country === "" ? null : row.country,
    make: row.make === "" ? null : row.make,
    model: row.model === "" ? null : row.model,
    colour: row.colour === "" ? null : row.colour,
    position: placed ? { lat: row.latitude / MICRODEGREES, lon: row.longitude / MICRODEGREES } : null,
    timeQuality: row.time_quality,
    lateness: row.lateness,
  };
}
