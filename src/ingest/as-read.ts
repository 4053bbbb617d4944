import { formatReadId, type Read } from "../archive/read.ts";
import { moves, type Nrd } from "../read/nrd.ts";
import type { Passage } from "./passage.ts";

const MOST_CONFIDENT = 100;
const LARGEST_LANE = 255;

/** The read that a passage with an NRD becomes, as number `n` of its NRD and millisecond (0 to 255). */
export function asRead(passage: Passage, n: number): Read {
  const { capture, nrd, vrm, received, lateness } = passage;
  return {
    id: formatReadId((nrd as Nrd).id, capture.captured, n),
    nrd: (nrd as Nrd).id,
    captured: capture.captured,
    n,
    vrm,
    sent: capture.vrm,
    received,
    confidence: wholeWithin(capture.confidence, 0, MOST_CONFIDENT, Math.round),
    direction: capture.direction ?? "unknown",
    lane: wholeWithin(capture.lane, 1, LARGEST_LANE),
    country: capture.country ?? null,
    make: capture.make ?? null,
    model: capture.model ?? null,
    colour: capture.colour ?? null,
    position: moves(nrd as Nrd) ? (capture.position ?? null) : null,
    timeQuality: capture.timeQuality,
    lateness,
  };
}

/** A whole number in its bounds, or null: one value that no column holds would fail the reads of everybody beside it. */
function wholeWithin(
  value: number | undefined,
  least: number,
  most: number,
  round = (given: number): number => given,
): number | null {
  if (value === undefined) return null;
  const whole = round(value);
  return Number.isInteger(whole) && whole >= least && whole <= most ? whole : null;
}
