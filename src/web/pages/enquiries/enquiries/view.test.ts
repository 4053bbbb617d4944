import { describe, expect, it } from "vitest";
import { blankEnquiry } from "./view.ts";

const NOON = Date.UTC(2026, 10, 22, 12);
const authority = (reference: string) =>
  ({ reference, level: "serious", until: Date.UTC(2026, 11, 1, 12) }) as const;
const chosen = (query: { authority?: string }, ...references: string[]): string =>
  blankEnquiry(NOON, query, references.map(authority)).values.authority;

describe("the form for an enquiry, as it first appears", () => {
  it("has the authority that a link names, where the person may rely on it", () => {
    expect(chosen({ authority: "OP 2" }, "OP 1", "OP 2")).toBe("OP 2");
    expect(chosen({ authority: "OP 3" }, "OP 1", "OP 2")).toBe("");
  });

  it("has the only authority there is, and none of several", () => {
    expect(chosen({}, "OP 1")).toBe("OP 1");
    expect(chosen({}, "OP 1", "OP 2")).toBe("");
    expect(chosen({})).toBe("");
  });
});
