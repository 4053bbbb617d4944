import type { Outcome } from "../../outcome.ts";

/** One element's verdict as the reply shows it; `index` counts the elements in the order sent, from 0. */
export function resultOf(index: number, outcome: Outcome): Record<string, unknown> {
  return { index, ...outcome };
}

/** The same as JSON text; stored reads are most of what there is, so they are spared the general way. */
export function resultText(index: number, outcome: Outcome): string {
  if (outcome.verdict === "stored" && outcome.notes === undefined)
    return `{"index":${index},"verdict":"stored","readId":${JSON.stringify(outcome.readId)}}`;
  return JSON.stringify(resultOf(index, outcome));
}
