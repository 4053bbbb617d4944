import { describe, expect, it } from "vitest";
import { foldCountry } from "./country.ts";

describe("a country as devices write it", () => {
  it.each([
    ["GB", "GB"],
    ["gb", "GB"],
    [" Gbr ", "GB"],
    ["UK", "GB"],
    ["Great Britain", "GB"],
    ["826", "GB"],
    ["056", "BE"],
    ["100", "BG"],
    ["IRL", "IE"],
    ["Ireland", "IE"],
    ["JEY", "JE"],
    ["GGY", "GG"],
    ["IMN", "IM"],
    ["GIB", "GI"],
    ["Poland", "PL"],
    ["Turkey", "TR"],
    ["Türkiye", "TR"],
    ["Czechia", "CZ"],
    ["Netherlands", "NL"],
    ["XK", "XK"],
    ["DXB", "AE"],
  ])("%j is %s", (written, alpha2) => expect(foldCountry(written)).toBe(alpha2));

  it.each(["", "XX", "EU", "56", "17", "G B", "Wales", "__proto__", "constructor"])(
    "%j is none, and nothing is guessed",
    (written) => expect(foldCountry(written)).toBeNull(),
  );
});
