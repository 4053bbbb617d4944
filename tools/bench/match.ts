import { measureMatchSet } from "../../src/match/measure.ts";
import type { Figure } from "./report.ts";

/** Size, build time and look-up time of the match set. */
export async function benchMatch(scale: { entries: number }): Promise<Figure[]> {
  const measured = measureMatchSet(scale.entries);
  return [
    { measure: "entries", value: measured.entries, unit: "entries" },
    { measure: "build", value: measured.buildMs / 1000, unit: "s", target: { atMost: 10 } },
    { measure: "memory", value: measured.bytes / 1e6, unit: "MB", target: { atMost: 160 } },
    {
      measure: "look-up, 2 % hits, p50",
      value: measured.lookupNs.p50,
      unit: "ns",
      target: { atMost: 1_000 },
      note: "means of 1,000",
    },
    {
      measure: "look-up, 2 % hits, p99",
      value: measured.lookupNs.p99,
      unit: "ns",
      target: { atMost: 1_000 },
    },
    {
      measure: "look-up with 1,000 patterns as well, p50",
      value: measured.lookupWithPatternsNs.p50,
      unit: "ns",
    },
    { measure: "removing an entry and adding another, p50", value: measured.changeNs.p50, unit: "ns" },
  ];
}
