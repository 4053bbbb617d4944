import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWithin } from "../read/position.ts";
import type { MatchEntry, MatchRead, Scope } from "./match-entry.ts";
import { MatchSet } from "./match-set.ts";

const anEntry = (over: Partial<MatchEntry> = {}): MatchEntry => ({
  id: 1,
  vrm: "AB12CDE",
  validFrom: null,
  validUntil: null,
  scope: null,
  ...over,
});
const aRead = (over: Partial<MatchRead> = {}): MatchRead => ({
  vrm: "AB12CDE",
  nrd: 1,
  captured: 1000,
  position: { lat: 52, lon: -1 },
  ...over,
});

/** The plainest thing that could be right. */
function naiveMatch(entries: Iterable<MatchEntry>, read: MatchRead): number[] {
  return [...entries]
    .filter(({ vrm, validFrom, validUntil, scope }) => {
      const regex = new RegExp(`^${vrm.replaceAll("?", ".").replaceAll("*", ".*")}$`);
      const inScope =
        scope === null ||
        ("nrds" in scope ? scope.nrds.includes(read.nrd) : isWithin(scope.area, read.position));
      const inWindow = read.captured >= (validFrom ?? -Infinity) && read.captured < (validUntil ?? Infinity);
      return regex.test(read.vrm) && inScope && inWindow;
    })
    .map(({ id }) => id)
    .sort((a, b) => a - b);
}

describe("MatchSet", () => {
  it("finds every entry of a VRM, exact or pattern, each once", () => {
    const set = new MatchSet();
    set.add(anEntry({ id: 1 }));
    set.add(anEntry({ id: 2 }));
    set.add(anEntry({ id: 3, vrm: "AB12???" }));
    set.add(anEntry({ id: 4, vrm: "*B*2*" }));
    set.add(anEntry({ id: 5, vrm: "AB12CDF" }));
    expect([...set.match(aRead())].sort((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    expect(set.match(aRead({ vrm: "ZZ99ZZZ" }))).toEqual([]);
    expect([set.size, set.patterns]).toEqual([5, 2]);
  });

  it("counts an entry once whose pattern fits in several ways", () => {
    const set = new MatchSet();
    set.add(anEntry({ id: 9, vrm: "*AA*" }));
    expect(set.match(aRead({ vrm: "AAAAA" }))).toEqual([9]);
  });

  it("never takes a look-alike for a match: O is not 0", () => {
    const set = new MatchSet();
    set.add(anEntry({ vrm: "OO10OOO" }));
    expect(set.match(aRead({ vrm: "0010000" }))).toEqual([]);
  });

  it("judges a window at the read's capture time", () => {
    const set = new MatchSet();
    set.add(anEntry({ validFrom: 1000, validUntil: 2000 }));
    const at = (captured: number): number => set.match(aRead({ captured })).length;
    expect([999, 1000, 1999, 2000].map(at)).toEqual([0, 1, 1, 0]);
  });

  it("sees an entry, and its removal, with the next read", () => {
    const set = new MatchSet();
    set.add(anEntry());
    expect(set.match(aRead())).toEqual([1]);
    expect(set.remove(1, "AB12CDE")).toBe(true);
    expect(set.match(aRead())).toEqual([]);
    expect(set.remove(1, "AB12CDE")).toBe(false);
  });

  it("replaces an entry that is added again, also under another VRM or as a pattern", () => {
    const set = new MatchSet();
    expect(set.add(anEntry()).kind).toBe("added");
    expect(set.add(anEntry({ scope: { nrds: [7] } })).kind).toBe("replaced");
    expect(set.match(aRead())).toEqual([]);
    expect(set.add(anEntry({ vrm: "XY99ZZZ" })).kind).toBe("replaced");
    expect(set.match(aRead({ nrd: 7 }))).toEqual([]);
    expect(set.match(aRead({ vrm: "XY99ZZZ" }))).toEqual([1]);
    expect(set.add(anEntry({ vrm: "XY9?*" })).kind).toBe("replaced");
    expect(set.match(aRead({ vrm: "XY91" }))).toEqual([1]);
    expect(set.size).toBe(1);
  });

  it("removes an entry even where the caller has its VRM wrong", () => {
    const set = new MatchSet();
    set.add(anEntry({ id: 0 }));
    set.add(anEntry({ id: 2 ** 32 - 1 }));
    expect(set.remove(0, "not a VRM")).toBe(true);
    expect(set.match(aRead())).toEqual([2 ** 32 - 1]);
  });

  it("refuses what cannot be matched, with a reason, and keeps the entry as it was", () => {
    const set = new MatchSet();
    set.add(anEntry());
    expect(set.add(anEntry({ vrm: "ab12 cde" }))).toMatchObject({ kind: "refused", code: "VRM_INVALID" });
    expect(set.add(anEntry({ vrm: "" }))).toMatchObject({ kind: "refused", code: "VRM_INVALID" });
    expect(set.add(anEntry({ vrm: "A*" }))).toMatchObject({ kind: "refused", code: "PATTERN_TOO_WIDE" });
    expect(set.match(aRead())).toEqual([1]);
    expect(() => set.add(anEntry({ id: -1 }))).toThrow(RangeError);
    expect(() => set.add(anEntry({ id: 2 ** 32 }))).toThrow(RangeError);
  });

  it("builds beside the old content and says what it refused", () => {
    const set = new MatchSet();
    set.add(anEntry({ id: 8 }));
    const result = set.build(
      [anEntry({ id: 1 }), anEntry({ id: 2, vrm: "*" }), anEntry({ id: 1, vrm: "A1" })],
      3,
    );
    expect(result).toMatchObject({ added: 1, replaced: 1, refused: 1, refusals: [{ id: 2 }] });
    expect(set.match(aRead())).toEqual([]);
    expect(set.match(aRead({ vrm: "A1" }))).toEqual([1]);
  });

  it("keeps its content when the source of a build fails", () => {
    const set = new MatchSet();
    set.add(anEntry({ id: 8 }));
    const source = function* (): Generator<MatchEntry> {
      yield anEntry({ id: 1 });
      throw new Error("the database went away");
    };
    expect(() => set.build(source())).toThrow("went away");
    expect(set.match(aRead())).toEqual([8]);
  });

  it("gives the same answers to the next read after one that matched", () => {
    const set = new MatchSet();
    set.add(anEntry());
    const first = set.match(aRead());
    expect(set.match(aRead({ vrm: "ZZ1" }))).toEqual([]);
    expect(first).toEqual([1]);
  });

  const vrm = fc.stringMatching(/^[A1]{1,5}$/);
  const pattern = fc.stringMatching(/^[A1?*]{1,5}$/);
  const time = fc.option(fc.nat(5));
  const scope = fc.option(
    fc.constantFrom<Scope>(
      { nrds: [1] },
      { nrds: [2, 3] },
      { area: { kind: "circle", centre: { lat: 52, lon: -1 }, radiusMetres: 1000 } },
    ),
  );
  const entry = fc.record({
    id: fc.nat(40),
    vrm: fc.oneof(vrm, pattern),
    validFrom: time,
    validUntil: time,
    scope,
  });
  const read = fc.record({
    vrm,
    nrd: fc.integer({ min: 1, max: 3 }),
    captured: fc.nat(5),
    position: fc.constantFrom({ lat: 52, lon: -1 }, { lat: 53, lon: -1 }),
  });
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: entry }) },
    { weight: 1, arbitrary: fc.record({ remove: fc.nat(40), trueVrm: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ read }) },
  );

  it("agrees with the naive model through any adding, removing and matching", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const set = new MatchSet({ minFixed: 1 });
        const model = new Map<number, MatchEntry>();
        for (const step of steps) {
          if ("read" in step) {
            const found = [...set.match(step.read)].sort((a, b) => a - b);
            expect(found).toEqual(naiveMatch(model.values(), step.read));
          } else if ("add" in step) {
            const result = set.add(step.add);
            if (result.kind === "refused") expect(step.add.vrm).not.toMatch(/[A1]/);
            else {
              expect(result.kind).toBe(model.has(step.add.id) ? "replaced" : "added");
              model.set(step.add.id, step.add);
            }
          } else {
            const held = model.get(step.remove);
            expect(set.remove(step.remove, step.trueVrm && held ? held.vrm : "A1")).toBe(held !== undefined);
            model.delete(step.remove);
          }
          expect(set.size).toBe(model.size);
        }
      }),
      { numRuns: 500 },
    );
  });
});
