import type { Direction, TimeQuality } from "../read/capture.ts";
import type { Lateness } from "../read/lateness.ts";
import type { Position } from "../read/position.ts";

/** What finds one read again: NRD register id, capture time (epoch ms UTC), and which of several in that millisecond. */
export interface ReadKey {
  readonly nrd: number;
  readonly captured: number;
  /** 0 to 255; tells vehicles at one NRD in one millisecond apart. */
  readonly n: number;
}

/** One read as the archive keeps it, never changed afterwards (READ-2). Times are epoch milliseconds UTC. */
export interface Read extends ReadKey {
  readonly id: string;
  /** Normalised VRM; null for a passage without a readable one. */
  readonly vrm: string | null;
  /** The VRM text exactly as it was sent. */
  readonly sent: string;
  readonly received: number;
  /** 0 to 100; null when the device did not say. */
  readonly confidence: number | null;
  readonly direction: Direction;
  /** 1-based; null when the device did not say. */
  readonly lane: number | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly make: string | null;
  readonly model: string | null;
  readonly colour: string | null;
  /** Only of devices that move; a fixed NRD's place is in the register. Kept to a millionth of a degree. */
  readonly position: Position | null;
  readonly timeQuality: TimeQuality;
  readonly lateness: Lateness;
}

const READ_ID = /^([1-9]\d{0,9})-([1-9]\d{0,13})(?:-([1-9]\d{0,2}))?$/;
const LARGEST_NRD = 2 ** 32 - 1;
const LARGEST_N = 255;

/** The id of a read: `<nrd>-<captured ms>`, and `-<n>` where n is not 0. It finds the row, and holds no VRM. */
export function formatReadId(nrd: number, captured: number, n: number): string {
  return n === 0 ? `${nrd}-${captured}` : `${nrd}-${captured}-${n}`;
}

/** The one reading of a read id; null for anything `formatReadId` would not write. */
export function parseReadId(id: string): ReadKey | null {
  const parts = READ_ID.exec(id);
  if (parts === null) return null;
  const key = { nrd: Number(parts[1]), captured: Number(parts[2]), n: Number(parts[3] ?? 0) };
  return key.nrd <= LARGEST_NRD && key.n <= LARGEST_N ? key : null;
}
