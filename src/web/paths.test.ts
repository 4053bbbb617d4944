import { describe, expect, it } from "vitest";
import { paths, ROUTES } from "./paths.ts";

describe("the addresses of the pages", () => {
  it("are these, and change only under review", () => {
    const urls = Object.entries(paths).map(
      ([name, make]) => `${name} ${(make as (...args: string[]) => string)("4/2?&#", "patch")}`,
    );
    expect({ routes: ROUTES, urls }).toMatchSnapshot();
  });

  it("escape what is put into them", () => {
    expect(paths.hit("../board?x=1")).toBe("/hits/..%2Fboard%3Fx%3D1");
    expect(paths.signIn("/hits/1?a=b&c")).toBe("/sign-in?next=%2Fhits%2F1%3Fa%3Db%26c");
  });
});
