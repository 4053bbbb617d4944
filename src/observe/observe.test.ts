import { describe, expect, it } from "vitest";
import { countedIntake, tally } from "./counted-intake.ts";
import { StoreGone } from "../errors.ts";
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

describe("a store that is away", () => {
  it("is one error line with its cause, then one a minute that says how many were kept back", () => {
    const { log, lines } = quiet();
    let now = 0;
    const events = createEvents(createMetrics(), log, () => now);
    const refuse = (row: number) =>
      events.problemAnswered({
        code: "ARCHIVE_BUSY",
        status: 503,
        path: "/feeds/native",
        requestId: `r${row}`,
        cause: new Error("could not be stored", { cause: new StoreGone(`no answer within ${row} ms`) }),
      });
    for (let row = 0; row < 1_000; row++) refuse(row);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: 50,
      event: "unavailable",
      code: "ARCHIVE_BUSY",
    });
    expect(lines[0]).toContain("no answer within 0 ms");
    events.messageRefused({
      protocol: "native",
      source: 7,
      code: "LOG_UNAVAILABLE",
      status: 503,
      cause: new Error("The log waits."),
    });
    expect(lines).toHaveLength(2);
    now += 60_000;
    refuse(1);
    expect(JSON.parse(lines[2] ?? "")).toMatchObject({ event: "unavailable", keptBack: 999 });
  });
});

describe("readiness", () => {
  it("is a line of the log when it changes, and no other time", async () => {
    const { log, lines } = quiet();
    const events = createEvents(createMetrics(), log);
    let broken = true;
    const check = async (): Promise<void> => {
      if (broken) throw new Error("No space left on device");
    };
    const health = new Health([{ name: "archive", check }], {
      freshMs: 0,
      changed: (readiness) => events.readinessChanged(readiness),
    });
    health.up();
    await health.readiness();
    await health.readiness();
    broken = false;
    await health.readiness();
    const said = lines.map((line) => JSON.parse(line) as { level: number; ready: boolean });
    expect(said.map(({ level, ready }) => [level, ready])).toEqual([
      [50, false],
      [30, true],
    ]);
    expect(lines[0]).toContain("No space left on device");
  });

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
