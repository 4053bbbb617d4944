import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldPattern } from "./vrm-pattern.ts";
import { normaliseVrm } from "./vrm.ts";

describe("a pattern", () => {
  it.each([
    ["FÜS*", "FUS*"],
    ["AB.12*", "AB12*"],
    ["AB12–*", "AB12*"],
    ["АВ12*", "AB12*"],
    ["ａｂ１2？", "AB12?"],
    [" ab-1? ", "AB1?"],
  ])("%j is folded as a whole mark is, to %s (15)", (sent, pattern) => {
    expect(foldPattern(sent)).toEqual({ kind: "pattern", pattern });
  });

  it.each([
    ["AB_2*", "Character 3 is “_”"],
    ["AB12#*", "Character 5 is “#”"],
    ["粤B*", "Character 1 is U+7CA4"],
  ])("%j is refused with the character that cannot be in it", (sent, why) => {
    expect(foldPattern(sent)).toMatchObject({ kind: "invalid", why: expect.stringContaining(why) });
  });

  it("without ? and * is folded to what the same whole mark is", () => {
    const mark = fc.string({ unit: fc.constantFrom(...Array.from("AB12 -.öÅßАΩ１Ａ\u200b")), maxLength: 10 });
    fc.assert(
      fc.property(mark, (sent) => {
        const whole = normaliseVrm(sent);
        if (whole.kind === "vrm") expect(foldPattern(sent)).toEqual({ kind: "pattern", pattern: whole.vrm });
      }),
    );
  });
});
