import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { allActs } from "./acts.ts";
import type { NewAuditEntry } from "./audit-log.ts";
import { canonicalJson } from "./canonical-json.ts";
import { commitmentOf, holdAgainstLeaf, sealEntry, type KeptEntry } from "./leaf.ts";
import { leafHashOf } from "./tlog/hash.ts";
import { ALL_ACTIONS, auditCategory, isAuditAction } from "./vocabulary.ts";

const entry: NewAuditEntry = {
  actor: "investigator",
  organisation: 1,
  action: "enquiry.ask",
  outcome: "allowed",
  subject: { reason: "stolen vehicle", vrm: "AB12CDE", kind: "vrm", level: "serious", odd: "a new member" },
  requestId: "r-1",
};
const place = { index: 7, at: new Date("2026-11-22T08:15:30.123Z") };

describe("the leaf of an audit entry (AUD-2)", () => {
  it("holds no personal value, and no member that nobody declared open", () => {
    const { leaf, open, sealed } = sealEntry(entry, place);
    const text = leaf.toString();
    for (const personal of ["investigator", "stolen vehicle", "AB12CDE", "r-1", "a new member"])
      expect(text).not.toContain(personal);
    expect(open).toEqual({ kind: "vrm", level: "serious" });
    expect(Object.keys(sealed).sort()).toEqual(["actor", "odd", "reason", "requestId", "vrm"]);
    expect(JSON.parse(text)).toMatchObject({ v: 1, index: 7, at: "2026-11-22T08:15:30.123Z", open });
  });

  it("has nothing of what was asked for, refused or failed, of any act, beside how it ended", () => {
    const made = "somebody made this up";
    const ended = { count: 3, rules: ["role-may"], policyPack: "uk", policyPackDigest: "abc" };
    for (const { name, subject: schema } of allActs())
      for (const outcome of ["asked", "refused", "failed"] as const) {
        const members = Object.keys(z.toJSONSchema(schema, { unrepresentable: "any" }).properties ?? {});
        const subject = { ...Object.fromEntries(members.map((member) => [member, made])), ...ended };
        const action = name as NewAuditEntry["action"];
        const { open, leaf } = sealEntry({ ...entry, action, outcome, subject }, place);
        expect(open, `${name} ${outcome}`).toEqual(ended);
        expect(leaf.toString()).not.toContain(made);
      }
  });

  it("commits to each personal value under a salt of its own, so that equal values look different", () => {
    const [first, second] = [sealEntry(entry, place), sealEntry(entry, place)];
    expect(first.leaf.equals(second.leaf)).toBe(false);
    const committed = (JSON.parse(first.leaf.toString()) as { sealed: Record<string, string> }).sealed;
    for (const [name, value] of Object.entries(first.sealed)) {
      const salt = Buffer.from(first.salts[name] ?? "", "base64");
      expect(salt).toHaveLength(32);
      expect(committed[name]).toBe(commitmentOf(name, value, salt));
      expect(committed[name]).not.toBe(commitmentOf(name, "another", salt));
    }
  });

  it("is one text however the members are ordered, and differs with its place", () => {
    const salt = () => Buffer.alloc(32, 1);
    const turned = { ...entry, subject: Object.fromEntries(Object.entries(entry.subject).reverse()) };
    expect(sealEntry(turned, place, salt).leaf).toEqual(sealEntry(entry, place, salt).leaf);
    expect(sealEntry(entry, { ...place, index: 8 }, salt).leaf).not.toEqual(
      sealEntry(entry, place, salt).leaf,
    );
  });

  it("is canonical JSON that means the same and is stable after a round trip", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("files every action under exactly one head", () => {
    const all = ALL_ACTIONS;
    expect(new Set(all).size).toBe(all.length);
    expect(auditCategory("enquiry.ask")).toBe("consultation");
    expect(isAuditAction("read.delete")).toBe(false);
  });
});

describe("an entry as it is kept (AUD-2)", () => {
  const kept = (of: NewAuditEntry = entry): KeptEntry => {
    const sealed = sealEntry(of, place);
    const { action, outcome, organisation } = of;
    return { ...sealed, ...place, action, outcome, organisation, leafHash: leafHashOf(sealed.leaf) };
  };
  const faultOf = (changed: Partial<KeptEntry>): string | null =>
    holdAgainstLeaf({ ...kept(), ...changed }).fault;

  it("is what its leaf commits to, whatever it says", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })), (subject) => {
        expect(holdAgainstLeaf(kept({ ...entry, subject }))).toEqual({ redacted: [], fault: null });
      }),
      { examples: [[JSON.parse('{"__proto__": "", "toJSON": 1}')]] },
    );
  });

  it("is still so where members were redacted, which it names", () => {
    const { sealed, salts, ...rest } = kept();
    const without = (from: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(from).filter(([name]) => name !== "vrm" && name !== "actor"));
    const redacted = { ...rest, sealed: without(sealed), salts: without(salts) as Record<string, string> };
    expect(holdAgainstLeaf(redacted)).toEqual({ redacted: ["actor", "vrm"], fault: null });
  });

  it("is not once anything of it was changed", () => {
    const { sealed, salts, leaf } = kept();
    const other = kept({ ...entry, actor: "another" });
    for (const changed of [
      { sealed: { ...sealed, actor: "another" } },
      { sealed: { ...sealed, added: 1 }, salts: { ...salts, added: "" } },
      { salts: {} },
      { sealed: other.sealed, salts: other.salts },
      { open: { kind: "vrm" } },
      { open: { kind: "vrm", level: "serious", count: 3 } },
      { index: 8 },
      { at: new Date(place.at.getTime() + 1) },
      { outcome: "refused" },
      { outcome: "asked" },
      { action: "read.open" },
      { organisation: null },
      { leaf: Buffer.from(leaf.toString().replace("serious", "audit")) },
      { leaf: other.leaf },
      { leaf: Buffer.from("no leaf"), leafHash: leafHashOf(Buffer.from("no leaf")) },
    ])
      expect(faultOf(changed), JSON.stringify(changed)).toMatch(/^the leaf /);
    expect(faultOf({ sealed: { ...sealed, actor: "another" } })).toBe("the leaf commits to another actor");
  });
});
