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
