import type { NrdReference } from "./nrd.ts";
import type { Position } from "./position.ts";

/** Which way the vehicle faces the camera: `towards` shows the front plate, `away` the rear one. */
export const DIRECTIONS = ["unknown", "towards", "away"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** How far the capture time can be trusted (PROTOCOLS 0.1). */
export const TIME_QUALITIES = ["utc", "offset", "local-assumed", "receive-fallback"] as const;
export type TimeQuality = (typeof TIME_QUALITIES)[number];

/**
 * What a feed decoder makes of one message: a vehicle's passage as the sender claims it. Nothing is judged or
 * corrected yet; `vrm` is the text exactly as sent. Times are epoch milliseconds UTC. Speed has no field: READ-10.
 */
export interface Capture {
  readonly nrd: NrdReference;
  readonly vrm: string;
  readonly captured: number;
  readonly timeQuality: TimeQuality;
  /** 0 to 100; absent when the device does not say. Never used to suppress a read. */
  readonly confidence?: number;
  readonly direction?: Direction;
  /** 1-based lane. */
  readonly lane?: number;
  /** ISO 3166-1 alpha-2; absent when the device does not say. */
  readonly country?: string;
  readonly position?: Position;
  readonly make?: string;
  readonly model?: string;
  readonly colour?: string;
  /** The bytes of a picture as sent; from `keepImages` on a JPEG of bounded size, checked for its magic only. */
  readonly patch?: Buffer;
  readonly overview?: Buffer;
}

/** Why one element of a message cannot become a capture. `code` is from the error catalogue (errors.ts). */
export interface Refusal {
  readonly code: RefusalCode;
  /** The field, for example `captured` or `nrd.feed`. */
  readonly path: string;
  readonly message: string;
}

export type RefusalCode =
  | "JSON_INVALID"
  | "ELEMENT_TOO_LARGE"
  | "NRD_MISSING"
  | "VRM_INVALID"
  | "CAPTURED_INVALID"
  | "NOT_STORABLE"
  | "CAPTURED_BEYOND_RETENTION";

/** What was wrong with something that a read can do without, or what was done with it. */
export type NoteCode =
  | "CONFIDENCE_INVALID"
  | "DIRECTION_INVALID"
  | "LANE_INVALID"
  | "COUNTRY_INVALID"
  | "POSITION_INVALID"
  | "TEXT_INVALID"
  | "TEXT_CUT"
  | "IMAGE_INVALID"
  | "IMAGE_TOO_LARGE"
  | "IMAGE_CONVERTED"
  | "IMAGE_ADDED";

/** Says that a read was kept and something of it was dropped, cut, converted or added (READ-3). */
export interface Note {
  readonly code: NoteCode;
  /** The field, for example `patch`. */
  readonly path: string;
  readonly message: string;
}

/** One element of a message after decoding: a capture, with what it was kept without, or the reason why it is none. */
export type Decoded =
  | { readonly capture: Capture; readonly notes?: readonly Note[] }
  /** `nrd`: whose read it was, where that much could be read. */
  | { readonly refusal: Refusal; readonly nrd?: NrdReference };

/** The end of 2099: every store holds what is before it. */
const LAST_MOMENT = Date.UTC(2100, 0, 1);

/** Whether a moment (epoch ms) can be when something was captured: bounded here once, for all protocols. */
export const isPossibleTime = (captured: number): boolean =>
  Number.isSafeInteger(captured) && captured >= 0 && captured < LAST_MOMENT;
