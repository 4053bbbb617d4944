import { describe, expect, it } from "vitest";
import type { Decoded } from "../read/capture.ts";
import type { Nrd } from "../read/nrd.ts";
import type { FeedSource } from "../source/feed-source.ts";
import type { Outcome } from "./outcome.ts";
import { LostReads, type LostReadCount } from "./lost-reads.ts";

const NRD = { id: 5, organisation: 1 } as Nrd;
const SOURCE: FeedSource = {
  id: 7,
  name: "North cameras",
  organisation: 1,
  aggregator: false,
  positionUnit: "degrees",
  timeZone: "Europe/London",
  compoundReply: "array",
  nrd: null,
};
const ONE = { kind: "id", id: 5 } as const;
const read = (captured: number): Decoded => ({
  capture: { nrd: ONE, vrm: "AB12CDE", captured, timeQuality: "utc" },
});
const refused = (code: "CAPTURED_BEYOND_RETENTION" | "CAPTURED_INVALID"): Outcome => ({
  verdict: "refused",
  code,
  path: "captured",
  message: "No.",
});
const stored: Outcome = { verdict: "stored", readId: "5-1" };

function counting() {
  const kept: LostReadCount[] = [];
  const state = { now: Date.parse("2026-11-22T08:50:00Z"), away: false };
  const store = {
    add: async (counts: readonly LostReadCount[]) => {
      if (state.away) throw new Error("away");
      kept.push(...counts);
    },
    forget: async () => 0,
    losing: async () => [],
  };
  const nrds = { find: ({ kind }: { kind: string }) => (kind === "id" ? NRD : undefined) };
  return { kept, state, lost: new LostReads(store, nrds, () => state.now) };
}

describe("reads that a camera loses", () => {
  it("are counted by code, with when it began and the year of its clock; stored ones are not", async () => {
    const { kept, state, lost } = counting();
    lost.note(SOURCE, [read(0), read(state.now)], [refused("CAPTURED_BEYOND_RETENTION"), stored]);
    state.now += 60_000;
    lost.note(SOURCE, [read(0)], [refused("CAPTURED_BEYOND_RETENTION")]);
    lost.note(SOURCE, [read(0)], [{ verdict: "quarantined", code: "CLOCK_SKEW", quarantineId: "1" }]);
    await lost.write();
    expect(kept).toMatchObject([
      {
        nrd: 5,
        code: "CAPTURED_BEYOND_RETENTION",
        count: 2,
        year: 1970,
        firstAt: new Date("2026-11-22T08:50:00Z"),
        lastAt: new Date("2026-11-22T08:51:00Z"),
      },
      { nrd: 5, code: "CLOCK_SKEW", count: 1 },
    ]);
  });

  it("are counted where the message could be read as far as its camera, or the source has but one", async () => {
    const { kept, lost } = counting();
    const refusal = { code: "CAPTURED_INVALID", path: "captured", message: "No." } as const;
    lost.note(SOURCE, [{ refusal, nrd: ONE }], [refused("CAPTURED_INVALID")]);
    lost.note({ ...SOURCE, nrd: 5 }, [{ refusal }], [refused("CAPTURED_INVALID")]);
    lost.note(SOURCE, [{ refusal }], [refused("CAPTURED_INVALID")]);
    await lost.write();
    expect(kept).toMatchObject([{ nrd: 5, count: 2, year: null }]);
  });

  it("are nobody else's to count: a source fills no other organisation's page, unless it sends for all", async () => {
    const { kept, lost } = counting();
    lost.note({ ...SOURCE, organisation: 2 }, [read(0)], [refused("CAPTURED_INVALID")]);
    await lost.write();
    expect(kept).toEqual([]);
    lost.note({ ...SOURCE, organisation: 2, aggregator: true }, [read(0)], [refused("CAPTURED_INVALID")]);
    await lost.write();
    expect(kept).toHaveLength(1);
  });

  it("are kept until the store takes them", async () => {
    const { kept, state, lost } = counting();
    state.away = true;
    lost.note(SOURCE, [read(0)], [refused("CAPTURED_INVALID")]);
    await expect(lost.write()).rejects.toThrow("away");
    state.away = false;
    state.now += 60_000;
    lost.note(SOURCE, [read(0)], [refused("CAPTURED_INVALID")]);
    await lost.write();
    expect(kept).toMatchObject([{ count: 2, firstAt: new Date("2026-11-22T08:50:00Z") }]);
  });
});
