import { describe, expect, it } from "vitest";
import { requireFit } from "./bind-parameters.ts";

describe("a whole number bound to a parameter", () => {
  const nrds = "SELECT 1 WHERE nrd IN {nrds:Array(UInt32)}";

  it("passes where its type holds it", () => {
    expect(() => requireFit(nrds, { nrds: [1, 2 ** 32 - 1] })).not.toThrow();
    expect(() => requireFit("{from:Int64} {n:UInt8}", { from: -1, n: 255 })).not.toThrow();
    expect(() => requireFit("{lat:Float64} {vrm:String}", { lat: 50.5, vrm: "AB12" })).not.toThrow();
  });

  it("is refused where the engine would wrap it around or lose its last digits", () => {
    for (const wrong of [2 ** 32 + 1, -1, 1.5, Number.NaN])
      expect(() => requireFit(nrds, { nrds: [1, wrong] })).toThrow(/nrds of type UInt32/);
    expect(() => requireFit("{n:UInt8}", { n: 256 })).toThrow(RangeError);
    expect(() => requireFit("{from:Int64}", { from: 2 ** 53 })).toThrow(RangeError);
    expect(() => requireFit("{from:Int64}", {})).toThrow(/from/);
  });
});
