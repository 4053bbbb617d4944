import { describe, expect, it } from "vitest";
import { sayScope } from "./authority.ts";

const ANYTHING = { vrms: null, nrds: null, area: null, from: null, to: null };

describe("what an authority is limited to", () => {
  it("is said for vehicles and places, and not made wider where the vehicles are forgotten", () => {
    expect(sayScope({ ...ANYTHING, vrms: ["AB12CDE", "FA12RMR"] }).vehicles).toBe(
      "Only AB12 CDE and FA12 RMR",
    );
    expect(sayScope({ ...ANYTHING, vrms: [] }).vehicles).toBe("Vehicles that have been deleted");
    expect(sayScope({ ...ANYTHING, nrds: [7] })).toMatchObject({
      vehicles: "Any vehicle",
      places: "Only camera 7",
    });
  });
});
