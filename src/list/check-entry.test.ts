import { describe, expect, it } from "vitest";
import { checkEntry } from "./check-entry.ts";
import type { NewListEntry } from "./list-entry.ts";

const about = (differing: Partial<NewListEntry>) =>
  checkEntry({ vrm: "ab12 cde", reason: "Stolen", instruction: "Stop", ...differing });
const corners = (many: number) =>
  Array.from({ length: many }, (_, at) => ({
    lat: 50 + Math.sin((2 * Math.PI * at) / many),
    lon: -4 + Math.cos((2 * Math.PI * at) / many),
  }));

describe("where an entry of a list counts", () => {
  it.each([0, 1, 2, 1_001])("is no polygon of %i corners", (many) => {
    expect(about({ scope: { area: { kind: "polygon", ring: corners(many) } } })).toMatchObject({
      code: "SCOPE_INVALID",
      path: "scope",
    });
  });

  it.each([3, 1_000])("is a polygon of %i corners", (many) => {
    expect(about({ scope: { area: { kind: "polygon", ring: corners(many) } } })).toMatchObject({
      vrm: "AB12CDE",
    });
  });

  it("is no polygon whose sides cross, and says where", () => {
    const [a, b, c, d] = corners(4);
    expect(about({ scope: { area: { kind: "polygon", ring: [a, c, b, d] as never } } })).toMatchObject({
      code: "SCOPE_INVALID",
      message: expect.stringContaining("meets the one from") as string,
    });
  });

  it("is a circle with a radius", () => {
    const circle = (radiusMetres: number) =>
      about({ scope: { area: { kind: "circle", centre: { lat: 50, lon: -4 }, radiusMetres } } });
    expect(circle(0)).toMatchObject({ code: "SCOPE_INVALID" });
    expect(circle(1)).toMatchObject({ vrm: "AB12CDE" });
  });

  it("is 1 to 1,000 NRDs", () => {
    for (const many of [0, 1_001])
      expect(about({ scope: { nrds: Array(many).fill(7) } })).toMatchObject({ code: "SCOPE_INVALID" });
    for (const many of [1, 1_000])
      expect(about({ scope: { nrds: Array(many).fill(7) } })).toMatchObject({ vrm: "AB12CDE" });
  });
});
