import { describe, expect, it } from "vitest";
import { dayBars, hourBars, medianOf, namedBars } from "./bars.ts";

const hours = Array.from({ length: 24 }, (_, hour) => ({ name: String(hour).padStart(2, "0"), count: hour }));
const names = [
  { name: "investigator", count: 31 },
  { name: '<script>alert("x")</script>', count: 4 },
];
const days = [
  { name: "2026-10-10", count: 3 },
  { name: "2026-10-11", count: 1 },
];
const period = { from: new Date("2026-10-01"), to: new Date("2026-10-31") };

describe("a chart", () => {
  const all = {
    hours: hourBars("Enquiries by hour", hours),
    names: namedBars("Enquiries by person", names, { median: true }),
    days: dayBars("Enquiries by day", days, period),
    one: namedBars("One", [{ name: "major", count: 1 }]),
    nothing: namedBars("Nothing", []),
  };

  it("is one named image, without a style that our pages would refuse", () => {
    for (const [what, svg] of Object.entries(all)) {
      expect(svg, what).toMatch(/^<svg [^>]*role="img"/);
      expect(svg, what).not.toMatch(/<style|style=|<script|NaN/);
      expect(svg.match(/aria-label/g), what).toHaveLength(1);
    }
  });

  it("has a bar for every figure, and escapes what people call themselves", () => {
    expect(all.hours.match(/<rect/g)).toHaveLength(24);
    expect(all.names.match(/<rect/g)).toHaveLength(2);
    expect(all.days.match(/<rect/g)).toHaveLength(2);
    expect(all.names).toContain("&lt;script");
    expect(all.names).toContain("stroke-dasharray");
  });
});

it("the median is the middle of the counts", () => {
  expect([[], [4], [1, 9, 2], [1, 3], [5, 1, 4, 2]].map((counts) => medianOf(counts))).toEqual([
    0, 4, 2, 2, 3,
  ]);
});
