import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorsOf, inOrder, readRequest, REQUEST_FIELDS } from "./form.ts";

const GOOD = {
  reference: " OP 1 ",
  purpose: "law-enforcement",
  level: "serious",
  reason: "Why",
  vrms: "AB12 CDE, fa12rmr\n\nX1",
  nrds: "1, 2;3",
  lat: "51.49",
  lon: "-0.56",
  radius: "2000",
  from: "2026-11-22T08:00",
  validUntil: "22/12/2026 09:00",
  holders: "analyst, investigator",
  oral: "yes",
  oralBy: "authoriser",
  oralAt: "2026-11-22T07:30",
};

describe("the form for an authority", () => {
  it("becomes a request; what is empty is not limited", () => {
    expect(readRequest(GOOD)).toMatchObject({
      errors: [],
      asked: {
        reference: "OP 1",
        vrms: ["AB12 CDE", "fa12rmr", "X1"],
        nrds: [1, 2, 3],
        area: { centre: { lat: 51.49, lon: -0.56 }, radiusMetres: 2000 },
        from: Date.UTC(2026, 10, 22, 8),
        to: undefined,
        validUntil: Date.UTC(2026, 11, 22, 9),
        holders: ["analyst", "investigator"],
        oral: { by: "authoriser", at: Date.UTC(2026, 10, 22, 7, 30) },
      },
    });
    const bare = readRequest({ reference: "OP 1", oralBy: "authoriser" });
    expect(bare.errors).toEqual([]);
    for (const limit of ["vrms", "nrds", "area", "holders", "oral"])
      expect(bare.asked).not.toHaveProperty(limit);
  });

  it("says what cannot be read at its field, and asks with the rest", () => {
    const { asked, errors } = readRequest({ ...GOOD, nrds: "1, x", lon: "west", to: "soon", oralAt: "" });
    expect(errors.map(({ field }) => field).sort()).toEqual(["lon", "nrds", "oralAt", "to"]);
    expect(asked.vrms).toHaveLength(3);
    for (const unread of ["nrds", "area", "oral"]) expect(asked).not.toHaveProperty(unread);
  });

  it("puts what the room finds wrong at the fields, in their order", () => {
    const found = errorsOf([
      { path: "oral.by", code: "PERSON_UNKNOWN", message: "Nobody" },
      { path: "vrms.3", code: "VRM_INVALID", message: "No VRM" },
      { path: "area.radiusMetres", code: "AREA_INVALID", message: "Too wide" },
      { path: "purpose", code: "PURPOSE_UNKNOWN", message: "Select one of a, b." },
    ]);
    expect(inOrder(found)).toEqual([
      { field: "purpose", message: "Select the purpose" },
      { field: "vrms", message: "No VRM" },
      { field: "radius", message: "Too wide" },
      { field: "oralBy", message: "Nobody" },
    ]);
  });

  it("calls a place that cannot be read wrong, and not missing as well", () => {
    const { errors } = readRequest({ ...GOOD, vrms: "", nrds: "x", lat: "", lon: "", radius: "" });
    const missing = [{ path: "vrms", code: "SCOPE_MISSING", message: "Name the vehicles" }];
    expect(errorsOf(missing, errors)).toEqual([]);
    expect(errorsOf(missing)).toEqual([{ field: "vrms", message: "Name the vehicles" }]);
  });

  it("answers any body at all", () => {
    fc.assert(fc.property(fc.anything(), (body) => void readRequest(body)));
    fc.assert(
      fc.property(
        fc.record(Object.fromEntries(REQUEST_FIELDS.map((field) => [field, fc.string()]))),
        (body) => void readRequest(body),
      ),
    );
  });
});
