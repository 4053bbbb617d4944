import { runAlong } from "../../src/storage/postgres/along.ts";
import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { PostgresEnquiryStore } from "../../src/storage/postgres/enquiry/enquiry-store.ts";
import { PostgresReceiptStore } from "../../src/storage/postgres/retention/receipt-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

onBothTwins("enquiries and receipts", (twin) => {
  it("writes enquiries down before they run and their outcome after", async () => {
    const { organisation, person } = await aPerson(twin.database);
    const store = new PostgresEnquiryStore(twin.database);
    const question = { kind: "vrm", vrm: "AB12CDE", from: NOON - 1000, to: NOON } as const;
    const record = {
      person: person.id,
      organisation: organisation.id,
      authority: "A/1",
      purpose: null,
      level: null,
      reference: null,
      reason: "Stolen \0",
      question,
      asked: NOON,
      outcome: "asked",
    } as const;
    const [id, second] = [randomUUID(), randomUUID()];
    await runAlong(twin.database, store.opening({ ...record, id }));
    await runAlong(
      twin.database,
      store.opening({ ...record, id: second, asked: NOON + 1, outcome: "refused" }),
    );
    await runAlong(twin.database, store.closing(id, "answered", 7, 5));
    expect(await store.find(id)).toEqual({
      ...record,
      id,
      reason: "Stolen \uFFFD",
      outcome: "answered",
      count: 7,
    });
    expect((await store.recent(person.id, NOON, 5)).map((one) => one.id)).toEqual([second, id]);
    expect(await store.recent(person.id, NOON + 2, 5)).toEqual([]);
    const day = 86_400_000;
    expect(await store.lastDay(person.id, NOON + 2)).toEqual({ enquiries: 1, rows: 5 });
    expect(await store.lastDay(person.id, NOON)).toEqual({ enquiries: 0, rows: 5 });
    expect(await store.lastDay(person.id, NOON + 1 + day)).toEqual({ enquiries: 0, rows: 0 });
    expect(await store.find("not an id")).toBeUndefined();

    const third = randomUUID();
    const partial = { kind: "partial", pattern: "AB*", from: NOON - 1000, to: NOON } as const;
    await runAlong(twin.database, store.opening({ ...record, id: third, asked: NOON, question: partial }));
    expect([await store.forgetVehicles(NOON + 1), await store.forgetVehicles(NOON + 1)]).toEqual([2, 0]);
    expect((await store.find(id))?.question).toEqual({ ...question, vrm: "" });
    expect((await store.find(third))?.question).toEqual({ ...partial, pattern: "" });
    expect(await store.find(second)).toMatchObject({ question, person: person.id });
  });

  it("keeps intents until their receipt is there", async () => {
    const store = new PostgresReceiptStore(twin.database, () => NOON);
    const intent = { day: "2025-11-20", counts: { reads: 3, hits: 1 }, digest: "d" };
    await store.begin(intent);
    expect(await store.unfinished()).toEqual([intent]);
    const receipt = {
      ...intent,
      policyPack: "p",
      survivors: 0,
      searched: ["rows"],
      notSearched: ["backups: their keeper's"],
      finishedAt: "2026-11-22T12:00:00.000Z",
      signature: "s",
    } as const;
    await store.append(receipt);
    await store.append(receipt);
    expect(await store.unfinished()).toEqual([]);
    expect((await store.list({ limit: 5 })).map((kept) => kept.receipt)).toEqual([receipt, receipt]);
    expect(await store.lastSuccess()).toBeNull();
    await store.succeeded(NOON);
    expect(await store.lastSuccess()).toBe(NOON);
  });
});
