import { barX, barY, rectY, ruleX, ruleY } from "@observablehq/plot";
import type { Bar, DayVolume } from "../../audit/work/charts.ts";
import { BAR_COLOUR, drawChart, MEDIAN_COLOUR } from "./draw.ts";

/** A line of the chart and the space under it. */
const LINE = 30;
const LONGEST_LABEL = 26;

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

/** Bars side by side for things with names, the first at the top; with the median as a line where it says something. */
export function namedBars(name: string, bars: readonly Bar[], options: { median?: boolean } = {}): string {
  // Two long names may be short alike; a bar each all the same.
  const rows = bars.map(({ count }, place) => ({ place, count }));
  return drawChart(name, {
    height: rows.length * LINE + 50,
    marginLeft: 200,
    marginRight: 24,
    x: { label: null, grid: true, ticks: 4, tickFormat: "d" },
    y: {
      label: null,
      type: "band",
      tickSize: 0,
      tickFormat: (place: number) => shorten(bars[place]?.name ?? ""),
    },
    marks: [
      barX(rows, { x: "count", y: "place", fill: BAR_COLOUR }),
      ...(options.median === true
        ? [
            ruleX([medianOf(bars.map(({ count }) => count))], {
              stroke: MEDIAN_COLOUR,
              strokeWidth: 2,
              strokeDasharray: "6,4",
            }),
          ]
        : []),
      ruleX([0]),
    ],
  });
}

/** A bar for each hour of the day. */
export const hourBars = (name: string, hours: readonly Bar[]): string =>
  drawChart(name, {
    height: 240,
    marginLeft: 50,
    x: {
      label: null,
      type: "band",
      tickFormat: (hour: string) => (Number(hour) % 3 === 0 ? hour : ""),
      tickSize: 0,
    },
    y: { label: null, grid: true, ticks: 4, tickFormat: "d" },
    marks: [barY(hours, { x: "name", y: "count", fill: BAR_COLOUR }), ruleY([0])],
  });

/** Three strips over the days of a period: enquiries, pages, exports. Days are `YYYY-MM-DD`. */
export function volumeBars(name: string, volume: readonly DayVolume[]): string {
  const rows = volume.flatMap(({ day, enquiries, pages, exports }) => [
    { day: new Date(day), what: "Enquiries", count: enquiries },
    { day: new Date(day), what: "Pages", count: pages },
    { day: new Date(day), what: "Exports", count: exports },
  ]);
  return drawChart(name, {
    height: 320,
    marginLeft: 50,
    marginRight: 90,
    x: { label: null, type: "utc", ticks: 5 },
    y: { label: null, grid: true, ticks: 2, tickFormat: "d" },
    fy: { label: null, domain: ["Enquiries", "Pages", "Exports"] },
    marks: [rectY(rows, { x: "day", interval: "day", y: "count", fy: "what", fill: BAR_COLOUR }), ruleY([0])],
  });
}
