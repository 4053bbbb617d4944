import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { canonicalJson } from "./canonical-json.ts";
import { leafHash } from "./leaf-hash.ts";
import { auditCategory, AUDIT_ACTIONS, isAuditAction } from "./vocabulary.ts";

describe("the leaf of an audit entry", () => {
  const entry = {
    index: 7,
    at: new Date("2026-11-22T08:15:30.123Z"),
    actor: "investigator",
    organisation: 1,
    action: "enquiry.ask",
    outcome: "allowed",
    subject: { reason: "stolen vehicle", authority: "A/1" },
    requestId: "r-1",
  } as const;

  it("is the same however the members are ordered", () => {
    const turned = { ...entry, subject: { authority: "A/1", reason: "stolen vehicle" } };
    expect(leafHash(turned)).toEqual(leafHash(entry));
  });

  it("differs when anything in the entry differs, its place included", () => {
    expect(leafHash({ ...entry, index: 8 })).not.toEqual(leafHash(entry));
    expect(leafHash({ ...entry, subject: { ...entry.subject, reason: "other" } })).not.toEqual(
      leafHash(entry),
    );
  });

  it("writes canonical JSON that means the same and is stable after a round trip", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("files every action under exactly one head", () => {
    const all = Object.values(AUDIT_ACTIONS).flat();
    expect(new Set(all).size).toBe(all.length);
    expect(auditCategory("enquiry.ask")).toBe("consultation");
    expect(isAuditAction("read.delete")).toBe(false);
  });
});
