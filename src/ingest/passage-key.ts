import { formatReadId } from "../archive/read.ts";
import type { Nrd } from "../read/nrd.ts";
import type { JoinedRead } from "./intake-stores.ts";
import type { Passage } from "./passage.ts";

/** The NRD and moment by which a passage is found again; it has an NRD by now. */
export const keyOf = (passage: Passage): { nrd: number; captured: number } => ({
  nrd: (passage.nrd as Nrd).id,
  captured: passage.capture.captured,
});

/** Whether a stored read is of the same vehicle as a passage of its NRD and millisecond. */
export const sameVehicle = (read: { vrm: string | null; sent: string }, passage: Passage): boolean =>
  passage.vrm === null ? read.vrm === null && read.sent === passage.capture.vrm : read.vrm === passage.vrm;

/** The id of the read that a passage is, as number `n` of its NRD and millisecond. */
export const readIdOf = (passage: Passage, n: number): string => {
  const { nrd, captured } = keyOf(passage);
  return formatReadId(nrd, captured, n);
};

/** The same read, as images that were sent apart from it name it. */
export const joinedRead = ({ capture, nrd, source }: Passage, n: number): JoinedRead => ({
  nrd: (nrd as Nrd).id,
  captured: capture.captured,
  n,
  sent: capture.vrm,
  source: source.id,
  reference: capture.nrd,
});
