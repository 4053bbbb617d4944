import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Conditions, UNCONDITIONAL } from "./conditions.ts";
import type { MatchRead, Scope } from "./match-entry.ts";

const aRead = (over: Partial<MatchRead> = {}): MatchRead => ({
  vrm: "AB12CDE",
  nrd: 1,
  captured: 1000,
  position: { lat: 52, lon: -1 },
  ...over,
});

describe("Conditions", () => {
  it("keeps nothing for what applies always and everywhere", () => {
    const conditions = new Conditions();
    expect(conditions.take({ validFrom: null, validUntil: null, scope: null })).toBe(UNCONDITIONAL);
    expect(conditions.size).toBe(0);
    expect(conditions.holds(UNCONDITIONAL, aRead())).toBe(true);
  });

  it("judges a window to the millisecond: from its first to before its last", () => {
    const conditions = new Conditions();
    const window = conditions.take({ validFrom: 1000, validUntil: 2000, scope: null });
    const at = (captured: number): boolean => conditions.holds(window, aRead({ captured }));
    expect([999, 1000, 1999, 2000].map(at)).toEqual([false, true, true, false]);
  });

  it("applies a scope to its NRDs, or to its ground, only", () => {
    const conditions = new Conditions();
    const take = (scope: Scope): number => conditions.take({ validFrom: null, validUntil: null, scope });
    const nrds = take({ nrds: [3, 1] });
    const area = take({ area: { kind: "circle", centre: { lat: 52, lon: -1 }, radiusMetres: 500 } });
    const nowhere = take({ nrds: [] });
    expect(conditions.holds(nrds, aRead({ nrd: 3 }))).toBe(true);
    expect(conditions.holds(nrds, aRead({ nrd: 2 }))).toBe(false);
    expect(conditions.holds(area, aRead({ position: { lat: 52.001, lon: -1 } }))).toBe(true);
    expect(conditions.holds(area, aRead({ position: { lat: 52.01, lon: -1 } }))).toBe(false);
    expect(conditions.holds(nowhere, aRead())).toBe(false);
  });

  it("shares equal conditions, whatever the order of their NRDs", () => {
    const conditions = new Conditions();
    const first = conditions.take({ validFrom: 5, validUntil: null, scope: { nrds: [2, 1] } });
    expect(conditions.take({ validFrom: 5, validUntil: null, scope: { nrds: [1, 2, 2] } })).toBe(first);
    expect(conditions.size).toBe(1);
  });

  it("lets go of a scope with the last condition that uses it", () => {
    const conditions = new Conditions();
    const entry = { validFrom: 5, validUntil: null, scope: { nrds: [1] } };
    const taken = [
      conditions.take(entry),
      conditions.take(entry),
      conditions.take({ ...entry, validFrom: 6 }),
    ];
    expect(conditions.scopes).toBe(1);
    for (const index of taken) conditions.release(index);
    expect(conditions.scopes).toBe(0);
  });

  it("does not grow while conditions come and go", () => {
    const conditions = new Conditions();
    const before = conditions.bytes;
    for (let i = 0; i < 10_000; i++) {
      conditions.release(conditions.take({ validFrom: i, validUntil: i + 1, scope: { nrds: [i] } }));
    }
    expect(conditions.bytes).toBe(before);
    expect(conditions.size).toBe(0);
  });

  it("agrees with a plain list through any taking and releasing", () => {
    const time = fc.option(fc.constantFrom(-1, 0, 1, 2 ** 32, 2 ** 32 + 1, 1.7e12));
    const scope = fc.option(fc.constantFrom<Scope>({ nrds: [1] }, { nrds: [2] }, { nrds: [1, 2] }));
    const entry = fc.record({ validFrom: time, validUntil: time, scope });
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, fc.boolean(), fc.nat()), { maxLength: 300 }), (steps) => {
        const conditions = new Conditions();
        const taken: { index: number; key: string }[] = [];
        for (const [entry, add, pick] of steps) {
          if (add || taken.length === 0) {
            taken.push({ index: conditions.take(entry), key: JSON.stringify(entry) });
          } else {
            const [gone] = taken.splice(pick % taken.length, 1);
            conditions.release(gone?.index ?? 0);
          }
        }
        const byIndex = new Map(taken.map(({ index, key }) => [index, key]));
        const keys = new Set(taken.map(({ key }) => key));
        expect(byIndex.size).toBe(keys.size);
        for (const { index, key } of taken) expect(byIndex.get(index)).toBe(key);
        expect(conditions.size).toBe(keys.size - (byIndex.has(UNCONDITIONAL) ? 1 : 0));
      }),
    );
  });
});
