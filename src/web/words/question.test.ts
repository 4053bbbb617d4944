import { describe, expect, it } from "vitest";
import { sayAbout } from "./question.ts";

const NOON = Date.UTC(2026, 10, 22, 12);

describe("a line of one's own enquiries", () => {
  it("says what was asked about, until that is forgotten", () => {
    const period = { from: NOON - 1, to: NOON };
    const place = { kind: "place", nrds: [1, 2, 3], area: null, ...period } as const;
    expect(sayAbout({ kind: "vrm", vrm: "AB12CDE", ...period })).toBe("AB12 CDE");
    expect(sayAbout({ kind: "vrm", vrm: "", ...period })).toBe("A VRM, forgotten by now");
    expect(sayAbout({ kind: "partial", pattern: "AB1*", ...period })).toBe("VRMs like AB1*");
    expect(sayAbout({ kind: "partial", pattern: "", ...period })).toBe("Part of a VRM, forgotten by now");
    expect(sayAbout(place)).toBe("3 cameras");
    const area = { kind: "circle", centre: { lat: 51, lon: 0 }, radiusMetres: 2000 } as const;
    expect(sayAbout({ ...place, nrds: [1], area })).toBe("1 camera and within 2,000 m of a point");
  });
});
