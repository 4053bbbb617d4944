import { describe, expect, it } from "vitest";
import { afterId, idNumber } from "./cursor.ts";

const cursorOf = (id: number): string => Buffer.from(`after-${id}`).toString("base64url");

describe("an id that the governed store could not hold", () => {
  it("names nothing", () => {
    expect(idNumber("2147483647", "integer")).toBe(2_147_483_647);
    expect(() => idNumber("2147483648", "integer")).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
    expect(idNumber("2147483648", "bigint")).toBe(2_147_483_648);
    for (const text of ["0", "-1", "1e3", "1".repeat(16)])
      expect(() => idNumber(text, "bigint")).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
  });

  it("is no cursor", () => {
    expect(afterId(undefined, "integer")).toBeUndefined();
    expect(afterId(cursorOf(2_147_483_647), "integer")).toBe(2_147_483_647);
    expect(() => afterId(cursorOf(2_147_483_648), "integer")).toThrow(
      expect.objectContaining({ code: "CURSOR_INVALID" }),
    );
    expect(afterId(cursorOf(2_147_483_648), "bigint")).toBe(2_147_483_648);
    expect(() => afterId("zzz", "bigint")).toThrow(expect.objectContaining({ code: "CURSOR_INVALID" }));
  });
});
