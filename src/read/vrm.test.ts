import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseVrm } from "./vrm.ts";

const vrmOf = (sent: string): string | undefined => {
  const result = normaliseVrm(sent);
  return result.kind === "vrm" ? result.vrm : undefined;
};
const whyOf = (sent: string): string => {
  const result = normaliseVrm(sent);
  return "why" in result ? result.why : `not invalid but ${result.kind}`;
};

describe("normaliseVrm", () => {
  it.each([
    ["AB12CDE", "AB12CDE"],
    ["ab12 cde", "AB12CDE"],
    ["  AB-12–CDE. ", "AB12CDE"],
    ["AB12\u00a0CDE", "AB12CDE"],
    ["AB12\u200bCDE\u200d\ufeff", "AB12CDE"],
    ["AB\u00ad12\tCDE\r\n", "AB12CDE"],
    ["ＡＢ１２ｃｄｅ", "AB12CDE"],
    ["TÖLSL123", "TOLSL123"],
    ["TO\u0308LSL123", "TOLSL123"],
    ["M·ÜX 12", "MUX12"],
    ["ØÆÅ1", "OAEA1"],
    ["straß3", "STRASS3"],
    ["ÐÞ12", "DTH12"],
    ["łódź1", "LODZ1"],
    ["ı1", "I1"],
    ["1234567890", "1234567890"],
    ["00123", "00123"],
  ])("takes %j for %s", (sent, vrm) => {
    expect(normaliseVrm(sent)).toEqual({ kind: "vrm", vrm, folded: false });
  });

  it("never corrects a letter to a digit or a digit to a letter", () => {
    expect(vrmOf("OO10 OOO")).toBe("OO10OOO");
    expect(vrmOf("0010 000")).toBe("0010000");
    expect(vrmOf("IIII1111")).toBe("IIII1111");
  });

  it.each(["", "   ", "-", "\u200b", "unknown", "UNKNOWN", "Unknown ", "No Plate", "NoPlate", "NO-PLATE"])(
    "takes %j for a passage without a read",
    (sent) => expect(normaliseVrm(sent)).toEqual({ kind: "no-read" }),
  );

  it.each(["unlicensed", "<unknown>", " <Unknown> ", "无车牌", "ｕｎｋｎｏｗｎ"])(
    "takes %j, another maker's word for it, for a passage without a read",
    (sent) => expect(normaliseVrm(sent)).toEqual({ kind: "no-read" }),
  );

  it("keeps a mark that only contains such a word", () => {
    expect(vrmOf("UNKNOWN1")).toBe("UNKNOWN1");
    expect(vrmOf("NOP1ATE")).toBe("NOP1ATE");
  });

  it("folds Cyrillic and Greek letters that look Latin, and says so", () => {
    expect(normaliseVrm("АВ51АВС")).toEqual({ kind: "vrm", vrm: "AB51ABC", folded: true });
    expect(normaliseVrm("а123вс 77")).toEqual({ kind: "vrm", vrm: "A123BC77", folded: true });
    expect(normaliseVrm("ΙΚΥ-1234")).toEqual({ kind: "vrm", vrm: "IKY1234", folded: true });
    expect(normaliseVrm("AB51 АВС")).toEqual({ kind: "vrm", vrm: "AB51ABC", folded: true });
  });

  it.each(["粤B12345", "京A·12345", "Ж123АВ", "١٢٣ ب ج", "ΩΔ-1234", "ไทย 1234"])(
    "gives %j, wholly or partly in another script, no VRM",
    (sent) => expect(normaliseVrm(sent)).toEqual({ kind: "other-script" }),
  );

  it("leaves out the plate's colour that some cameras write before the mark", () => {
    expect(vrmOf("蓝AB12CDE")).toBe("AB12CDE");
    expect(vrmOf("黄 AB12CDE")).toBeUndefined();
    expect(normaliseVrm("蓝苏A8HK52")).toEqual({ kind: "other-script" });
    expect(normaliseVrm("蓝")).toEqual({ kind: "other-script" });
  });

  it("takes a mark with letters that were not read for a passage that is kept, and says where they stand", () => {
    for (const sent of ["AB12?DE", "AB12_DE", "AB12#DE", "ab1* cde", "АВ5?"])
      expect([sent, normaliseVrm(sent).kind]).toEqual([sent, "partial"]);
    expect(whyOf("AB5? ABC")).toBe(
      "Character 4 is “?”, the mark of a letter that was not read; a whole VRM has none.",
    );
    for (const sent of ["???????", "_ _", "#"]) expect(normaliseVrm(sent)).toEqual({ kind: "no-read" });
    expect(normaliseVrm("AB12?DEFGHIJ").kind).toBe("invalid");
    expect(normaliseVrm("AB1?'; DROP").kind).toBe("invalid");

    expect(whyOf("AB51_ABC")).toMatch(/^Character 5 is “_”/);
    expect(whyOf("AB*")).toMatch(/^Character 3 is “\*”/);
    expect(whyOf("АВ5?")).toMatch(/^Character 4 is “\?”/);
  });

  it("says where a character stands that no mark contains", () => {
    expect(whyOf("AB51'; DROP")).toBe("Character 5 is “'”; a VRM holds only letters and digits.");
    expect(whyOf("<AB51ABC>")).toMatch(/^Character 1 is “<”/);
    expect(whyOf("AB\u000012")).toMatch(/^Character 3 is U\+0000/);
    expect(whyOf("AB12\ud800")).toMatch(/^Character 5 is U\+D800/);
    expect(whyOf("AB12 🚗")).toMatch(/^Character 6 is U\+1F697/);
    expect(whyOf("AB½1")).toMatch(/^Character 3 is U\+00BD/);
  });

  it("says how much too long a text is", () => {
    expect(whyOf("AB51 ABC AB51 ABC")).toBe("There are 14 letters and digits; a VRM has at most 10.");
    expect(whyOf("Å".repeat(11))).toBe("There are 11 letters and digits; a VRM has at most 10.");
    expect(whyOf("A".repeat(2_000_000))).toBe("The text is 2000000 characters long; a VRM has at most 10.");
    expect(whyOf(" ".repeat(65))).toMatch(/^The text is 65 characters long/);
  });

  const anything = fc.oneof(
    fc.string({ unit: "binary", maxLength: 70 }),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...Array.from("AB12 -.ab?öÅßЖАΩ粤１Ａ\u200b\ud800<")), maxLength: 14 }),
    fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes)),
  );

  it("answers every text, with letters and digits only, in a form that stays the same", () => {
    fc.assert(
      fc.property(anything, (sent) => {
        const result = normaliseVrm(sent);
        if (result.kind === "invalid") expect(result.why).toMatch(/^[A-Z].*\.$/);
        if (result.kind !== "vrm") return;
        expect(result.vrm).toMatch(/^[A-Z0-9]{1,10}$/);
        expect(normaliseVrm(result.vrm)).toEqual({ kind: "vrm", vrm: result.vrm, folded: false });
      }),
      { numRuns: 3000 },
    );
  });

  it("does not mind case, spaces and hyphens", () => {
    const mark = fc.stringMatching(/^[A-Z0-9]{1,10}$/);
    const gap = fc.constantFrom("", "", " ", "-", "  ", "\u00a0", ".");
    fc.assert(
      fc.property(mark, fc.array(gap, { minLength: 10, maxLength: 10 }), fc.boolean(), (vrm, gaps, lower) => {
        const spaced = Array.from(vrm, (c, i) => (lower ? c.toLowerCase() : c) + gaps[i]).join("");
        expect(normaliseVrm(spaced)).toEqual(normaliseVrm(vrm));
      }),
    );
  });
});
