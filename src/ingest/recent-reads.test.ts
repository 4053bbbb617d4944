import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecentReads } from "./recent-reads.ts";

const START = Date.UTC(2026, 10, 22);
const EMPTY = { marks: new Map<number, number>(), unknownBefore: -Infinity };
const memory = (capacity = 1024, highWater = EMPTY) => new RecentReads(capacity, highWater);

describe("RecentReads", () => {
  it("calls the first read of an NRD new and its repeat stored once durable", () => {
    const recent = memory();
    const claim = recent.claim(7, START + 1, "AB51ABC", 1);
    expect(claim).toMatchObject({ kind: "new", n: 0 });
    expect(recent.claim(7, START + 1, "AB51ABC", 2)).toEqual({ kind: "in-flight", ticket: 1 });
    recent.settle((claim as { slot: number }).slot, true);
    expect(recent.claim(7, START + 1, "AB51ABC", 3)).toEqual({ kind: "stored", n: 0 });
  });

  it("numbers two vehicles at one NRD in one millisecond", () => {
    const recent = memory();
    recent.claim(7, START + 1, "AB51ABC", 1);
    expect(recent.claim(7, START + 1, "CD52DEF", 1)).toMatchObject({ n: 1 });
  });

  it("has no number for more vehicles of one NRD and millisecond than its node may tell apart", () => {
    const recent = new RecentReads(1024, EMPTY, 32, 32);
    for (let i = 0; i < 32; i++)
      expect(recent.claim(7, START + 1, `AB51${i}`, 1)).toMatchObject({ kind: "new", n: 32 + i });
    expect(recent.claim(7, START + 1, "CD52DEF", 1)).toEqual({ kind: "crowded" });
    expect(recent.claim(7, START + 1, "AB510", 2)).toMatchObject({ kind: "in-flight" });
    expect(recent.claim(7, START + 2, "CD52DEF", 1)).toMatchObject({ kind: "new", n: 32 });
    const alone = memory();
    for (let i = 0; i < 256; i++) alone.claim(7, START + 1, `AB51${i}`, 1);
    expect(alone.claim(7, START + 1, "CD52DEF", 1)).toEqual({ kind: "crowded" });
  });

  it("gives another number where the archive has the first, and counts no other node's", () => {
    const recent = new RecentReads(1024, { marks: new Map([[7, START + 9]]), unknownBefore: 0 }, 0, 32);
    const claim = recent.claim(7, START + 1, "AB51ABC", 1) as { slot: number };
    const key = { nrd: 7, captured: START + 1 };
    expect(recent.renumber(claim.slot, key, [0, 1, 40])).toBe(2);
    recent.confirm(claim.slot, 40);
    expect(recent.claim(7, START + 1, "CD52DEF", 1)).toMatchObject({ kind: "unsure", n: 0 });
    expect(recent.renumber(claim.slot, key, [31])).toBeNull();
  });

  it("is unsure of a read captured before anything it remembers", () => {
    const recent = memory(1024, { marks: new Map([[7, START - 1000]]), unknownBefore: START - 5000 });
    expect(recent.claim(7, START - 2000, "AB51ABC", 1)).toMatchObject({ kind: "unsure" });
    expect(recent.claim(7, START - 500, "AB51ABC", 1)).toMatchObject({ kind: "new" });
    expect(recent.claim(8, START - 4000, "AB51ABC", 1)).toMatchObject({ kind: "new" });
    expect(recent.claim(9, START - 6000, "AB51ABC", 1)).toMatchObject({ kind: "unsure" });
  });

  it("is unsure of a read whose write failed, and then keeps the number the archive says", () => {
    const recent = memory();
    const first = recent.claim(7, START + 1, "AB51ABC", 1) as { slot: number };
    recent.settle(first.slot, false);
    const second = recent.claim(7, START + 1, "AB51ABC", 2);
    expect(second).toMatchObject({ kind: "unsure" });
    const { slot } = second as { slot: number };
    recent.confirm(slot, 3);
    recent.settle(slot, true);
    expect(recent.claim(7, START + 1, "AB51ABC", 3)).toEqual({ kind: "stored", n: 3 });
  });

  it("forgets the oldest reads when full, and says so by being unsure of them", () => {
    const recent = memory(64);
    let now = START;
    for (let i = 0; i < 1000; i++) {
      now += 100_000;
      const claim = recent.claim(7, now, "AB51ABC", 1) as { slot: number };
      recent.settle(claim.slot, true);
    }
    expect(recent.claim(7, START + 100_000, "AB51ABC", 1)).toMatchObject({ kind: "unsure" });
    expect(recent.claim(7, now, "AB51ABC", 1)).toMatchObject({ kind: "stored" });
  });

  it("never calls a stored read new, and never a new read stored", () => {
    const offers = fc.array(
      fc.record({
        nrd: fc.integer({ min: 1, max: 3 }),
        captured: fc.integer({ min: START - 100, max: START + 100 }),
        vrm: fc.constantFrom("AB51ABC", "CD52DEF", "A1"),
      }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(offers, fc.constantFrom(16, 64, 4096), (reads, capacity) => {
        const recent = memory(capacity);
        const archive = new Set<string>();
        for (const { nrd, captured, vrm } of reads) {
          const key = `${nrd}/${captured}/${vrm}`;
          const claim = recent.claim(nrd, captured, vrm, 1);
          if (claim.kind === "stored") expect(archive.has(key)).toBe(true);
          if (claim.kind === "new") expect(archive.has(key)).toBe(false);
          if ("slot" in claim) recent.settle(claim.slot, true);
          archive.add(key);
        }
      }),
    );
  });
});
