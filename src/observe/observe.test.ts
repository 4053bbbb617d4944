import { describe, expect, it } from "vitest";
import { countedIntake, tally } from "./counted-intake.ts";
import { createEvents } from "./events.ts";
import { Health } from "./health.ts";
import { createLogger, printablePath } from "./log.ts";
import { createMetrics } from "./metrics.ts";

const SOURCE = {
  id: 7,
  name: "North cameras",
  organisation: 1,
  aggregator: false,
  positionUnit: "degrees",
  timeZone: "Europe/London",
  compoundReply: "array",
  nrd: null,
} as const;

const quiet = () => {
  const lines: string[] = [];
  return {
    lines,
    log: createLogger({ level: "info", destination: { write: (line: string) => void lines.push(line) } }),
  };
};

describe("the log", () => {
  it("prints neither secrets nor VRMs", () => {
    const { log, lines } = quiet();
    log.info({
      vrm: "AB12CDE",
      password: "p4ss",
      request: { headers: { authorization: "Bearer t0ken", "set-cookie": "c00kie" } },
    });
    expect(lines.join()).not.toMatch(/AB12CDE|p4ss|t0ken|c00kie/);
  });

  it("prints no query and no secret path key", () => {
    expect(printablePath("/v1/nrds?search=AB12CDE")).toBe("/v1/nrds");
    expect(printablePath("/feeds/hikvision/s3cret/more")).toBe("/feeds/hikvision/[secret]");
  });
});

describe("the metrics", () => {
  it("count reads by the group, by verdict, code and protocol", async () => {
    const metrics = createMetrics();
    const events = createEvents(metrics, quiet().log);
    const outcomes = [
      { verdict: "stored", readId: "1-1" },
      { verdict: "stored", readId: "1-2" },
      { verdict: "quarantined", code: "CLOCK_SKEW", quarantineId: "3" },
    ] as const;
    expect(tally(outcomes)).toHaveLength(2);
    const intake = countedIntake(
      { take: async () => outcomes, takeImage: async () => undefined },
      "native",
      events,
    );
    await intake.take([], SOURCE);
    metrics.watch({ readsInFlight: () => 42, matchEntries: () => 5, nrds: () => 1 });
    const text = await metrics.registry.metrics();
    expect(text).toContain('waywarden_reads_total{protocol="native",verdict="stored",code=""} 2');
    expect(text).toContain('waywarden_quarantined_total{code="CLOCK_SKEW"} 1');
    expect(text).toContain("waywarden_reads_in_flight 42");
    expect(text.match(/^# TYPE (\S+)/gm)?.every((line) => line.startsWith("# TYPE waywarden_"))).toBe(true);
  });
});

describe("readiness", () => {
  it("waits for the start, and fails with the store that does not answer", async () => {
    const never = { name: "archive", check: () => new Promise<void>(() => undefined) };
    const health = new Health([{ name: "images", check: async () => undefined }, never], {
      timeoutMs: 5,
      freshMs: 0,
    });
    expect((await health.readiness()).state).toBe("starting");
    health.up();
    const { ready, checks } = await health.readiness();
    expect(ready).toBe(false);
    expect(checks.map(({ ok }) => ok)).toEqual([true, false]);
    expect(checks[1]?.detail).toBe("no answer within 5 ms");
  });
});
