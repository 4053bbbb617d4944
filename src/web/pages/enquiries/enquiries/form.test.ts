import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEnquiry } from "./form.ts";

const GOOD = {
  kind: "vrm",
  authority: "OP-1",
  reason: "Seen at the scene",
  vrm: "AB12 CDE",
  from: "2026-11-22T08:00",
  to: "22/11/2026 09:00",
};
const errorsOf = (body: unknown): readonly string[] => {
  const read = readEnquiry(body);
  return "form" in read ? Object.keys(read.form.errors) : [];
};

describe("the form for an enquiry", () => {
  it("becomes a question", () => {
    expect(readEnquiry(GOOD)).toMatchObject({
      asked: {
        authority: "OP-1",
        question: {
          kind: "vrm",
          vrm: "AB12 CDE",
          from: Date.UTC(2026, 10, 22, 8),
          to: Date.UTC(2026, 10, 22, 9),
        },
      },
    });
  });

  it("states purpose, level and case where no authority is relied on", () => {
    const stated = { purpose: "law-enforcement", level: "serious", reference: "CRIME/1" };
    expect(readEnquiry({ ...GOOD, authority: "", ...stated })).toMatchObject({ asked: stated });
    expect(errorsOf({ ...GOOD, authority: "", ...stated, level: "curious" })).toEqual(["level"]);
  });

  it("takes cameras, a circle, or both for a place", () => {
    const circle = { lat: "51.49", lon: "-0.56", radius: "2000" };
    const place = { ...GOOD, kind: "place", vrm: "" };
    expect(readEnquiry({ ...place, nrds: "1, 2;3 4" })).toMatchObject({
      asked: { question: { nrds: [1, 2, 3, 4], area: null } },
    });
    expect(readEnquiry({ ...place, ...circle })).toMatchObject({
      asked: { question: { nrds: [], area: { centre: { lat: 51.49, lon: -0.56 }, radiusMetres: 2000 } } },
    });
    expect(errorsOf(place)).toEqual(["nrds"]);
    expect(errorsOf({ ...place, nrds: "1, x", lat: "95", lon: "", radius: "-1" })).toEqual([
      "nrds",
      "lat",
      "lon",
      "radius",
    ]);
  });

  it("reports every error at its field and keeps what was typed", () => {
    const read = readEnquiry({ kind: "partial", pattern: "", from: "soon", to: "", reason: "  because " });
    if (!("form" in read)) throw new Error("it should have been refused");
    expect(Object.keys(read.form.errors)).toEqual(["purpose", "level", "reference", "from", "to", "pattern"]);
    expect(read.form.values.from).toBe("soon");
    expect(read.form.values.reason).toBe("because");
    expect(read.form.summary[0]?.href).toBe("#purpose");
  });

  it("refuses a period that ends before it starts", () => {
    expect(errorsOf({ ...GOOD, to: "2026-11-22T07:00" })).toEqual(["to"]);
  });

  it("answers any body at all", () => {
    fc.assert(fc.property(fc.anything(), (body) => void readEnquiry(body)));
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constantFrom("vrm", "place", "partial"),
          nrds: fc.string(),
          lat: fc.string(),
          lon: fc.string(),
          radius: fc.string(),
          from: fc.string(),
        }),
        (body) => void readEnquiry(body),
      ),
    );
  });
});
