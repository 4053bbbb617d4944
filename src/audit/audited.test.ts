import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Problem } from "../errors.ts";
import { act } from "./act.ts";
import type { AuditEntry, NewAuditEntry } from "./audit-log.ts";
import { Audited } from "./audited.ts";

const thing = act("hit.open", {
  head: "consultation",
  subject: z.object({ hit: z.string(), vrm: z.string().optional() }),
  open: [],
  say: () => "opened a hit",
});
const refusal = act("role.refuse", {
  head: "access",
  subject: z.object({ wanted: z.string() }),
  open: ["wanted"],
  outcome: "refused",
  say: () => "was refused",
});
const actor = { name: "operator", person: 5, organisation: 1, requestId: "r" };

function aLog(full: { after: number } = { after: Infinity }) {
  const entries: NewAuditEntry[] = [];
  const audited = new Audited({
    append: async (entry) => {
      if (entries.length >= full.after) throw new Error("no space left on device");
      entries.push(entry);
      return { ...entry, index: entries.length - 1 } as AuditEntry;
    },
  });
  const ends = () => entries.map(({ outcome, subject }) => [outcome, subject] as const);
  return { audited, entries, ends };
}

describe("what is done under the log", () => {
  it("has an entry before, and one that says how it ended with what was added", async () => {
    const { audited, entries, ends } = aLog();
    const found = await audited.look(actor, thing, { hit: "7" }, async ({ receipt, add }) => {
      expect([receipt, entries.length]).toEqual([0, 1]);
      add({ vrm: "AB12CDE", count: 1 });
      return "found";
    });
    expect(found).toBe("found");
    expect(ends()).toEqual([
      ["asked", { hit: "7" }],
      ["allowed", { hit: "7", vrm: "AB12CDE", count: 1 }],
    ]);
    expect(entries[1]).toMatchObject({ actor: "operator", organisation: 1, requestId: "r" });
  });

  it("is refused with its rules where the rules refuse, and failed where anything else does", async () => {
    const { audited, ends } = aLog();
    const refused = new Problem("NOT_AUTHORISED", "No.", { extra: { rules: ["role-may-see-hits"] } });
    await expect(audited.do(actor, thing, { hit: "1" }, () => Promise.reject(refused))).rejects.toBe(refused);
    const absent = new Problem("NOT_FOUND", "There is none.");
    await expect(audited.do(actor, thing, { hit: "2" }, () => Promise.reject(absent))).rejects.toBe(absent);
    const taken = new Problem("CONFLICT", "Taken.");
    await expect(audited.do(actor, thing, { hit: "3" }, () => Promise.reject(taken))).rejects.toBe(taken);
    await expect(
      audited.do(actor, thing, { hit: "4" }, () => Promise.reject(new Error("x"))),
    ).rejects.toThrow("x");
    expect(ends().filter((_, index) => index % 2 === 1)).toEqual([
      ["refused", { hit: "1", codes: ["NOT_AUTHORISED"], rules: ["role-may-see-hits"] }],
      ["refused", { hit: "2", codes: ["NOT_FOUND"] }],
      ["failed", { hit: "3", codes: ["CONFLICT"] }],
      ["failed", { hit: "4" }],
    ]);
  });

  it("is not done where it cannot be logged, and not given out where its end cannot", async () => {
    let done = 0;
    const work = async () => ++done;
    const never = aLog({ after: 0 });
    await expect(never.audited.do(actor, thing, { hit: "1" }, work)).rejects.toMatchObject({
      code: "LOG_UNAVAILABLE",
    });
    expect(done).toBe(0);
    const half = aLog({ after: 1 });
    await expect(half.audited.look(actor, thing, { hit: "1" }, work)).rejects.toMatchObject({
      code: "LOG_UNAVAILABLE",
    });
    expect(done).toBe(1);
    const begun = aLog({ after: 1 });
    await expect(begun.audited.do(actor, thing, { hit: "1" }, work)).rejects.toMatchObject({
      code: "LOG_END_UNAVAILABLE",
    });
    expect(done).toBe(2);
  });

  it("has an entry for each of many things done at once, before, and how each ended after", async () => {
    const { audited, ends } = aLog();
    const done = audited.doAll(
      actor,
      thing,
      [{ hit: "7" }, { hit: "8" }],
      async () => {
        expect(ends()).toHaveLength(2);
        return "done";
      },
      () => [{ count: 1 }, new Problem("CONFLICT", "Somebody was first.")],
    );
    expect(await done).toBe("done");
    expect(ends()).toEqual([
      ["asked", { hit: "7" }],
      ["asked", { hit: "8" }],
      ["done", { hit: "7", count: 1 }],
      ["failed", { hit: "8", codes: ["CONFLICT"] }],
    ]);
  });

  it("is one entry where it is over when it is told", async () => {
    const { audited, ends } = aLog();
    await audited.do(actor, refusal, { wanted: "hit.see" });
    expect(ends()).toEqual([["refused", { wanted: "hit.see" }]]);
  });

  it("takes no member that its table does not name", async () => {
    const { audited, entries } = aLog();
    const more = { hit: "1", surname: "Doe" };
    await expect(audited.do(actor, thing, more)).rejects.toThrow();
    expect(entries).toEqual([]);
  });
});

describe("what comes piece by piece", () => {
  const pieces = (until: Error | null) =>
    async function* ({ add }: { readonly add: (more: { count: number }) => void }) {
      for (let n = 1; n <= 3; n++) {
        add({ count: n });
        yield n;
      }
      if (until !== null) throw until;
    };

  it("is in the log before the first piece, and its end after the last", async () => {
    const { audited, ends } = aLog();
    const flow = await audited.doEach(actor, thing, { hit: "1" }, pieces(null));
    expect(ends()).toEqual([["asked", { hit: "1" }]]);
    for await (const piece of flow) expect(piece).toBeGreaterThan(0);
    expect(ends()[1]).toEqual(["done", { hit: "1", count: 3 }]);
  });

  it("ends where nobody takes more, with what was taken", async () => {
    const { audited, ends } = aLog();
    for await (const piece of await audited.lookEach(actor, thing, { hit: "1" }, pieces(null)))
      if (piece === 2) break;
    expect(ends()[1]).toEqual(["allowed", { hit: "1", count: 2 }]);
  });

  it("says that it failed", async () => {
    const { audited, ends } = aLog();
    const flow = await audited.doEach(actor, thing, { hit: "1" }, pieces(new Error("gone")));
    const take = async () => {
      for await (const piece of flow) void piece;
    };
    await expect(take()).rejects.toThrow("gone");
    expect(ends()[1]).toEqual(["failed", { hit: "1", count: 3 }]);
  });
});
