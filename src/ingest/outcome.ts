import type { Note, Refusal } from "../read/capture.ts";

/** Why a read is kept apart from good data until a person decides (READ-4). */
export const QUARANTINE_CODES = [
  "NRD_UNKNOWN",
  "NRD_NOT_COLLECTING",
  "NRD_OTHER_ORGANISATION",
  "CLOCK_SKEW",
  "POSITION_MISMATCH",
] as const;
export type QuarantineCode = (typeof QUARANTINE_CODES)[number];

/** What became of one element of a message, after its data is durable; `notes` say what it was kept without. */
export type Outcome =
  | { readonly verdict: "stored" | "duplicate"; readonly readId: string; readonly notes?: readonly Note[] }
  | {
      readonly verdict: "quarantined";
      readonly code: QuarantineCode;
      readonly quarantineId: string;
      readonly notes?: readonly Note[];
    }
  | ({ readonly verdict: "refused" } & Refusal);

/** The same outcome with more notes; a refused element has nothing left to be noted. */
export const withNotes = (outcome: Outcome, notes: readonly Note[] | undefined): Outcome =>
  notes === undefined || notes.length === 0 || outcome.verdict === "refused"
    ? outcome
    : { ...outcome, notes: [...(outcome.notes ?? []), ...notes] };

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
