import type { SampleSeen } from "../../../../oversight/samples.ts";
import { monthBefore } from "../../../../oversight/draw-month.ts";
import { STRATA, type Stratum } from "../../../../oversight/sample.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { tabsFor } from "../audit/tabs.ts";
import type { Page } from "../../../../flow/page.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type DrawField = "month";

export const STRATUM_WORDS: Readonly<Record<Stratum, string>> = {
  old: "about old data",
  area: "about a place",
  volume: "with many reads",
  rest: "of no special kind",
};

const NOTICES: Readonly<Record<string, string>> = {
  none: "There is nothing for you to review.",
  "none-recheck": "There are no reviews for you to check.",
  reviewed: "The review has been saved.",
  rechecked: "Your check has been saved.",
  drawn: "The samples for that month have been drawn.",
  "drawn-none":
    "There was nothing to draw: there were no enquiries that month, or its samples have been drawn already.",
};

const MONTH = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** `2026-10` as `October 2026`. */
export const sayMonth = (month: string): string => MONTH.format(new Date(`${month}-01T00:00:00Z`));

/** The samples on record and the work that waits. */
export function sampleView(
  page: Page<SampleSeen>,
  shown: {
    readonly asker: Caller;
    readonly now: number;
    readonly notice: string;
    readonly first: boolean;
    readonly form: Form<DrawField> | undefined;
  },
) {
  const { asker, now, notice, first } = shown;
  const mayRecheck = mayDo(asker.roles, "audit.recheck");
  const form = shown.form ?? formWith<DrawField>({ month: monthBefore(now) }, []);
  return {
    pageTitle: "Samples",
    tabs: tabsFor(asker, "samples"),
    form,
    hasErrors: form.summary.length > 0,
    notice: NOTICES[notice] ?? "",
    mayRecheck,
    first,
    samples: page.items.map((sample) => ({
      ...sample,
      month: sayMonth(sample.month),
      drawnAt: sayTime(sample.drawnAt),
      population: sample.population.toLocaleString("en-GB"),
      waiting: sample.items - sample.reviewed,
      strata: STRATA.filter((stratum) => (sample.strata[stratum] ?? 0) > 0)
        .map((stratum) => `${sample.strata[stratum]} ${STRATUM_WORDS[stratum]}`)
        .join(", "),
      seed: { size: sample.seed.size.toLocaleString("en-GB"), root: sample.seed.root },
    })),
    next: page.next === null ? "" : paths.auditSamples({ cursor: page.next }),
  };
}
