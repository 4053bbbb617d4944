import { barX, barY, rectY, ruleX, ruleY } from "@observablehq/plot";
import type { Bar } from "../../oversight/charts.ts";
import { BAR_COLOUR, drawChart, MEDIAN_COLOUR } from "./draw.ts";

/** A bar and the space under it. */
const LINE = 30;
const LONGEST_LABEL = 22;

const shorten = (label: string): string =>
  label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;

/** The middle of some counts: half of them are no more than it. */
export function medianOf(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  if (high === undefined) return 0;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}

/** An axis for counts: from 0, and no ticks between whole numbers. */
function countAxis(counts: readonly number[]) {
  const most = Math.max(1, ...counts);
  return { label: null, grid: true, domain: [0, most], ticks: Math.min(4, most), tickFormat: ",d" };
}

/** Bars side by side for things with names, the first at the top; with the median as a line where it says something. */
export function namedBars(name: string, bars: readonly Bar[], options: { median?: boolean } = {}): string {
  // Two long names may be short alike; a bar each all the same.
  const rows = bars.map(({ count }, place) => ({ place, count }));
  const counts = bars.map(({ count }) => count);
  const median = { stroke: MEDIAN_COLOUR, strokeWidth: 2, strokeDasharray: "6,4" };
  return drawChart(name, {
    height: rows.length * LINE + 50,
    marginLeft: 168,
    marginRight: 20,
    x: countAxis(counts),
    y: {
      label: null,
      type: "band",
      tickSize: 0,
      tickFormat: (place: number) => shorten(bars[place]?.name ?? ""),
    },
    marks: [
      barX(rows, { x: "count", y: "place", fill: BAR_COLOUR }),
      ...(options.median === true ? [ruleX([medianOf(counts)], median)] : []),
      ruleX([0]),
    ],
  });
}

/** A bar for each hour of the day. */
export const hourBars = (name: string, hours: readonly Bar[]): string =>
  drawChart(name, {
    height: 220,
    marginLeft: 50,
    x: {
      label: null,
      type: "band",
      tickFormat: (hour: string) => (Number(hour) % 3 === 0 ? hour : ""),
      tickSize: 0,
    },
    y: countAxis(hours.map(({ count }) => count)),
    marks: [barY(hours, { x: "name", y: "count", fill: BAR_COLOUR }), ruleY([0])],
  });

const DAY_AND_MONTH = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** A bar for each day of a period that has any; bars are named `YYYY-MM-DD`. */
export const dayBars = (
  name: string,
  days: readonly Bar[],
  period: { readonly from: Date; readonly to: Date },
): string =>
  drawChart(name, {
    height: 130,
    marginLeft: 50,
    marginRight: 24,
    x: {
      label: null,
      type: "utc",
      domain: [period.from, period.to],
      ticks: 4,
      tickFormat: (day: Date) => DAY_AND_MONTH.format(day),
    },
    y: { ...countAxis(days.map(({ count }) => count)), ticks: 1 },
    marks: [
      rectY(
        days.map((bar) => ({ day: new Date(bar.name), count: bar.count })),
        { x: "day", interval: "day", y: "count", fill: BAR_COLOUR, insetLeft: 0, insetRight: 0 },
      ),
      ruleY([0]),
    ],
  });
