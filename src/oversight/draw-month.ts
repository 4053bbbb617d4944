import { sampleActs } from "../audit/acts/sample.ts";
import type { Actor } from "../audit/actor.ts";
import type { Audited } from "../audit/audited.ts";
import { Problem } from "../errors.ts";
import { drawSample, type SampleNumbers } from "./sample.ts";
import type { SampleStore } from "./sample-store.ts";

export interface DrawParts {
  readonly store: SampleStore;
  readonly audited: Audited;
  readonly numbers: () => SampleNumbers;
  readonly now: () => number;
}

const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** The month before a moment (epoch ms), or so many before: `YYYY-MM`, UTC. */
export function monthBefore(now: number, back = 1): string {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back, 1)).toISOString().slice(0, 7);
}

/** The first moment after a month `YYYY-MM`, UTC. */
const endOf = (month: string): Date =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1));

/**
 * Draws the samples of a month that is over, one for each organisation that asked anything and has none yet (AUD-3). Each is in
 * the log, with its seed, before it is kept; a crash in between leaves an entry, and the next draw gives the same sample.
 * @param by a national auditor, or the service itself
 * @returns the names of the organisations drawn for
 * @throws Problem INPUT_INVALID for a month that is none or not over, NOT_READY until a checkpoint of the log follows it
 */
export async function drawMonth(
  { store, audited, numbers, now }: DrawParts,
  month: string,
  by: Actor,
): Promise<readonly string[]> {
  if (!MONTH.test(month) || month > monthBefore(now()))
    throw new Problem("INPUT_INVALID", "A sample can be drawn only for a past month.", {
      errors: [{ path: "month", code: "not-over", message: "Enter a past month, like 2026-10." }],
    });
  const organisations = await store.undrawn(month);
  if (organisations.length === 0) return [];
  const seed = await store.seedAfter(endOf(month));
  if (seed === undefined)
    throw new Problem("NOT_READY", "The log has no checkpoint after that month yet. Try again in a minute.", {
      retryAfter: 60,
    });
  const drawn: string[] = [];
  for (const { id, name } of organisations) {
    const enquiries = await store.enquiries(id, month);
    const items = drawSample(enquiries, seed.root, numbers());
    const counted = { count: items.length, population: enquiries.length, seed };
    const sample = { month, organisation: id, population: enquiries.length, seed, items };
    await audited.do(by, sampleActs.draw, { month, of: id, ...counted }, async (entry) => {
      const drawnAt = new Date(now());
      if (await store.keep({ ...sample, drawnAt, drawnBy: by.person })) drawn.push(name);
      else entry.add({ count: 0 });
    });
  }
  return drawn;
}
