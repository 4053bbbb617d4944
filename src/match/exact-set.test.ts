import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packVrm } from "../read/vrm-pack.ts";
import { ExactSet, NO_SLOT } from "./exact-set.ts";

function entriesOf(set: ExactSet, vrm: string): string[] {
  const found: string[] = [];
  for (let slot = set.find(packVrm(vrm)); slot !== NO_SLOT; slot = set.findNext(slot)) {
    found.push(`${set.entryAt(slot)}:${set.conditionAt(slot)}`);
  }
  return found.sort();
}

describe("ExactSet", () => {
  it("holds many entries of one VRM and removes each by itself", () => {
    const set = new ExactSet();
    for (let id = 1; id <= 200; id++) set.add(packVrm("AB12CDE"), id, id * 2);
    expect(entriesOf(set, "AB12CDE")).toHaveLength(200);
    for (let id = 2; id <= 200; id++) set.removeAt(set.findEntry(packVrm("AB12CDE"), id));
    expect(entriesOf(set, "AB12CDE")).toEqual(["1:2"]);
    expect(set.findEntry(packVrm("AB12CDE"), 7)).toBe(NO_SLOT);
  });

  it("does not confuse VRMs that share the high or the low half of their number", () => {
    const set = new ExactSet();
    const low = packVrm("ABC");
    set.add(low, 1, 0);
    set.add(low + 2 ** 32, 2, 0);
    set.add(low + 2 ** 33, 3, 0);
    expect(set.entryAt(set.find(low))).toBe(1);
    expect(set.entryAt(set.find(low + 2 ** 32))).toBe(2);
    expect(set.find(2 ** 32)).toBe(NO_SLOT);
  });

  it("takes five million entries in 134 MB", () => {
    expect(new ExactSet(5_000_000).bytes).toBe(134_217_728);
  });

  it("finds an entry without its VRM", () => {
    const set = new ExactSet();
    set.add(packVrm("A1"), 5, 0);
    expect(set.keyOfEntry(5)).toBe(packVrm("A1"));
    expect(set.keyOfEntry(0)).toBe(0);
  });

  // 150 keys in a table of 64 to 256 slots: long clusters that wrap round the end.
  it("agrees with a plain list through any adding and removing", () => {
    const step = fc.record({ add: fc.boolean(), vrm: fc.nat(149), pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const set = new ExactSet();
        let model: { vrm: string; id: number; condition: number }[] = [];
        for (const [id, { add, vrm: number, pick }] of steps.entries()) {
          const victim = model[pick % Math.max(1, model.length)];
          if (add || victim === undefined) {
            const entry = { vrm: `V${number}`, id, condition: pick % 2 ** 32 };
            set.add(packVrm(entry.vrm), id, entry.condition);
            model.push(entry);
          } else {
            set.removeAt(set.findEntry(packVrm(victim.vrm), victim.id));
            model = model.filter((entry) => entry !== victim);
          }
        }
        expect(set.size).toBe(model.length);
        for (let number = 0; number < 150; number++) {
          const expected = model.filter(({ vrm }) => vrm === `V${number}`);
          expect(entriesOf(set, `V${number}`)).toEqual(expected.map((e) => `${e.id}:${e.condition}`).sort());
        }
      }),
      { numRuns: 200 },
    );
  });
});
