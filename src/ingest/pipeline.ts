import type { Objection, Passage, Step } from "./passage.ts";
import type { QuarantineCode } from "./outcome.ts";
import {
  classLateness,
  refuseBeyondRetention,
  refuseImpossibleTime,
  setAsideFuture,
  type TimeRules,
} from "./steps/clock.ts";
import { findNrd, requireCollecting, requireOwner, type NrdLookup } from "./steps/nrd.ts";
import { placePassage } from "./steps/position.ts";
import { readVrm } from "./steps/vrm.ts";

/** What the steps need to know; the numbers are the policy pack's. */
export interface PipelineRules extends TimeRules {
  readonly nrds: NrdLookup;
  readonly fixedMismatchMetres: number;
}

/** Every judgement about a read, in the order it is made (READ-1 to READ-6, NAI-6). */
export const pipelineSteps = (rules: PipelineRules): readonly Step[] => [
  readVrm(),
  refuseImpossibleTime(),
  refuseBeyondRetention(rules),
  findNrd(rules.nrds),
  requireCollecting(),
  requireOwner(),
  setAsideFuture(rules),
  placePassage(rules.fixedMismatchMetres),
  classLateness(rules),
];

/**
 * Takes a passage through the steps and answers with the first objection, or null when there is none. A quarantine objection
 * that a person has waived by releasing the read is passed over, unless later steps cannot do without what it guards.
 */
export function judge(
  steps: readonly Step[],
  passage: Passage,
  waived: QuarantineCode | null = null,
): Objection {
  for (const step of steps) {
    const objection = step.judge(passage);
    if (objection === null) continue;
    if (objection.verdict === "quarantined" && objection.code === waived && passage.nrd !== null) continue;
    return objection;
  }
  return null;
}
