import { runAlong } from "../../src/storage/postgres/along.ts";
import { expect, it } from "vitest";
import { service } from "../../src/audit/actor.ts";
import { Audited } from "../../src/audit/audited.ts";
import type { AuditLog } from "../../src/audit/audit-log.ts";
import { drawMonth } from "../../src/oversight/draw-month.ts";
import { registerSource } from "../../src/source/secrets.ts";
import { expireLogged } from "../../src/list/expire-logged.ts";
import { eraseLogged } from "../../src/retention/erase-logged.ts";
import { logReceipts } from "../../src/retention/log-receipts.ts";
import { quarantined, vehiclesAskedFor, waitingImages } from "../../src/app/erasable.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresAuditWorkNames } from "../../src/storage/postgres/oversight/audit-work-names.ts";
import { PostgresEnquiryStore } from "../../src/storage/postgres/enquiry/enquiry-store.ts";
import { PostgresSourceStore } from "../../src/storage/postgres/source/source-store.ts";
import { PostgresFindingStore } from "../../src/storage/postgres/oversight/finding-store.ts";
import { PostgresListStore } from "../../src/storage/postgres/list/list-store.ts";
import { PostgresPendingImages } from "../../src/storage/postgres/ingest/pending-images.ts";
import { PostgresQuarantine } from "../../src/storage/postgres/ingest/quarantine.ts";
import { PostgresReceiptStore } from "../../src/storage/postgres/retention/receipt-store.ts";
import { PostgresSampleStore } from "../../src/storage/postgres/oversight/sample-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

const UNWRITABLE = {
  append: async () => {
    throw new Error("the log cannot be written");
  },
} as Pick<AuditLog, "append">;

onBothTwins("what goes by itself", (twin) => {
  const log = () => new PostgresAuditLog(twin.database, () => NOON);
  const newest = async (action: "retention.forget" | "retention.day" | "list.expire") =>
    (await log().find({ action, limit: 1 }))[0];

  async function held(): Promise<{ quarantine: PostgresQuarantine; pendingImages: PostgresPendingImages }> {
    const { organisation } = await aPerson(twin.database);
    const { source } = await registerSource(new PostgresSourceStore(twin.database, () => NOON), {
      name: "A source",
      organisation: organisation.id,
      aggregator: false,
      positionUnit: "degrees",
      timeZone: "Europe/London",
      compoundReply: "array",
      nrd: null,
      agreement: null,
      protocol: "bof2",
      allowedNetworks: ["10.0.0.0/8"],
      byAddress: true,
      hasPathKey: true,
    });
    const quarantine = new PostgresQuarantine(twin.database, () => NOON);
    const reference = { kind: "identity", feed: 1, source: 2, camera: 3 } as const;
    const capture = { nrd: reference, vrm: "QU4R", captured: NOON, timeQuality: "utc" } as const;
    const apart = { capture, source, received: NOON, vrm: "QU4R", nrd: null } as const;
    await quarantine.hold([{ ...apart, code: "NRD_UNKNOWN", detail: "unknown" }]);
    const pendingImages = new PostgresPendingImages(twin.database);
    const image = { source: source.id, nrd: "1/2/3", vrm: "QU4R", captured: NOON, kind: "patch" } as const;
    await pendingImages.put([{ ...image, resolutionMs: 1, jpeg: Buffer.from("jpeg") }], NOON);
    return { quarantine, pendingImages };
  }

  it("stands in the log before it goes, with how much, and stays where the log cannot have it", async () => {
    const stores = await held();
    for (const erasable of [quarantined(stores), waitingImages(stores)]) {
      expect(await eraseLogged(new Audited(log()), erasable, NOON)).toBe(0);
      await expect(eraseLogged(new Audited(UNWRITABLE), erasable, NOON + 1)).rejects.toMatchObject({
        code: "LOG_UNAVAILABLE",
      });
      expect(await erasable.due(NOON + 1)).toBe(1);
      expect(await eraseLogged(new Audited(log()), erasable, NOON + 1)).toBe(1);
      expect(await newest("retention.forget")).toMatchObject({
        actor: "retention",
        outcome: "done",
        subject: { kind: erasable.kind, count: 1, to: new Date(NOON + 1).toISOString() },
      });
      const before = (await newest("retention.forget"))?.index;
      expect(await eraseLogged(new Audited(log()), erasable, NOON + 1)).toBe(0);
      expect((await newest("retention.forget"))?.index).toBe(before);
    }
  });

  it("is the VRM of an old enquiry, counted as it is taken away", async () => {
    const { organisation, person } = await aPerson(twin.database);
    const enquiries = new PostgresEnquiryStore(twin.database);
    await runAlong(
      twin.database,
      enquiries.opening({
        id: "00000000-0000-4000-8000-000000000001",
        person: person.id,
        organisation: organisation.id,
        authority: null,
        purpose: "law-enforcement",
        level: "major",
        reference: "OP 1",
        reason: "Looking",
        question: { kind: "vrm", vrm: "AB12CDE", from: NOON - 1, to: NOON },
        asked: NOON,
        outcome: "asked",
      }),
    );
    const vehicles = vehiclesAskedFor({ enquiries });
    expect([await vehicles.due(NOON), await vehicles.due(NOON + 1)]).toEqual([0, 1]);
    expect(await eraseLogged(new Audited(log()), vehicles, NOON + 1)).toBe(1);
    expect(await vehicles.due(NOON + 1)).toBe(0);
  });

  it("is an entry of a list, in the log of the list's organisation and found by its VRM", async () => {
    const { organisation, person } = await aPerson(twin.database);
    const lists = new PostgresListStore(twin.database, () => NOON);
    const list = await lists.create({
      name: "Ends soon",
      organisation: organisation.id,
      purpose: "Recover stolen vehicles",
      priority: "medium",
      category: "crime",
      accountable: person.id,
    });
    const entry = { vrm: "EN11 DED", reason: "Stolen", instruction: "Stop", validUntil: NOON + 1 };
    await lists.add(list.id, [entry, { ...entry, vrm: "ST4 YS", validUntil: NOON + 999 }], person.id);
    expect(await expireLogged(new Audited(log()), lists, NOON)).toBe(0);
    await expect(expireLogged(new Audited(UNWRITABLE), lists, NOON + 1)).rejects.toMatchObject({
      code: "LOG_UNAVAILABLE",
    });
    expect(await lists.entries(list.id, { state: "active", limit: 9 })).toHaveLength(2);
    expect(await expireLogged(new Audited(log()), lists, NOON + 1)).toBe(1);
    const [logged] = await log().find({ vrm: "EN11DED", organisation: organisation.id, limit: 1 });
    expect(logged).toMatchObject({
      action: "list.expire",
      outcome: "done",
      subject: { list: list.id, count: 1 },
    });
    expect(await lists.entries(list.id, { state: "active", limit: 9 })).toHaveLength(1);
  });

  it("is a day whose receipt a crash kept from the log: the next run has it there, once", async () => {
    const receipts = new PostgresReceiptStore(twin.database, () => NOON);
    const receipt = {
      day: "2024-01-10",
      policyPack: "uk",
      counts: { reads: 3 },
      digest: "sum-of-sha256:aa",
      survivors: 0,
      searched: ["rows"],
      notSearched: ["backups: their keeper's"],
      finishedAt: new Date(NOON).toISOString(),
      signature: "none",
    } as const;
    await receipts.append(receipt);
    const day = { organisation: null, action: "retention.day", requestId: null, actor: "retention" } as const;
    const subject = { day: receipt.day, counts: receipt.counts, digest: receipt.digest };
    // Announced, then the crash.
    await log().append({ ...day, outcome: "asked", subject });
    expect(await logReceipts(new Audited(log()), log(), receipts)).toBe(1);
    expect(await newest("retention.day")).toMatchObject({ outcome: "done", subject });
    expect(await logReceipts(new Audited(log()), log(), receipts)).toBe(0);
  });

  it("is the name in a review and in a finding, when the log's own names go", async () => {
    const { organisation, person } = await aPerson(twin.database);
    const { username: actor, id } = person;
    await log().append({
      actor,
      organisation: organisation.id,
      action: "enquiry.ask",
      outcome: "asked",
      subject: { enquiry: "named" },
      requestId: null,
    });
    await twin.database.query(
      "insert into audit_checkpoint (size, root, note, at) values (1, $1, 'note', '2026-12-02Z')",
      [Buffer.alloc(32, 1)],
    );
    const december = Date.parse("2026-12-03T00:00:00Z");
    const numbers = { samplePercent: 1, sampleMinimum: 4, nationalRecheckPercent: 5 };
    const audited = new Audited(log());
    const draw = { store: new PostgresSampleStore(twin.database), audited, now: () => december };
    const parts = { ...draw, numbers: () => ({ ...numbers, ordinaryDays: 90, manyReads: 100 }) };
    await drawMonth(parts, "2026-11", service("audit-sampling"));
    await new PostgresFindingStore(twin.database).open({
      organisation: organisation.id,
      title: "Something",
      note: "Why",
      owner: id,
      openedBy: id,
      openedAt: new Date(december),
      dueAt: new Date(december),
      entry: 0,
      about: actor,
    });
    const names = new PostgresAuditWorkNames(twin.database);
    const due = await names.due(december + 1);
    expect([await names.due(december), due >= 2]).toEqual([0, true]);
    expect(await eraseLogged(new Audited(log()), names, december + 1)).toBe(due);
    const left = await twin.database.query(
      "select person from audit_sample_item where person <> '' union all select about from audit_finding where about is not null",
    );
    expect(left).toEqual([]);
  });
});
