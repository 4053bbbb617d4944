import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { PostgresDutyBook } from "../../src/storage/postgres/job-store.ts";
import { PostgresEnquiryBook } from "../../src/storage/postgres/enquiry/enquiry-store.ts";
import { PostgresReceiptBook } from "../../src/storage/postgres/retention/receipt-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

onBothTwins("enquiries, duties and receipts", (twin) => {
  it("writes enquiries down before they run and their outcome after", async () => {
    const { organisation, person } = await aPerson(twin.database);
    const book = new PostgresEnquiryBook(twin.database);
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
    await book.open({ ...record, id });
    await book.open({ ...record, id: second, asked: NOON + 1, outcome: "refused" });
    await book.close(id, "answered", 7, 5);
    expect(await book.find(id)).toEqual({
      ...record,
      id,
      kind: "vrm",
      reason: "Stolen \uFFFD",
      outcome: "answered",
      count: 7,
    });
    expect((await book.recent(person.id, NOON, 5)).map((one) => one.id)).toEqual([second, id]);
    expect(await book.recent(person.id, NOON + 2, 5)).toEqual([]);
    const day = 86_400_000;
    expect(await book.lastDay(person.id, NOON + 2)).toEqual({ enquiries: 1, rows: 5 });
    expect(await book.lastDay(person.id, NOON)).toEqual({ enquiries: 0, rows: 5 });
    expect(await book.lastDay(person.id, NOON + 1 + day)).toEqual({ enquiries: 0, rows: 0 });
    expect(await book.find("not an id")).toBeUndefined();

    const third = randomUUID();
    const partial = { kind: "partial", pattern: "AB*", from: NOON - 1000, to: NOON } as const;
    await book.open({ ...record, id: third, asked: NOON, question: partial });
    expect([await book.forgetVehicles(NOON + 1), await book.forgetVehicles(NOON + 1)]).toEqual([2, 0]);
    expect((await book.find(id))?.question).toEqual({ ...question, vrm: "" });
    expect((await book.find(third))?.question).toEqual({ ...partial, pattern: "" });
    expect(await book.find(second)).toMatchObject({ question, person: person.id });
  });

  it("remembers when each duty last ran", async () => {
    const duties = new PostgresDutyBook(twin.database, () => NOON);
    await duties.started("quarantine-expiry");
    expect(await duties.all()).toMatchObject([
      { name: "quarantine-expiry", lastFinished: null, outcome: null },
    ]);
    await duties.finished("quarantine-expiry", "failed", "disk full");
    expect(await duties.all()).toMatchObject([
      { lastFinished: new Date(NOON), outcome: "failed", detail: "disk full" },
    ]);
  });

  it("keeps intents until their receipt is there", async () => {
    const book = new PostgresReceiptBook(twin.database, () => NOON);
    const intent = { day: "2025-11-20", counts: { reads: 3, hits: 1 }, digest: "d" };
    await book.begin(intent);
    expect(await book.unfinished()).toEqual([intent]);
    const receipt = {
      ...intent,
      policyPack: "p",
      survivors: 0,
      finishedAt: "2026-11-22T12:00:00.000Z",
      signature: "s",
    } as const;
    await book.append(receipt);
    await book.append(receipt);
    expect(await book.unfinished()).toEqual([]);
    expect((await book.list({ limit: 5 })).map((kept) => kept.receipt)).toEqual([receipt, receipt]);
    expect(await book.lastSuccess()).toBeNull();
    await book.succeeded(NOON);
    expect(await book.lastSuccess()).toBe(NOON);
  });
});
