import { turnsToRecheck, recheckOf } from "./recheck.ts";
import { sampleActs } from "../audit/acts/sample.ts";
import { service } from "../audit/actor.ts";
import type { DrawParts } from "./draw-month.ts";

const DRAWER = service("audit-sampling");
/** Samples older than a year are left as they are. */
const LOOKED_AT_MS = 366 * 86_400_000;

/**
 * Draws which reviews the national auditor looks at again (AUD-4): one in each turn of reviews, by the first checkpoint of the log
 * signed after the last review of the turn. Whoever reviews cannot know whether theirs will be it. Each is in the log, with its
 * seed, before it is kept; who draws, and how often, changes nothing.
 * @returns how many were drawn; a turn that no checkpoint has followed yet waits for the next time
 */
export async function drawRechecks({ store, audited, numbers, now }: DrawParts): Promise<number> {
  const { nationalRecheckPercent: percent } = numbers();
  let drawn = 0;
  for (const sample of await store.reviewed(new Date(now() - LOOKED_AT_MS))) {
    for (const turn of turnsToRecheck(sample, percent)) {
      const seed = await store.seedAfter(new Date(Math.max(...turn.map(({ at }) => at)) + 1));
      if (seed === undefined) continue;
      const { item, index: entry } = recheckOf(turn, seed.root);
      const { month, organisation: of } = sample;
      const subject = {
        kind: "recheck",
        month,
        of,
        population: turn.length,
        count: 1,
        seed,
        item,
        entry,
      } as const;
      await audited.do(DRAWER, sampleActs.draw, subject, async (underWay) => {
        if (await store.lookAgain(item)) drawn++;
        else underWay.add({ count: 0 });
      });
    }
  }
  return drawn;
}
