import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashPassword, isPassword } from "./password.ts";
import { passwordFault } from "./password-rules.ts";

const rules = {
  minimumLength: 12,
  about: ["ines.whitlock", "Ines Whitlock", "Midshire Constabulary"],
};
const fault = (password: string): string | undefined => passwordFault(password, rules);

describe("a new password", () => {
  it("is taken when it is three random words, or a long random text", () => {
    for (const good of [
      "harbour-velvet-cactus",
      "Teapot Zebra Lantern",
      "x7Kq9vTz2mWp4Rn8",
      "кедровый самовар ночью",
      "quarry sparrow lichen",
    ])
      expect([good, fault(good)]).toEqual([good, undefined]);
  });

  it("is refused when short, counted in characters and not in bytes", () => {
    expect(fault("velvet cact")).toMatch(/at least 12 characters/);
    expect(fault("🦊🦊🐙🐙🦉")).toMatch(/at least 12/);
    expect(fault("a1b2".repeat(51))).toMatch(/at most 200/);
  });

  it("is refused when it is common words, years, walks over the keyboard or repeats, however disguised", () => {
    for (const bad of [
      "password1234",
      "P4ssw0rd2024!!",
      "Pa$$w0rd!!!!!!",
      "Summer2026!!",
      "WelcomeWelcome1",
      "qwertyuiop123",
      "1qaz2wsx3edc",
      "zxcvbnm,./asdf",
      "Liverpool1892!",
      "iloveyou2026x",
      "aaaaaaaaaaaa",
      "abababababab",
      "horsehorsehorse",
      "correct horse battery staple",
      "!!Adm1n1strat0r!!",
      "ＰＡＳＳＷＯＲＤ１２３４",
    ])
      expect([bad, fault(bad)]).toEqual([bad, expect.any(String)]);
  });

  it("is refused when it is made of the person's own name or organisation", () => {
    for (const bad of ["InesWhitlock1", "whitlock-1984!", "M1dsh1reConstabulary", "ines.whitlock99"])
      expect([bad, fault(bad)]).toEqual([bad, expect.any(String)]);
  });

  it("has no rule of composition: only lower case, only digits without order, and spaces are all good", () => {
    expect(fault("velvetcactusharbour")).toBeUndefined();
    expect(fault("velvet cactus harbour")).toBeUndefined();
  });

  it("is judged for any text without failing, and the same in any Unicode form", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(fault(text.normalize("NFD"))).toEqual(fault(text.normalize("NFKC").normalize("NFD")));
      }),
    );
  });

  it("is the same password in any Unicode form", async () => {
    const hash = await hashPassword("café velours cactus");
    expect(await isPassword("cafe\u0301 velours cactus", hash)).toBe(true);
    expect(await isPassword("cafe velours cactus", hash)).toBe(false);
  });
});
