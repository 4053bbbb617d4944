import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdSet } from "./id-set.ts";

describe("IdSet", () => {
  it("agrees with a Set, also at the ends of the range and of its pages", () => {
    const id = fc.oneof(
      fc.nat(70),
      fc.constantFrom(31, 32, 32_767, 32_768, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(id, fc.boolean())), (steps) => {
        const ids = new IdSet();
        const model = new Set<number>();
        for (const [id, add] of steps) {
          if (add) ids.add(id);
          else ids.delete(id);
          if (add) model.add(id);
          else model.delete(id);
          expect(ids.has(id)).toBe(model.has(id));
        }
        for (const [id] of steps) expect(ids.has(id)).toBe(model.has(id));
        for (const id of model) ids.delete(id);
        expect(ids.bytes).toBe(0);
      }),
    );
  });
});
