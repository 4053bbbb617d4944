import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AuditEntry, AuditLog, NewAuditEntry } from "../audit/audit-log.ts";
import type { Hit } from "./hit.ts";
import { Hits, type HitsParts } from "./hits.ts";
import { StreamAccount, type Shown } from "./stream-account.ts";
import { Audited } from "../audit/audited.ts";
import type { Caller } from "../identity/caller.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("what an open stream has shown", () => {
  it("is in the log every few seconds in which something was shown, each hit once, and at its end", async () => {
    const written: Shown[] = [];
    const account = new StreamAccount(async (shown) => written.push(shown), "7", 15_000);
    await pass(60_000);
    expect(written).toEqual([]);
    for (const seq of ["8", "11"]) account.shown(seq, `WW${seq}`);
    await pass(15_000);
    account.shown("12", "WW12");
    await pass(30_000);
    account.shown("13", "WW13");
    written.push(await account.end());
    await pass(60_000);
    expect(written).toEqual([
      { after: "7", last: "11", count: 2, vrms: ["WW11", "WW8"] },
      { after: "11", last: "12", count: 1, vrms: ["WW12"] },
      { after: "12", last: "13", count: 1, vrms: ["WW13"] },
    ]);
  });

  it("has to end once it cannot be written, and its last entry says what is still missing", async () => {
    const account = new StreamAccount(() => Promise.reject(new Error("the log is full")), null);
    account.shown("1", "WW1");
    expect(account.failed.aborted).toBe(false);
    await pass(15_000);
    expect(account.failed.aborted).toBe(true);
    expect(await account.end()).toEqual({ after: null, last: "1", count: 1, vrms: ["WW1"] });
  });
});

describe("a stream of hits", () => {
  it("ends when the log cannot be written, though hits go on", async () => {
    let full = false;
    const written: NewAuditEntry[] = [];
    const audit: Pick<AuditLog, "append"> = {
      append: async (entry) => {
        if (full) throw new Error("the log is full");
        written.push(entry);
        return { index: written.length } as AuditEntry;
      },
    };
    const at = new Date();
    const hit = {
      organisation: 1,
      captured: at,
      received: at,
      raised: at,
      entry: { created: at },
      nrd: { id: 1 },
      vrm: "AB12CDE",
      list: {},
      images: [],
      acknowledged: null,
      verified: null,
      disposition: null,
    } as unknown as Hit;
    const parts = {
      audited: new Audited(audit),
      now: Date.now,
      policy: { pack: { retention: { accessMonths: 12 }, access: { hitsInHandHours: 48 } } },
      nrdAccess: { covers: () => true },
      outbox: {
        async *events(_from: number | null, signal: AbortSignal) {
          for (let seq = 1; !signal.aborted; seq++) {
            yield { kind: "hit", seq, hit: { ...hit, id: seq } };
            await new Promise((resolve) => setTimeout(resolve, 1_000));
          }
        },
      },
    } as unknown as HitsParts;
    const actor = { name: "operator", person: 1, organisation: 1, requestId: "r" };
    const caller = { username: "operator", organisation: { id: 1 }, actor } as unknown as Caller;
    const stream = await new Hits(parts).follow(null, new AbortController().signal, caller);
    let shown = 0;
    const reading = (async () => {
      for await (const event of stream) shown += event.kind === "dropped" ? 0 : 1;
    })();
    const ended = expect(reading).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
    await pass(16_000);
    expect(written.map(({ subject }) => subject["count"])).toEqual([undefined, expect.any(Number)]);
    full = true;
    await pass(60_000);
    await ended;
    const until = shown;
    await pass(60_000);
    expect([shown, shown < 40]).toEqual([until, true]);
  });
});
