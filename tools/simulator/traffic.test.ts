import { describe, expect, it } from "vitest";
import { metresBetween } from "../../src/read/position.ts";
import { demoEstate } from "./estate/demo-estate.ts";
import { buildNetwork } from "./network.ts";
import { trafficBatches } from "./prepare.ts";
import { hourShare } from "./shape.ts";
import { nativeRead, type NativeRead, type SimulatedRead } from "./simulated-read.ts";
import { Traffic } from "./traffic.ts";
import type { TruthLine } from "./truth.ts";

const estate = demoEstate();
const network = buildNetwork(estate);
const MONDAY = Date.UTC(2026, 10, 23);
const HOUR = 3_600_000;
const position = (read: SimulatedRead) => ({ lat: read.nrd.latitude, lon: read.nrd.longitude });

function day(dailyReads: number): { reads: SimulatedRead[]; truth: TruthLine[] } {
  const truth: TruthLine[] = [];
  const onTruth = (line: TruthLine): void => void truth.push(line);
  const traffic = new Traffic({ network, seed: 5, start: MONDAY, dailyReads, steady: false, onTruth });
  return { reads: [...traffic.until(MONDAY + 24 * HOUR)], truth };
}
const { reads, truth } = day(120_000);

describe("a simulated Monday", () => {
  it("has the reads asked for, in the shape of a weekday", () => {
    expect(reads.length).toBeGreaterThan(0.85 * 120_000);
    expect(reads.length).toBeLessThan(1.15 * 120_000);
    const ratio = (hour: number): number => {
      const seen = reads.filter((read) => Math.floor((read.passed - MONDAY) / HOUR) === hour).length;
      return seen / (120_000 * hourShare(MONDAY + hour * HOUR));
    };
    for (let hour = 7; hour < 19; hour++) expect(Math.abs(ratio(hour) - 1)).toBeLessThan(0.12);
    // Long drives of the evening are not called back when volume falls, so the quiet hours run high.
    for (const hour of [0, 1, 2, 3, 4, 5, 6, 19, 20, 21, 22, 23]) {
      expect(ratio(hour)).toBeGreaterThan(0.8);
      expect(ratio(hour)).toBeLessThan(1.8);
    }
  });

  it("is delivered in order", () => {
    for (let at = 1; at < reads.length; at++)
      expect(reads[at]?.deliver).toBeGreaterThanOrEqual(reads[at - 1]?.deliver as number);
  });

  it("moves no vehicle faster than roads allow, save under a cloned mark", () => {
    const last = new Map<number, SimulatedRead>();
    const faster: number[] = [];
    for (const read of [...reads].sort((a, b) => a.passed - b.passed)) {
      if (read.faults.includes("clone")) continue;
      const before = last.get(read.vehicle.index);
      last.set(read.vehicle.index, read);
      if (before === undefined) continue;
      const hours = (read.passed - before.passed) / HOUR;
      const kilometres = metresBetween(position(before), position(read)) / 1000;
      if (kilometres > 1 && kilometres / hours > 150) faster.push(kilometres / hours);
    }
    expect(faster).toEqual([]);
  });

  it("misreads a few in a hundred, and never a plate as itself", () => {
    const wrong = reads.filter((read) => read.faults.includes("misread"));
    expect(wrong.length / reads.length).toBeGreaterThan(0.015);
    expect(wrong.length / reads.length).toBeLessThan(0.06);
    expect(wrong.every((read) => read.sent !== read.vehicle.mark.vrm)).toBe(true);
    const right = reads.filter(
      (read) => !read.faults.includes("misread") && !read.faults.includes("no-read"),
    );
    expect(right.every((read) => read.sent === read.vehicle.mark.vrm)).toBe(true);
  });

  it("sends one in some seventy twice, within three seconds", () => {
    const again = reads.filter((read) => read.faults.includes("duplicate"));
    expect(again.length / reads.length).toBeGreaterThan(0.008);
    expect(again.length / reads.length).toBeLessThan(0.025);
  });

  it("writes down the truth of every read and of every planted thing", () => {
    const lines = truth.filter((line) => line.kind === "read");
    expect(lines.map((line) => `${line.sent} ${line.truth} ${line.journey}`)).toEqual(
      reads.map((read) => `${read.sent} ${read.vehicle.mark.vrm} ${read.journey}`),
    );
    const kinds = new Set(truth.map((line) => line.kind));
    for (const kind of ["clone", "convoy", "dead-camera", "clock-drift", "late-batch"])
      expect(kinds).toContain(kind);
  });

  it("lets a dead camera say nothing", () => {
    for (const line of truth) {
      if (line.kind !== "dead-camera") continue;
      const said = reads.filter(
        ({ nrd, passed, faults }) =>
          nrd.feed === line.nrd.feed &&
          nrd.source === line.nrd.source &&
          nrd.camera === line.nrd.camera &&
          !faults.includes("duplicate") &&
          passed >= Date.parse(line.from) &&
          passed < Date.parse(line.to),
      );
      expect(said).toEqual([]);
    }
  });

  it("keeps convoys together", () => {
    const convoys = truth.filter((line) => line.kind === "convoy");
    const byJourney = new Map<number, SimulatedRead[]>();
    for (const read of reads) byJourney.set(read.journey, [...(byJourney.get(read.journey) ?? []), read]);
    for (const convoy of convoys) {
      const [leader = [], ...followers] = convoy.journeys.map((journey) => byJourney.get(journey) ?? []);
      for (const read of leader)
        for (const other of followers.flat())
          if (position(other).lat === position(read).lat && position(other).lon === position(read).lon)
            expect(Math.abs(other.passed - read.passed)).toBeLessThan(480_000);
    }
  });
});

describe("traffic", () => {
  it("is the same for the same seed and another for another", () => {
    const hour = (seed: number): NativeRead[] =>
      [
        ...trafficBatches({
          seed,
          estate,
          from: MONDAY + 8 * HOUR,
          to: MONDAY + 8.2 * HOUR,
          dailyReads: 100_000,
        }),
      ].flat();
    const first = hour(1);
    expect(first.length).toBeGreaterThan(500);
    expect(hour(1)).toEqual(first);
    expect(hour(2)).not.toEqual(first);
  });

  it("keeps its rate from the first minute when it is live, whatever the hour", () => {
    for (const at of [3.5 * HOUR, 8 * HOUR]) {
      const traffic = new Traffic({
        network,
        seed: 1,
        start: MONDAY + at,
        dailyReads: 20 * 86_400,
        steady: true,
      });
      const counts = Array.from(
        { length: 8 },
        (_, minute) => [...traffic.until(MONDAY + at + (minute + 1) * 60_000)].length,
      );
      for (const count of counts) {
        expect(count / 60).toBeGreaterThan(15);
        expect(count / 60).toBeLessThan(26);
      }
    }
  });

  it("shows watched vehicles soon and often, and never in two places", () => {
    const watch = Array.from({ length: 40 }, (_, at) => `KX${10 + at}DEM`);
    const start = MONDAY + 3 * HOUR;
    const traffic = new Traffic({
      network,
      seed: 1,
      start,
      dailyReads: 50 * 86_400,
      steady: true,
      watch,
      watchGap: [5, 12],
    });
    const seen = [...traffic.until(start + 10 * 60_000)].filter((read) => read.faults.includes("watched"));
    expect((seen[0] as SimulatedRead).passed - start).toBeLessThanOrEqual(10_000);
    expect(seen.length).toBeGreaterThan(600 / 16);
    expect(seen.length).toBeLessThan(600 / 4);
    expect(new Set(seen.map((read) => read.vehicle.mark.vrm)).size).toBeGreaterThan(5);
    expect(nativeRead(seen[0] as SimulatedRead).nrd.feed).toBeGreaterThan(0);
  });
});
