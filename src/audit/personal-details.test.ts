import { describe, expect, it } from "vitest";
import { personalDetailIn, withoutPersonalDetails } from "./personal-details.ts";

const NOW = new Date("2026-11-30T12:00:00Z");
const found = (text: string): string | undefined => personalDetailIn(text, NOW);

describe("a personal detail", () => {
  it.each([
    ["Ms Example born 01/02/1990 is my former partner", "a date of birth"],
    ["DOB 1.2.90, seen leaving", "a date of birth"],
    ["date of birth: 1 February 1990", "a date of birth"],
    ["nominal 1990-02-01 wanted", "a date of birth"],
    ["ring 07700 900123 when seen", "a telephone number"],
    ["on +44 (0)20 7946 0018", "a telephone number"],
    ["at AB1 2CD on Monday", "a postcode"],
    ["lives in sw1a 1aa", "a postcode"],
    ["write to a.person@example.org", "an e-mail address"],
    ["Mr Example of 12 Sample Street", "a person’s name and address"],
  ])("is found in “%s”: %s", (text, what) => {
    expect(found(text)).toBe(what);
  });

  it.each([
    "AB12 CDE and A123 BCD were seen at 10:30 on 28/11/2026",
    "Robbery on 01/12/2025 in the High Street, crime 12/34567/26",
    "Burglary at 12 Sample Street; the van left by the M25 junction 4",
    "NRD 43/115/1, from 2026-11-01T00:00:00Z",
    "Sgt Example asked for the 4th of November, M25 4th exit, A1 5pm",
    "Courier's car AK13DSV between 22:00 and 06:00",
    "operation MID-2026-0417 stage 2",
  ])("is none in “%s”", (text) => {
    expect(found(text)).toBeUndefined();
  });

  it("is looked for in any length of text at once", () => {
    for (const text of ["x", "1", "1 ", "Mr X ", "07", "a.", "12 a "])
      expect(found(text.repeat(50_000)), text).toBeUndefined();
  });

  it("is not kept where somebody wrote it", () => {
    expect(withoutPersonalDetails({ reason: "ring 07700 900123", vrm: "AB12CDE", count: 1 })).toEqual({
      reason: "[not kept: it held personal details]",
      vrm: "AB12CDE",
      count: 1,
    });
  });
});
