import { describe, expect, it } from "vitest";
import type { Area, Position } from "../read/position.ts";
import { checkQuestion } from "./check-question.ts";
import { kindOf, type Question } from "./kinds.ts";

const register = {
  byId: (id: number) => (id === 7 ? ({ id } as never) : undefined),
  withinArea: () => [],
};

describe("a question about NRDs", () => {
  const about = (nrds: readonly number[]) =>
    checkQuestion({ kind: "place", nrds, area: null, from: 0, to: 1 }, register);

  it("is asked of those in the register", () => {
    expect(about([7])).toMatchObject({ nrds: [7] });
  });

  it("names those that are not in the register, and of very many the first", () => {
    expect(() => about([7, 4_294_967_303])).toThrow(
      expect.objectContaining({
        code: "INPUT_INVALID",
        errors: [
          {
            path: "nrds.1",
            code: "NRD_UNKNOWN",
            message: expect.stringContaining("4294967303") as string,
          },
        ],
      }),
    );
    const many = Array.from({ length: 10_000 }, (_, i) => i + 100);
    expect(() => about(many)).toThrow(
      expect.objectContaining({
        errors: expect.toSatisfy((errors: unknown[]) => errors.length === 20) as unknown,
      }),
    );
  });
});

describe("a question about a piece of ground", () => {
  const within = (area: Area): Question => ({ kind: "place", nrds: [], area, from: 0, to: 1 });
  const asked = (area: Area) => checkQuestion(within(area), register);
  const ring = [
    { lat: 50, lon: -5 },
    { lat: 51, lon: -5 },
    { lat: 51, lon: -4 },
  ];
  const refused = expect.objectContaining({
    code: "INPUT_INVALID",
    errors: [expect.objectContaining({ path: "area", code: "AREA_INVALID" })],
  }) as unknown;

  it.each([0, 1, 2])("is refused for a polygon of %i corners", (many) => {
    expect(() => asked({ kind: "polygon", ring: ring.slice(0, many) })).toThrow(refused);
  });

  it("is refused for a polygon whose corners are equal, on one line or in an order that crosses", () => {
    const [a, b, c] = ring as [Position, Position, Position];
    const d = { lat: 50, lon: -4 };
    for (const corners of [
      [a, a, a],
      [a, b, { lat: 52, lon: -5 }],
      [a, c, b, d],
    ])
      expect(() => asked({ kind: "polygon", ring: corners })).toThrow(refused);
  });

  it("is asked of a polygon of three corners, each a position", () => {
    expect(asked({ kind: "polygon", ring })).toMatchObject({ area: { ring } });
    expect(() => asked({ kind: "polygon", ring: [...ring, { lat: 0, lon: 0 }] })).toThrow(refused);
  });

  it("is asked of a circle around a position, with a radius", () => {
    const circle = (radiusMetres: number, lat = 50) =>
      asked({ kind: "circle", centre: { lat, lon: -4 }, radiusMetres });
    expect(circle(1)).toMatchObject({ area: { radiusMetres: 1 } });
    expect(() => circle(0)).toThrow(refused);
    expect(() => circle(1, 91)).toThrow(refused);
  });

  it("is measured as wide as the circle, or half as wide as the polygon's diagonal", () => {
    const radiusOf = (question: Question) => kindOf(question).facts(question, register).measures.radiusMetres;
    expect(radiusOf(within({ kind: "circle", centre: { lat: 50, lon: -4 }, radiusMetres: 500 }))).toBe(500);
    const [south, north] = [
      { lat: 59.5, lon: 10 },
      { lat: 60.5, lon: 14 },
    ];
    // A degree of latitude by four of longitude at 60 degrees, where those are half as wide: a diagonal of √5 degrees.
    const wide = radiusOf(within({ kind: "polygon", ring: [south, north, south] })) as number;
    expect(wide / 111_195).toBeCloseTo(Math.sqrt(5) / 2, 6);
    expect(radiusOf({ kind: "place", nrds: [7], area: null, from: 0, to: 1 })).toBeUndefined();
  });
});
