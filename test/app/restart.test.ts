import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openArchiveWrites } from "../../src/app/doctor.ts";
import { openIntake } from "../../src/app/intake.ts";
import { loadSettings } from "../../src/config.ts";
import { EstateIndex } from "../../src/estate/estate-index.ts";
import { HitOutbox } from "../../src/hit/outbox.ts";
import type { Intake } from "../../src/ingest/intake.ts";
import type { FeedSource } from "../../src/source/feed-source.ts";
import { ListFollower } from "../../src/list/follower.ts";
import { MatchSet } from "../../src/match/match-set.ts";
import { createEvents } from "../../src/observe/events.ts";
import { createLogger } from "../../src/observe/log.ts";
import { createMetrics } from "../../src/observe/metrics.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { aMoment, aRead, WholeApp } from "./whole-app.ts";

const HOUR = 3_600_000;
const LISTED = "WA19HKL";

let whole: WholeApp;

beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());

async function found(vrm: string): Promise<{ count: number; ids: readonly string[] }> {
  const now = Date.now();
  const { body } = await whole.call<{ count: number; items: readonly { id: string }[] }>(
    "investigator",
    "/v1/enquiries",
    {
      kind: "vrm",
      vrm,
      authority: "MID-2026-0417",
      reason: "Looking for this vehicle",
      from: new Date(now - 100 * HOUR).toISOString(),
      to: new Date(now + HOUR).toISOString(),
    },
  );
  return { count: body.count, ids: body.items.map(({ id }) => id) };
}

describe("a service that was stopped and started again", () => {
  it("knows every read it had taken, and raises no hit twice", async () => {
    const at = aMoment();
    const reads = [
      aRead(1, { vrm: LISTED, at }),
      aRead(1, { vrm: "N0T1T", at }),
      aRead(2, { vrm: "R35TART" }),
      aRead(2, { vrm: "NO PLATE" }),
      aRead(3, { vrm: "LAT3R", at: Date.now() - 80 * HOUR }),
      aRead(99, { vrm: "UNKN0WN" }),
    ];
    const first = await whole.send(reads);
    expect(first.map(({ verdict }) => verdict)).toEqual([
      "stored",
      "stored",
      "stored",
      "stored",
      "stored",
      "quarantined",
    ]);
    await whole.stop();
    whole = await WholeApp.start(whole);

    expect((await whole.fetch("/readyz")).status).toBe(200);
    const again = await whole.send(reads);
    expect(again.map(({ verdict }) => verdict)).toEqual([
      "duplicate",
      "duplicate",
      "duplicate",
      "duplicate",
      "duplicate",
      "quarantined",
    ]);
    expect(again.map(({ readId }) => readId)).toEqual(first.map(({ readId }) => readId));
    expect(again[5]?.quarantineId).toBe(first[5]?.quarantineId);
    expect(await whole.stores.hits.ofRead(first[0]?.readId as string)).toHaveLength(1);
    expect(await found(LISTED)).toEqual({ count: 1, ids: [first[0]?.readId] });
  });

  it("takes what is new, also another vehicle in a millisecond that the archive knows", async () => {
    const at = aMoment();
    const [known] = await whole.send([aRead(1, { vrm: "F1RST", at })]);
    await whole.stop();
    whole = await WholeApp.start(whole);
    const [fresh, beside] = await whole.send([aRead(1, { vrm: "FR35H" }), aRead(1, { vrm: "B351DE", at })]);
    expect(fresh?.verdict).toBe("stored");
    expect(beside).toMatchObject({ verdict: "stored", readId: `${known?.readId}-1` });
  });
});

describe("two nodes over one set of stores", () => {
  let other: Intake;
  let source: FeedSource;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const { stores } = whole.app;
    const settings = loadSettings({}, { overrides: { data: whole.folder } });
    const nrds = new EstateIndex(stores.nrds);
    await nrds.start();
    const outbox = new HitOutbox(stores.hits);
    await outbox.start();
    const matchSet = new MatchSet();
    const follower = new ListFollower(stores.listFeed, matchSet);
    await follower.start();
    const events = createEvents(createMetrics(), createLogger({ level: "silent" }));
    const node = await openIntake({
      settings,
      pack: loadPolicyPack(settings.policyPack),
      stores,
      nrds,
      matchSet,
      outbox,
      events,
      archiveWrites: openArchiveWrites(stores, Date.now),
      sourceOf: () => undefined,
      leaseFailed: () => {},
      imageFailed: () => {},
    });
    other = node.intake;
    const [kept] = (await stores.sources.all()).filter(({ source: { protocol } }) => protocol === null);
    source = kept?.source as FeedSource;
    closing.push(
      () => other[Symbol.asyncDispose](),
      () => node.writer.drain(),
      () => follower.stop(),
      () => outbox.stop(),
      () => nrds.stop(),
    );
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  const capture = (vrm: string, at: number) =>
    ({
      capture: {
        nrd: { kind: "identity", feed: 43, source: 115, camera: 2 },
        vrm,
        captured: at,
        timeQuality: "utc",
      },
    }) as const;

  it.each([
    ["one after the other", "YK66OBD", false],
    ["at once", "SN17XTP", true],
  ])("make one read and one hit of what both are sent %s", async (_how, vrm, together) => {
    const at = aMoment();
    const here = (): Promise<unknown> => whole.send([aRead(2, { vrm, at })]);
    const there = (): Promise<unknown> => other.take([capture(vrm, at)], source);
    if (together) await Promise.all([here(), there()]);
    else for (const send of [here, there]) await send();
    const { count, ids } = await found(vrm);
    expect([count, ids.length]).toEqual([1, 1]);
    expect(await whole.stores.hits.ofRead(ids[0] as string)).toHaveLength(1);
    const hits = await whole.stores.hits.list({ limit: 100 });
    expect(hits.filter((hit) => hit.vrm === vrm)).toHaveLength(1);
  });

  it("show both of two vehicles that each took in the same millisecond", async () => {
    const at = aMoment();
    await whole.send([aRead(2, { vrm: "TW0ONE", at })]);
    await other.take([capture("TW0TWO", at)], source);
    expect((await found("TW0ONE")).count).toBe(1);
    expect((await found("TW0TWO")).count).toBe(1);
  });
});
