/** Reads of one NRD that did not become good data for one reason, today and yesterday (UTC). */
export interface NrdLoss {
  readonly code: string;
  readonly count: number;
  readonly since: Date;
  readonly last: Date;
  /** In which the newest of them says it was captured; null where it did not say. */
  readonly year: number | null;
}

/** Codes that mean a wrong clock of the camera, whichever way it is wrong. */
const OF_THE_CLOCK = new Set(["CAPTURED_BEYOND_RETENTION", "CAPTURED_INVALID", "CLOCK_SKEW"]);
/** A camera that was told to stop and still sends has lost nothing that anybody wants. */
export const INTENDED_LOSS = "NRD_NOT_COLLECTING";

export const isClockFault = ({ code }: Pick<NrdLoss, "code">): boolean => OF_THE_CLOCK.has(code);

/** `40 reads dated 1970`, or `40 reads` where the clock is not what is wrong. */
export const sayLost = ({ count, code, year }: Pick<NrdLoss, "count" | "code" | "year">): string =>
  `${count.toLocaleString("en-GB")} ${count === 1 ? "read" : "reads"}${
    isClockFault({ code }) && year !== null ? ` dated ${year}` : ""
  }`;
