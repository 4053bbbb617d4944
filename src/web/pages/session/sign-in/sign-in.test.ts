import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSignIn } from "./form.ts";
import { localPath } from "./view.ts";

describe("where signing in leads", () => {
  it("is a page of ours", () => {
    expect(localPath("/hits/7?from=board")).toBe("/hits/7?from=board");
  });

  it("is never another site, whatever the address says", () => {
    for (const next of [
      "//evil.example",
      "https://evil.example",
      "/\\evil.example",
      "/\t/evil.example",
      "javascript:alert(1)",
      "/a\nb",
      "",
      7,
      undefined,
      "/sign-in?next=/",
      "/v1/hits",
      "/sign-out",
    ]) {
      expect(localPath(next), String(next)).toBe("/");
    }
    fc.assert(
      fc.property(
        fc.string().map((text) => `/${text}`),
        (next) => {
          expect(new URL(localPath(next), "https://own.example").host).toBe("own.example");
        },
      ),
    );
  });
});

describe("the sign-in form", () => {
  it("says what is missing and sends no secret back", () => {
    const { form } = readSignIn({ username: " op ", password: "secret", totp: "12" });
    expect(Object.keys(form.errors)).toEqual(["totp"]);
    expect(form.values).toEqual({ username: "op", password: "", totp: "" });
  });

  it("forgives spaces in the code and keeps those of the password", () => {
    expect(readSignIn({ username: "op", password: " a b ", totp: "123 456" }).given).toEqual({
      username: "op",
      password: " a b ",
      totp: "123456",
    });
  });
});
