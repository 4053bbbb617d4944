import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashPassword, isPassword } from "./password.ts";
import { passwordFault } from "./password-rules.ts";

const rules = {
  minimumLength: 12,
  about: ["ines.whitlock", "Ines Whitlock", "Midshire Constabulary"],
};
const fault = (password: string): Promise<string | undefined> => passwordFault(password, rules);

describe("a new password", () => {
  it("is taken when it is three random words, or a long random text", async () => {
    for (const good of [
      "harbour-velvet-cactus",
      "Teapot Zebra Lantern",
      "x7Kq9vTz2mWp4Rn8",
      "кедровый самовар ночью",
      "quarry sparrow lichen",
    ])
      expect([good, await fault(good)]).toEqual([good, undefined]);
  });

  it("is refused when short, counted in characters and not in bytes", async () => {
    expect(await fault("velvet cact")).toMatch(/12 characters or more/);
    expect(await fault("🦊🦊🐙🐙🦉")).toMatch(/12 characters or more/);
    expect(await fault("a1b2".repeat(51))).toMatch(/200 characters or fewer/);
  });

  it("is refused when it is common words, years, walks over the keyboard or repeats, however disguised", async () => {
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
      "correct-horse-battery-staple!",
      "sunshine monkey dragon",
      "Wolverine1234",
      "snowboard1999!",
      "police camera 2026",
      "£$%^&*()_+{}",
      "!!Adm1n1strat0r!!",
      "ＰＡＳＳＷＯＲＤ１２３４",
    ])
      expect([bad, await fault(bad)]).toEqual([bad, expect.any(String)]);
  });

  it("is refused when it is made of the person's own name or organisation", async () => {
    for (const bad of [
      "InesWhitlock1",
      "whitlock-1984!",
      "M1dsh1reConstabulary",
      "ines.whitlock99",
      "wh1tl0ck-ines-midshire",
    ])
      expect([bad, await fault(bad)]).toEqual([bad, expect.any(String)]);
  });

  it("is refused with the reason that fits", async () => {
    expect(await fault("password1234")).toMatch(/common words/);
    expect(await fault("InesWhitlock1")).toMatch(/your name/);
    expect(await fault("quarry7quarry7quarry7")).toMatch(/repeat/);
  });

  it("is judged too where it is long and full of signs", async () => {
    expect(await fault("4@8({[<3€9&#!|1/0()$5+7%2".repeat(8))).toBeUndefined();
    expect(await fault("p4$$w0rd1!|@3".repeat(15))).toMatch(/common words/);
  });

  it("has no rule of composition: only lower case, only digits without order, and spaces are all good", async () => {
    expect(await fault("velvetcactusharbour")).toBeUndefined();
    expect(await fault("velvet cactus harbour")).toBeUndefined();
  });

  it("is judged for any text without failing, and the same in any Unicode form", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (text) => {
        expect(await fault(text.normalize("NFD"))).toEqual(
          await fault(text.normalize("NFKC").normalize("NFD")),
        );
      }),
    );
  });

  it("is the same password in any Unicode form", async () => {
    const hash = await hashPassword("café velours cactus");
    expect(await isPassword("cafe\u0301 velours cactus", hash)).toBe(true);
    expect(await isPassword("cafe velours cactus", hash)).toBe(false);
  });
});
