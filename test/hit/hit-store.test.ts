import { expect, it } from "vitest";
import type { NewHit } from "../../src/hit/hit.ts";
import type { Verification } from "../../src/hit/life.ts";
import { HitOutbox, type OutboxEvent } from "../../src/hit/outbox.ts";
import { HitRaiser } from "../../src/hit/raise.ts";
import { expirableTable } from "../../src/storage/postgres/retention/expirable-table.ts";
import { PostgresHitStore } from "../../src/storage/postgres/hit/hit-store.ts";
import { PostgresListStore } from "../../src/storage/postgres/list/list-store.ts";
import { PostgresNrdRegister } from "../../src/storage/postgres/estate/nrd-register.ts";
import { PostgresPreservationStore } from "../../src/storage/postgres/retention/preservation-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aHit, anNrd, aPerson, NOON } from "../storage/governed-fixture.ts";

onBothTwins("hits", (twin) => {
  const store = () => new PostgresHitStore(twin.database, () => NOON + 1000);
  let cameras = 100;

  async function anEntry() {
    const { organisation, person } = await aPerson(twin.database);
    const lists = new PostgresListStore(twin.database, () => NOON);
    const list = await lists.create({
      name: "Stolen",
      organisation: organisation.id,
      purpose: "Recover",
      priority: "high",
      category: "crime",
      accountable: person.id,
    });
    const given = { vrm: "AB12CDE", reason: "Stolen", instruction: "Stop", make: "FORD", warnings: "Armed" };
    const [added] = await lists.add(list.id, [given], person.id);
    const nrd = await new PostgresNrdRegister(twin.database, () => NOON).add(
      anNrd(organisation.id, { camera: ++cameras }),
    );
    return { person, list, lists, nrd, organisation, entry: (added as { id: number }).id };
  }
  const hitOn = ({ nrd, entry }: { nrd: { id: number }; entry: number }, n = 0, more: Partial<NewHit> = {}) =>
    aHit({ nrd: nrd.id, entry, captured: NOON + n, readId: `${nrd.id}-${NOON + n}`, ...more });

  it("refuses alone the hit that no column holds, and records those raised with it", async () => {
    const made = await anEntry();
    const raiser = new HitRaiser(store(), () => {});
    const outcomes = await Promise.allSettled([
      raiser.raise(hitOn(made, 20)),
      raiser.raise(hitOn(made, 21, { confidence: 94.5 })),
      raiser.raise(hitOn(made, 22)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const hits = await store().list({ organisation: made.organisation.id, limit: 10 });
    expect(hits.map(({ captured }) => captured.getTime() - NOON)).toEqual([22, 20]);
  });

  it("records a hit once, with the entry as it was and the site", async () => {
    const made = await anEntry();
    await store().raise([hitOn(made), hitOn(made), hitOn(made, 1, { sent: "odd \0 \ud800" })]);
    await store().raise([hitOn(made)]);
    await made.lists.remove(made.entry, "Found", made.person.id);
    await store().raise([hitOn(made, 2)]);
    const hits = await store().list({ organisation: made.organisation.id, limit: 10 });
    expect(hits).toHaveLength(2);
    expect(hits[1]).toMatchObject({
      vrm: "AB12CDE",
      captured: new Date(NOON),
      priority: "high",
      entry: { id: made.entry, reason: "Stolen" },
      warnings: "Armed",
      expected: { make: "FORD", model: null, colour: null },
      seen: { make: "FORD", model: null, colour: "BLUE" },
      images: ["patch", "overview"],
      list: { name: "Stolen" },
      nrd: { id: made.nrd.id, road: "A30" },
      position: { lat: 50.46, lon: -4.71 },
      state: "new",
      acknowledged: null,
    });
    expect(await store().ofRead(`${made.nrd.id}-${NOON}`, made.organisation.id)).toEqual([hits[1]]);
    expect(
      await store().list({
        organisation: made.organisation.id,
        before: hits[0]!.id,
        since: NOON,
        open: true,
        state: "new",
        priority: "high",
        list: made.list.id,
        limit: 1,
      }),
    ).toEqual([hits[1]]);
  });

  it("that only one organisation may hear of is recorded for its lists alone", async () => {
    const [own, other] = [await anEntry(), await anEntry()];
    const onlyFor = own.organisation.id;
    await store().raise([
      hitOn(own, 60, { onlyFor }),
      hitOn({ ...other, nrd: own.nrd }, 60, { onlyFor }),
      hitOn({ ...other, nrd: own.nrd }, 61),
    ]);
    const momentsOf = async (organisation: number) =>
      (await store().list({ organisation, limit: 10 })).map(({ captured }) => captured.getTime() - NOON);
    expect(await momentsOf(own.organisation.id)).toEqual([60]);
    expect(await momentsOf(other.organisation.id)).toEqual([61]);
  });

  it("are listed without those of NRDs that are withheld", async () => {
    const made = await anEntry();
    const { nrd } = await anEntry();
    await store().raise([hitOn(made, 70), hitOn({ ...made, nrd }, 71)]);
    const query = { organisation: made.organisation.id, limit: 10 };
    expect(await store().list(query)).toHaveLength(2);
    const left = await store().list({ ...query, withheldNrds: [nrd.id, 999_999] });
    expect(left.map(({ nrd: { id } }) => id)).toEqual([made.nrd.id]);
  });

  it("goes through its states in order, each step once, and says who took it", async () => {
    const made = await anEntry();
    const { person: other } = await aPerson(twin.database);
    await store().raise([hitOn(made)]);
    const id = (await store().list({ organisation: made.organisation.id, limit: 1 }))[0]!.id;
    const by = made.person.id;
    const verify = (result: Verification, person: number) =>
      store().answer(id, { step: "verify", result }, person);
    const arrest = () => store().answer(id, { step: "disposition", outcome: "arrest", note: "M4" }, by);
    expect(await verify("confirmed", by)).toBeUndefined();
    expect(await store().answer(id, { step: "acknowledge" }, by)).toMatchObject({
      state: "acknowledged",
      acknowledged: { by: { id: by, username: made.person.username } },
    });
    expect(await store().answer(id, { step: "acknowledge" }, other.id)).toBeUndefined();
    expect(await arrest()).toBeUndefined();
    await verify("unclear", by);
    expect(await verify("confirmed", other.id)).toMatchObject({
      state: "verified",
      verified: { result: "confirmed", by: { id: other.id } },
    });
    expect(await arrest()).toMatchObject({
      state: "closed",
      disposition: { outcome: "arrest", note: "M4", by: { id: by } },
    });
    expect(await arrest()).toBeUndefined();
    expect(await store().answer(999_999, { step: "acknowledge" }, by)).toBeUndefined();
  });

  it("delivers every hit once to followers from the past, from the middle and from now on, while many are raised", async () => {
    const made = await anEntry();
    await store().raise(Array.from({ length: 700 }, (_, n) => hitOn(made, n)));
    const outbox = new HitOutbox(store(), { everyMs: 60_000, ring: 100_000 });
    await outbox.start();
    const start = outbox.head;
    const raiser = new HitRaiser(store(), outbox.wake);
    const follower = async (after: number | null) => {
      const stop = new AbortController();
      const ids: number[] = [];
      for await (const event of outbox.events(after, stop.signal)) {
        if (event.kind === "hit" && event.hit.organisation === made.organisation.id) ids.push(event.hit.id);
        if (event.kind === "hit" && event.hit.captured.getTime() === NOON + 1999) stop.abort();
      }
      return ids;
    };
    const followers = [follower(0), follower(start - 10), follower(null)];
    await new Promise((resolve) => setImmediate(resolve));
    for (let n = 700; n < 1999; n += 100) {
      await Promise.all(
        Array.from({ length: Math.min(100, 1999 - n) }, (_, i) => raiser.raise(hitOn(made, n + i))),
      );
    }
    await raiser.raise(hitOn(made, 1999));
    const [past, middle, now] = await Promise.all(followers);
    expect(past).toHaveLength(2000);
    expect(middle).toHaveLength(1310);
    expect(now).toHaveLength(1300);
    for (const ids of [past!, middle!, now!]) expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    await outbox.stop();
  });

  it("hears of hits that another process raised, and of changes of state", async () => {
    const made = await anEntry();
    const outbox = new HitOutbox(store(), { everyMs: 60_000 });
    await outbox.start();
    const stop = new AbortController();
    const events = outbox.events(null, stop.signal);
    const first = events.next();
    await store().raise([hitOn(made)]);
    const hit = (await first).value as Extract<OutboxEvent, { hit: unknown }>;
    expect(hit.kind).toBe("hit");
    const second = events.next();
    await store().answer(hit.hit.id, { step: "acknowledge" }, made.person.id);
    expect((await second).value).toMatchObject({
      kind: "hit-state",
      seq: hit.seq,
      hit: { state: "acknowledged" },
    });
    stop.abort();
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await outbox.stop();
  });

  it("tells and drops a follower that falls behind the ring, who then comes back and misses nothing", async () => {
    const made = await anEntry();
    const outbox = new HitOutbox(store(), { everyMs: 60_000, ring: 10 });
    await outbox.start();
    const stop = new AbortController();
    const slow = outbox.events(null, stop.signal);
    const first = slow.next();
    await store().raise([hitOn(made)]);
    const seen = [((await first).value as { seq: number }).seq];
    await store().raise(Array.from({ length: 60 }, (_, n) => hitOn(made, n + 1)));
    await expect.poll(() => outbox.head).toBeGreaterThanOrEqual(seen[0]! + 60);
    expect((await slow.next()).value).toEqual({ kind: "dropped", seq: seen[0] });
    expect((await slow.next()).done).toBe(true);
    for await (const { seq } of outbox.events(seen[0]!, stop.signal)) {
      seen.push(seq);
      if (seen.length === 61) break;
    }
    expect(new Set(seen).size).toBe(61);
    await outbox.stop();
  });

  it("deletes by day of capture, except preserved reads", async () => {
    const made = await anEntry();
    const yesterday = NOON - 400 * 86_400_000;
    const day = new Date(yesterday).toISOString().slice(0, 10);
    const keys = [0, 1].map((n) => ({ captured: yesterday + n, readId: `${made.nrd.id}-${yesterday + n}` }));
    await store().raise(keys.map((key) => hitOn(made, 0, key)));
    const preservations = new PostgresPreservationStore(twin.database, () => NOON);
    const given = {
      reference: "CASE/1",
      organisation: made.organisation.id,
      reason: "Evidence",
      madeBy: made.person.id,
    };
    const kept = await preservations.preserve(given, [{ id: keys[0]!.readId, captured: yesterday }]);
    expect(kept).toMatchObject({ reads: 1, releasedAt: null });
    expect(await preservations.readsOfDay(day)).toEqual([keys[0]!.readId]);
    expect(await preservations.standing()).toEqual([{ reference: "CASE/1", readIds: [keys[0]!.readId] }]);
    const hits = expirableTable(twin.database, "hit");
    expect(await hits.daysHeld?.()).toContain(day);
    const before = new Date(yesterday - 86_400_000).toISOString().slice(0, 10);
    const after = new Date(yesterday + 86_400_000).toISOString().slice(0, 10);
    await hits.deleteDay(after);
    expect([await hits.countOfDay(before), await hits.countOfDay(day), await hits.countOfDay(after)]).toEqual(
      [0, 1, 0],
    );
    await hits.deleteDay(day);
    expect(await hits.countOfDay(day)).toBe(0);
    expect(await store().ofRead(keys[0]!.readId)).toHaveLength(1);
    await expect(preservations.preserve(given, [])).rejects.toMatchObject({ code: "CONFLICT" });
    await preservations.release(kept.id, made.person.id);
    await expect(preservations.preserve(given, [])).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await preservations.standing()).toEqual([]);
    expect(await hits.countOfDay(day)).toBe(1);
    await expect(preservations.release(kept.id, made.person.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
