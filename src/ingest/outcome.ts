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
