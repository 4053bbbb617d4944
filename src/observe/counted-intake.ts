import type { Intake } from "../ingest/feeds/protocol.ts";
import type { Outcome } from "../ingest/outcome.ts";
import { Problem, StoreGone } from "../errors.ts";
import type { Events, VerdictCount } from "./events.ts";

/** How many of some outcomes met with each verdict and code. */
export function tally(outcomes: readonly Outcome[]): readonly VerdictCount[] {
  const counts = new Map<string, { verdict: VerdictCount["verdict"]; code: string; count: number }>();
  for (const outcome of outcomes) {
    const code = "code" in outcome ? outcome.code : "";
    const key = `${outcome.verdict} ${code}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { verdict: outcome.verdict, code, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()];
}

const problemOf = (error: unknown): Pick<Problem, "code" | "status"> =>
  error instanceof Problem ? error : new Problem(error instanceof StoreGone ? "NOT_READY" : "INTERNAL", "");

/** The same intake, with every group it answers or turns away counted under one protocol. Times are epoch milliseconds. */
export function countedIntake(
  intake: Intake,
  protocol: string,
  events: Events,
  now: () => number = Date.now,
): Intake {
  const refused = (source: number, error: unknown): void => {
    const { code, status } = problemOf(error);
    events.messageRefused({ protocol, source, code, status, cause: error });
  };
  return {
    async take(elements, source) {
      const received = now();
      try {
        const outcomes = await intake.take(elements, source);
        events.groupAnswered({ protocol, source: source.id, received, verdicts: tally(outcomes) });
        return outcomes;
      } catch (error) {
        refused(source.id, error);
        throw error;
      }
    },
    async takeImage(image, source) {
      try {
        await intake.takeImage(image, source);
      } catch (error) {
        refused(source.id, error);
        throw error;
      }
    },
  };
}
