import { moves } from "../../read/nrd.ts";
import { metresBetween } from "../../read/position.ts";
import type { Step } from "../passage.ts";

/** Fixes where the vehicle was; a fixed NRD that reports from elsewhere is set aside, since one of the two is wrong. */
export const placePassage = (fixedMismatchMetres: number): Step => ({
  name: "place-passage",
  judge: (passage) => {
    const { nrd, capture } = passage;
    if (nrd === null) return null;
    passage.position = nrd.position;
    if (capture.position === undefined) return null;
    if (moves(nrd)) {
      passage.position = capture.position;
      return null;
    }
    const apart = metresBetween(nrd.position, capture.position);
    if (apart <= fixedMismatchMetres) return null;
    const detail = `Reported ${Math.round(apart)} m from where NRD ${nrd.id} (${nrd.name}) is registered; at most ${fixedMismatchMetres} m is accepted.`;
    return { verdict: "quarantined", code: "POSITION_MISMATCH", detail };
  },
});
