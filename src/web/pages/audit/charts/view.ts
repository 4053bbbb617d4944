import type { Bar } from "../../../../oversight/charts.ts";
import type { Charts } from "../../../../oversight/entries.ts";
import { dayBars, hourBars, medianOf, namedBars } from "../../../charts/bars.ts";
import { sayTime } from "../../../words/london-time.ts";
import { tabsFor } from "../audit/tabs.ts";
import type { Caller } from "../../../../identity/caller.ts";

const MEASURES = [
  ["enquiries", "Enquiries"],
  ["pages", "Further pages of results"],
  ["exports", "Exports"],
] as const;
const PERIODS = [7, 30, 90, 365] as const;
const LEVEL_WORDS: Readonly<Record<string, string>> = {
  "": "not stated",
  "counter-terrorism": "counter-terrorism",
  major: "major",
  serious: "serious and complex",
  "priority-volume": "priority and volume",
  "missing-vulnerable": "missing or vulnerable",
  audit: "audit",
  "subject-rights": "subject rights",
};

/** The period of the charts in days, from what a link or a form says; 30 unless it is one of them. */
export const daysOf = (text: string): number => PERIODS.find((days) => String(days) === text) ?? 30;

const inNumbers = (count: number): string => count.toLocaleString("en-GB");
const lines = (bars: readonly Bar[]) => bars.map(({ name, count }) => ({ name, count: inNumbers(count) }));

/** How a person's count compares with the middle one: nothing to say of one person, or where the middle is none. */
function againstMedian(bars: readonly Bar[]) {
  const median = medianOf(bars.map(({ count }) => count));
  return bars.map(({ name, count }) => ({
    name,
    count: inNumbers(count),
    times: bars.length < 2 || median === 0 ? "" : `${(count / median).toFixed(1)} times`,
  }));
}

/** The charts, each with its figures as a table. */
export function chartsPageView(
  charts: Charts,
  {
    days,
    organisations,
    reason,
    asker,
  }: {
    readonly days: number;
    readonly reason: string | undefined;
    readonly organisations: readonly { readonly id: number; readonly name: string }[];
    readonly asker: Caller;
  },
) {
  const levels = charts.byLevel.map(({ name, count }) => ({ name: LEVEL_WORDS[name] ?? name, count }));
  const hours = charts.byHour.filter(({ count }) => count > 0);
  const volume = charts.volume;
  const chosen = charts.organisation;
  const period = { from: charts.from, to: charts.to };
  return {
    pageTitle: "Patterns of use",
    tabs: tabsFor(asker, "charts"),
    reason: reason ?? "",
    whose: chosen?.name ?? "every organisation",
    from: sayTime(charts.from),
    to: sayTime(charts.to),
    periods: PERIODS.map((value) => ({ value, text: `${value} days`, selected: value === days })),
    organisations:
      organisations.length === 0
        ? []
        : [
            { value: "", text: "Every organisation", selected: chosen === null },
            ...organisations.map(({ id, name }) => ({
              value: String(id),
              text: name,
              selected: id === chosen?.id,
            })),
          ],
    ofOne: chosen !== null,
    levels: {
      drawing: levels.length === 0 ? "" : namedBars("Enquiries by level", levels),
      lines: lines(levels),
    },
    hours: {
      drawing: hours.length === 0 ? "" : hourBars("Enquiries by hour of day", charts.byHour),
      lines: lines(hours.map(({ name, count }) => ({ name: `${name}:00 to ${name}:59`, count }))),
    },
    people: {
      drawing:
        charts.byPerson.length === 0
          ? ""
          : namedBars("Enquiries by person, with the median as a line", charts.byPerson, { median: true }),
      lines: againstMedian(charts.byPerson),
      median: inNumbers(medianOf(charts.byPerson.map(({ count }) => count))),
    },
    refusals: {
      drawing: charts.refusals.length === 0 ? "" : namedBars("Refusals by rule", charts.refusals),
      lines: lines(charts.refusals),
    },
    volume: {
      drawings: MEASURES.map(([measure, caption]) => ({
        caption,
        drawing: dayBars(
          `${caption} by day`,
          volume.map((one) => ({ name: one.day, count: one[measure] })),
          period,
        ),
      })),
      lines: volume.map(({ day, enquiries, pages, exports }) => ({
        day: sayTime(`${day}T12:00:00Z`).short.replace(/ \d\d:.*$/, ""),
        enquiries: inNumbers(enquiries),
        pages: inNumbers(pages),
        exports: inNumbers(exports),
      })),
    },
  };
}
