import { describe, expect, it } from "vitest";
import { KINDS, kindOf, questionSchema, type Question } from "./kinds.ts";

const NOON = Date.UTC(2026, 10, 22, 12);
const period = { from: NOON - 1, to: NOON };
const CIRCLE = { kind: "circle", centre: { lat: 51, lon: 0 }, radiusMetres: 2000 } as const;
const ONE_OF_EACH: Readonly<Record<keyof typeof KINDS, Question>> = {
  vrm: { kind: "vrm", vrm: "AB12CDE", ...period },
  place: { kind: "place", nrds: [1, 2, 3], area: CIRCLE, ...period },
  partial: { kind: "partial", pattern: "AB1*", ...period },
};
const register = { byId: () => undefined, withinArea: () => [7] };
const say = (question: Question): string => kindOf(question).sayBriefly(question);

describe("every kind of question", () => {
  it.each(Object.values(ONE_OF_EACH))(
    "$kind is kept on record as it was asked, and nothing beside it",
    (asked) => {
      expect(questionSchema.parse({ ...asked, reason: "Because", limit: 1 })).toEqual(asked);
    },
  );

  it.each(Object.values(ONE_OF_EACH))("$kind without its vehicle is still a record, and says so", (asked) => {
    const { vehicle } = kindOf(asked);
    const emptied = Object.fromEntries(vehicle.map((member) => [member, ""]));
    const forgotten = questionSchema.parse({ ...asked, ...emptied });
    for (const member of vehicle) expect(asked).toHaveProperty(member);
    if (vehicle.length > 0) expect(say(forgotten)).toMatch(/now deleted$/);
  });
});

describe("a line of one's own enquiries", () => {
  it("says what was asked about", () => {
    expect(say(ONE_OF_EACH.vrm)).toBe("AB12 CDE");
    expect(say(ONE_OF_EACH.partial)).toBe("VRMs like AB1*");
    expect(say({ kind: "place", nrds: [1, 2, 3], area: null, ...period })).toBe("3 cameras");
    expect(say({ kind: "place", nrds: [1], area: CIRCLE, ...period })).toBe(
      "1 camera and within 2,000 m of a point",
    );
  });
});

describe("what a question covers", () => {
  const covers = (question: Question, read: object): boolean =>
    kindOf(question).covers(question, read as never, register);

  it("is by a pattern, one character or any run of them", () => {
    const partial = (pattern: string): Question => ({ kind: "partial", pattern, ...period });
    expect(covers(partial("AB1?*"), { vrm: "AB12CDE" })).toBe(true);
    expect(covers(partial("AB1?"), { vrm: "AB12CDE" })).toBe(false);
    expect(covers(partial("*"), { vrm: null, sent: "unknown" })).toBe(false);
    expect(covers(partial("AB1*"), { vrm: null, sent: "AB1? CDE" })).toBe(true);
  });

  it("is by where a read was made, for one that says so, and else by its NRD", () => {
    const inside = { nrd: 9, position: CIRCLE.centre };
    const elsewhere = { nrd: 7, position: { lat: 52, lon: 0 } };
    expect([covers(ONE_OF_EACH.place, inside), covers(ONE_OF_EACH.place, elsewhere)]).toEqual([true, false]);
    expect(covers(ONE_OF_EACH.place, { nrd: 7, position: null })).toBe(true);
    expect(covers(ONE_OF_EACH.place, { nrd: 8, position: null })).toBe(false);
  });
});
