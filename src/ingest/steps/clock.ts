import { isPossibleTime } from "../../read/capture.ts";
import { moves } from "../../read/nrd.ts";
import type { Lateness } from "../../read/lateness.ts";
import type { Step } from "../passage.ts";

/** The policy pack's numbers about time, in its own units. */
export interface TimeRules {
  readonly time: {
    readonly futureSkewSeconds: number;
    readonly promptWithinSeconds: number;
    readonly lateAfterSeconds: number;
    readonly mobileBreachAfterSeconds: number;
  };
  readonly retention: { readonly deleteAfterDays: number };
}

const DAY_MS = 86_400_000;

/** A moment no store holds and no camera meant, whatever the protocol could write. */
export const refuseImpossibleTime = (): Step => ({
  name: "refuse-impossible-time",
  judge: ({ capture }) =>
    isPossibleTime(capture.captured)
      ? null
      : {
          verdict: "refused",
          code: "CAPTURED_INVALID",
          path: "captured",
          message: "Captured before 1970 or after 2099. Check the camera's clock.",
        },
});

/** Data past its day is not let in again (RET-1). */
export const refuseBeyondRetention = ({ retention }: TimeRules): Step => ({
  name: "refuse-beyond-retention",
  judge: ({ capture, received }) =>
    capture.captured > received - retention.deleteAfterDays * DAY_MS
      ? null
      : {
          verdict: "refused",
          code: "CAPTURED_BEYOND_RETENTION",
          path: "captured",
          message: `Captured more than ${retention.deleteAfterDays} days before it was received; a read this old may not be kept. Check the camera's clock.`,
        },
});

/** A read from the future means a wrong clock: its time is evidence of nothing until a person looks. */
export const setAsideFuture = ({ time }: TimeRules): Step => ({
  name: "set-aside-future",
  judge: ({ capture, received }) => {
    const ahead = capture.captured - received;
    if (ahead <= time.futureSkewSeconds * 1000) return null;
    const detail = `Captured ${Math.round(ahead / 1000)} s after it was received; at most ${time.futureSkewSeconds} s is allowed for clock skew.`;
    return { verdict: "quarantined", code: "CLOCK_SKEW", detail };
  },
});

/** No camera that sends to us was made before; a clock that nobody set counts from 1970 or 2000. */
const FIRST_CLOCK = Date.UTC(2010, 0, 1);

/**
 * Whether a device's clock may be right: it was set once, and is not too far ahead. An old time is no wrong one: what is beyond
 * retention is refused, and not let in as new. Both in epoch ms.
 */
export const timeBelieved = (
  captured: number,
  received: number,
  { futureSkewSeconds }: Pick<TimeRules["time"], "futureSkewSeconds">,
): boolean => captured >= FIRST_CLOCK && captured - received <= futureSkewSeconds * 1000;

/** Names how late the read is (READ-6). */
export const classLateness = ({ time }: TimeRules): Step => ({
  name: "class-lateness",
  judge: (passage) => {
    const delay = (passage.received - passage.capture.captured) / 1000;
    const mobile = passage.nrd !== null && moves(passage.nrd);
    passage.lateness = latenessOf(delay, mobile, time);
    return null;
  },
});

function latenessOf(delaySeconds: number, mobile: boolean, time: TimeRules["time"]): Lateness {
  if (delaySeconds <= time.promptWithinSeconds) return "prompt";
  if (delaySeconds <= time.lateAfterSeconds) return "delayed";
  return mobile && delaySeconds > time.mobileBreachAfterSeconds ? "breach" : "late";
}
