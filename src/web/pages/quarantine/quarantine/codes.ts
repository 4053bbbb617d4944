import { QUARANTINE_CODES, type QuarantineCode } from "../../../../ingest/outcome.ts";

/** Why a read was kept apart, in words. */
export const CODE_WORDS: Readonly<Record<QuarantineCode, string>> = {
  NRD_UNKNOWN: "The camera is not in the register",
  NRD_NOT_COLLECTING: "The camera is not allowed to collect at the moment",
  NRD_OTHER_ORGANISATION: "The camera belongs to another organisation",
  CLOCK_SKEW: "The camera’s clock is wrong",
  POSITION_MISMATCH: "The position is not the camera’s",
};

export const sayCode = (code: string): string => CODE_WORDS[code as QuarantineCode] ?? code;
export const isQuarantineCode = (code: unknown): code is QuarantineCode =>
  QUARANTINE_CODES.some((known) => known === code);
