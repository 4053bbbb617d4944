import type { Refusal } from "../read/capture.ts";

/** Why a read is kept apart from good data until a person decides (READ-4). */
export const QUARANTINE_CODES = [
  "NRD_UNKNOWN",
  "NRD_NOT_COLLECTING",
  "NRD_OTHER_ORGANISATION",
  "CLOCK_SKEW",
  "POSITION_MISMATCH",
] as const;
export type QuarantineCode = (typeof QUARANTINE_CODES)[number];

/** What became of one element of a message, after its data is durable. */
export type Outcome =
  | { readonly verdict: "stored"; readonly readId: string }
  | { readonly verdict: "duplicate"; readonly readId: string }
  | { readonly verdict: "quarantined"; readonly code: QuarantineCode; readonly quarantineId: string }
  | ({ readonly verdict: "refused" } & Refusal);

/** The organisation's source that a feed token or secret path belongs to, and what its senders need to be told apart by. */
export interface FeedSource {
  readonly id: number;
  readonly name: string;
  readonly organisation: number;
  /** Delivers for NRDs of several organisations under an agreement (READ-7). */
  readonly aggregator: boolean;
  /** BOF2 2.2 senders give arc-minutes, newer ones degrees; per source, never per value (PROTOCOLS 1.6). */
  readonly positionUnit: "degrees" | "arc-minutes";
  /** IANA zone for times that carry none. */
  readonly timeZone: string;
  /** What `sendCompoundCapture` answers: the documented array, or the single string of the 2.2 WSDL. */
  readonly compoundReply: "array" | "string";
  /** The one NRD behind a secret path, for devices that do not name themselves; null otherwise. */
  readonly nrd: number | null;
}
