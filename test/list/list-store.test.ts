import { expect, it } from "vitest";
import { ListFollower } from "../../src/list/follower.ts";
import { MatchSet } from "../../src/match/match-set.ts";
import { PostgresListStore } from "../../src/storage/postgres/list/list-store.ts";
import { PostgresListFeed } from "../../src/storage/postgres/list/list-feed.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

onBothTwins("lists", (twin) => {
  async function aList() {
    const { organisation, person } = await aPerson(twin.database);
    const store = new PostgresListStore(twin.database, () => NOON);
    const list = await store.create({
      name: "Stolen",
      organisation: organisation.id,
      purpose: "Recover stolen vehicles",
      priority: "medium",
      category: "crime",
      accountable: person.id,
    });
    return { store, list, person };
  }
  const entry = (vrm: string, more = {}) => ({ vrm, reason: "Stolen", instruction: "Stop", ...more });

  it("judges each entry by itself, normalises VRMs and checks patterns", async () => {
    const { store, list, person } = await aList();
    const scope = { nrds: [1, 2] };
    const verdicts = await store.add(
      list.id,
      [
        entry("ab12 cde", {
          scope,
          validFrom: NOON,
          validUntil: NOON + 1000,
          make: "FORD",
          priority: "high",
        }),
        entry("no plate at all!!"),
        entry("ab1* "),
        entry("*"),
        entry("AB12CDF", { reason: " " }),
        entry("AB12CDG", { validFrom: 5, validUntil: 5 }),
        entry("AB12CDH", { scope: { nrds: [] } }),
      ],
      person.id,
    );
    expect(verdicts).toMatchObject([
      { index: 0, verdict: "added", vrm: "AB12CDE" },
      { index: 1, verdict: "refused", code: "VRM_INVALID", path: "vrm" },
      { index: 2, verdict: "added", vrm: "AB1*" },
      { index: 3, verdict: "refused", path: "vrm" },
      { index: 4, verdict: "refused", code: "TEXT_INVALID", path: "reason" },
      { index: 5, verdict: "refused", code: "VALIDITY_INVALID" },
      { index: 6, verdict: "refused", code: "SCOPE_INVALID" },
    ]);
    expect(await store.entry((verdicts[0] as { id: number }).id)).toMatchObject({
      vrm: "AB12CDE",
      scope,
      priority: "high",
      make: "FORD",
      validFrom: new Date(NOON),
      state: "active",
      createdBy: person.id,
    });
    expect((await store.entries(list.id, { limit: 10 })).map(({ priority }) => priority)).toEqual([
      "high",
      "medium",
    ]);
    expect(await store.byId(list.id)).toMatchObject({ entries: 2 });
    await expect(store.create({ ...list })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(store.add(999_999, [], person.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("has one entry of a mark in force, also where the first is of before entries had ends", async () => {
    const { store, list, person } = await aList();
    const second = await aPerson(twin.database);
    const entry = { vrm: "AB12CDE", reason: "Stolen from a driveway", instruction: "Observe" };
    const [old] = await store.add(list.id, [entry], person.id);
    const fresh = {
      ...entry,
      instruction: "Stop",
      validUntil: NOON + 86_400_000,
      endByPack: true,
      awaits: true,
    } as const;
    const [added] = await store.add(list.id, [fresh], person.id);
    expect([old, added]).toMatchObject([{ verdict: "added" }, { verdict: "added", awaiting: true }]);
    await store.confirm(list.id, [(added as { id: number }).id], second.person.id);
    expect((await store.entries(list.id, { limit: 10 })).map(({ state }) => state)).toEqual([
      "removed",
      "active",
    ]);
  });

  it("keeps a match set in step: loaded, added, removed and expired", async () => {
    const { store, list, person } = await aList();
    const [before] = await store.add(list.id, [entry("FL11AAA")], person.id);
    const set = new MatchSet();
    const follower = new ListFollower(new PostgresListFeed(twin.database), set);
    await follower.start({ everyMs: 60_000 });
    const matches = (vrm: string) => [
      ...set.match({ vrm, nrd: 1, captured: NOON, position: { lat: 51, lon: 0 } }),
    ];
    expect(matches("FL11AAA")).toEqual([(before as { id: number }).id]);
    const added = await store.add(
      list.id,
      [entry("FL11BBB"), entry("FL11CCC", { validUntil: NOON + 1 })],
      person.id,
    );
    const [bbb, ccc] = added.map((verdict) => (verdict as { id: number }).id);
    await expect.poll(() => matches("FL11BBB")).toEqual([bbb]);
    await store.remove(bbb!, "Found", person.id);
    await expect.poll(() => matches("FL11BBB")).toEqual([]);
    expect(matches("FL11CCC")).toEqual([ccc]);
    expect(await store.expire([bbb!, ccc!], NOON + 1)).toBe(1);
    await expect.poll(() => matches("FL11CCC")).toEqual([]);
    await follower.stop();
    await expect(store.remove(bbb!, "Again", person.id)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(store.remove(bbb!, "", person.id)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(store.remove(999_999, "No", person.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await store.entry(ccc!)).toMatchObject({ state: "expired", endedBy: null });
  });

  it("empties entries some time after they ended, and says still who added and ended them", async () => {
    const { store, list, person } = await aList();
    const given = [entry("GO11AAA"), entry("GO11BBB", { make: "FORD", warnings: "Dog" }), entry("GO11CCC")];
    const [stays, ended] = (await store.add(list.id, given, person.id)).map(
      (verdict) => (verdict as { id: number }).id,
    );
    await store.remove(ended!, "Found in a river", person.id);
    expect([await store.endedWithVehicles(NOON), await store.forgetEnded(NOON)]).toEqual([0, 0]);
    const due = await store.endedWithVehicles(NOON + 1);
    expect([due > 0, await store.forgetEnded(NOON + 1)]).toEqual([true, due]);
    expect(await store.forgetEnded(NOON + 1)).toBe(0);
    expect(await store.entry(ended!)).toMatchObject({
      vrm: "",
      reason: "",
      instruction: "",
      make: null,
      warnings: null,
      endedWhy: "",
      state: "removed",
      createdBy: person.id,
      endedBy: person.id,
    });
    expect(await store.entry(stays!)).toMatchObject({ vrm: "GO11AAA", state: "active" });
  });

  it("loads a large list in pages, with validity and scope", async () => {
    const { store, list, person } = await aList();
    const given = Array.from({ length: 5000 }, (_, n) =>
      entry(
        `P${n}`,
        n === 0
          ? { scope: { area: { kind: "circle", centre: { lat: 1, lon: 2 }, radiusMetres: 3 } }, validFrom: 5 }
          : {},
      ),
    );
    const verdicts = await store.add(list.id, given, person.id);
    const first = (verdicts[0] as { id: number }).id;
    const loaded = new Map();
    for await (const page of new PostgresListFeed(twin.database).loadAll(1000))
      for (const one of page) loaded.set(one.id, one);
    for (const verdict of verdicts)
      expect(loaded.get((verdict as { id: number }).id)).toMatchObject({ vrm: given[verdict.index]?.vrm });
    expect(loaded.get(first)).toEqual({
      id: first,
      vrm: "P0",
      validFrom: 5,
      validUntil: null,
      scope: { area: { kind: "circle", centre: { lat: 1, lon: 2 }, radiusMetres: 3 } },
    });
  });

  it("never lets a follower miss a change of a writer that commits late", async () => {
    const { store, list, person } = await aList();
    const feed = new PostgresListFeed(twin.database);
    const start = await feed.sequence();
    const seen = new Set<number>();
    let cursor = start;
    let done = false;
    const follow = (async () => {
      for (;;) {
        const last = done;
        const { changes, sequence } = await feed.changedSince(cursor, 1000);
        cursor = sequence;
        for (const change of changes) seen.add(change.kind === "add" ? change.entry.id : change.id);
        if (last) return;
      }
    })();
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, n) => store.add(list.id, [entry(`L${n}A`), entry(`L${n}B`)], person.id)),
    );
    done = true;
    await follow;
    expect(seen.size).toBe(80);
    expect(verdicts.flat().every((verdict) => verdict.verdict === "added" && seen.has(verdict.id))).toBe(
      true,
    );
  });
});
