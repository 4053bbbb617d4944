import { runAlong } from "../../src/storage/postgres/along.ts";
import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { lapseOral } from "../../src/authority/lapse-oral.ts";
import type { NewAuthorityRequest } from "../../src/authority/authority-record.ts";
import { Audited } from "../../src/audit/audited.ts";
import type { NewAuditEntry } from "../../src/audit/audit-log.ts";
import { PostgresAuthorityStore } from "../../src/storage/postgres/authority/authority-store.ts";
import { PostgresAuthorityLife } from "../../src/storage/postgres/authority/authority-life.ts";
import { PostgresEnquiryStore } from "../../src/storage/postgres/enquiry/enquiry-store.ts";
import { PostgresSuspicionStore } from "../../src/storage/postgres/identity/suspicion-store.ts";
import { PostgresPersonStore } from "../../src/storage/postgres/identity/person-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

onBothTwins("authorities", (twin) => {
  let life: PostgresAuthorityLife;
  let store: PostgresAuthorityStore;
  let force: { organisation: number; asker: number; authoriser: number; other: number };
  let made = 0;

  /** A request of the first person, which the second may decide. */
  const aRequest = (differing: Partial<NewAuthorityRequest> = {}): NewAuthorityRequest => ({
    reference: `OP ${twin.name}/${++made}`,
    organisation: force.organisation,
    purpose: "law-enforcement",
    level: "serious",
    reason: "A reason",
    holders: [],
    scope: { vrms: null, nrds: null, area: null, from: null, to: null },
    from: NOON,
    until: NOON + 28 * DAY,
    askedBy: force.asker,
    askedAt: NOON,
    oral: null,
    ...differing,
  });
  const decision = (at = NOON + HOUR) => ({ by: force.authoriser, at, note: "Proportionate" });
  const terms = { rank: "inspector", exceptional: null, until: NOON + 7 * DAY };
  const all = () => ({ organisation: force.organisation, person: null });
  const listed = async (filter: Partial<Parameters<PostgresAuthorityLife["list"]>[0]>) =>
    (await life.list({ seen: all(), waitingFirst: true, now: NOON + HOUR, limit: 50, ...filter })).map(
      ({ authority }) => authority.reference,
    );

  /** An organisation of its own with three people, so that lists hold only what a test put there. */
  async function aForce(): Promise<void> {
    const { organisation, person } = await aPerson(twin.database);
    const people = new PostgresPersonStore(twin.database);
    const another = (username: string) =>
      people.add({
        username: `${username}${person.id}`,
        fullName: "Another Person",
        organisation: organisation.id,
        roles: ["authoriser"],
        passwordHash: "none",
        totpSecret: Buffer.alloc(1),
      });
    force = {
      organisation: organisation.id,
      asker: person.id,
      authoriser: (await another("authoriser")).id,
      other: (await another("other")).id,
    };
  }

  beforeAll(async () => {
    life = new PostgresAuthorityLife(twin.database);
    store = new PostgresAuthorityStore(twin.database);
    await aForce();
  });

  it("are requested, approved by another, extended and withdrawn, and remember each step", async () => {
    const scope = {
      vrms: ["AB12CDE"],
      nrds: [7],
      area: { kind: "circle", centre: { lat: 50.46, lon: -4.71 }, radiusMetres: 2000 },
      from: NOON - 100 * DAY,
      to: NOON,
    } as const;
    const { id, reference, state } = await life.request(aRequest({ scope, holders: [force.asker] }));
    expect(state).toBe("requested");
    expect(await store.current(force.asker, force.organisation, NOON + HOUR)).toEqual([]);

    const approved = await life.approve(id, { ...terms, exceptional: "CHILD" }, decision());
    expect(approved).toMatchObject({
      state: "approved",
      scope,
      from: NOON + HOUR,
      until: NOON + 7 * DAY,
      approverRank: "inspector",
      exceptional: "CHILD",
      oralSince: null,
      decided: { by: { id: force.authoriser }, at: NOON + HOUR, reason: "Proportionate" },
      asked: { by: { id: force.asker }, at: NOON },
    });
    const [relied] = await store.current(force.asker, force.organisation, NOON + 2 * HOUR);
    expect(relied).toEqual(await store.find(reference, force.organisation));
    expect(relied).toMatchObject({ id, scope, until: NOON + 7 * DAY });
    expect(await store.find(id, force.organisation)).toEqual(relied);
    // Another organisation's is as good as not there.
    for (const asked of [id, reference])
      expect(await store.find(asked, force.organisation + 1)).toBeUndefined();
    expect(await store.current(force.other, force.organisation, NOON + 2 * HOUR)).toEqual([]);
    expect(await store.current(force.asker, force.organisation, NOON + 7 * DAY)).toEqual([]);

    await life.extend(id, { seen: NOON + 7 * DAY, to: NOON + 9 * DAY }, decision(NOON + DAY));
    expect(await store.find(id, force.organisation)).toMatchObject({ until: NOON + 9 * DAY });
    await life.withdraw(id, { by: force.asker, at: NOON + 2 * DAY, note: "Solved" });
    expect(await store.current(force.asker, force.organisation, NOON + 2 * DAY)).toEqual([]);
    expect(
      (await life.history(id)).map(({ event, by, note, at }) => [event, by?.id, note, (at - NOON) / HOUR]),
    ).toEqual([
      ["requested", force.asker, "A reason", 0],
      ["approved", force.authoriser, "Proportionate", 1],
      ["extended", force.authoriser, "Proportionate", 24],
      ["withdrawn", force.asker, "Solved", 48],
    ]);
  });

  it("change only from where a change expects them: of two at once one wins", async () => {
    const { id } = await life.request(aRequest());
    const both = await Promise.all([
      life.approve(id, terms, decision()),
      life.refuse(id, "inspector", decision()),
    ]);
    expect(both.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await life.history(id)).toHaveLength(2);

    const { id: second } = await life.request(aRequest());
    expect(await life.extend(second, { seen: terms.until, to: NOON + 9 * DAY }, decision())).toBeUndefined();
    expect(await life.confirm(second, decision())).toBeUndefined();
    await life.approve(second, terms, decision());
    const extensions = await Promise.all(
      [8, 9].map((days) => life.extend(second, { seen: terms.until, to: NOON + days * DAY }, decision())),
    );
    expect(extensions.filter((one) => one !== undefined)).toHaveLength(1);
    await life.refuse(id, null, decision());
    expect(await life.withdraw(second, { ...decision(), at: NOON + 30 * DAY })).toBeUndefined();
  });

  it("are never approved by whoever asked, even where a program tries", async () => {
    const { id } = await life.request(aRequest());
    await expect(life.approve(id, terms, { ...decision(), by: force.asker })).rejects.toMatchObject({
      constraint: "authority_by_another",
    });
    await expect(
      life.request(aRequest({ oral: { by: force.asker, rank: null, at: NOON } })),
    ).rejects.toMatchObject({ constraint: "authority_by_another" });
    await expect(
      twin.database.query("update authority set state = 'approved' where id = $1", [Number(id)]),
    ).rejects.toMatchObject({ constraint: "authority_decided" });
    expect(await life.record(id, all())).toMatchObject({ state: "requested" });
  });

  it("have a history that only grows", async () => {
    const { id } = await life.request(aRequest());
    for (const change of ["update authority_event set note = ''", "delete from authority_event"])
      await expect(twin.database.query(change)).rejects.toMatchObject({ code: "42501" });
    expect(await life.history(id)).toMatchObject([{ event: "requested", note: "A reason" }]);
  });

  it("hold a reference for one only", async () => {
    const request = aRequest();
    await life.request(request);
    await expect(life.request(request)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("that were given orally serve at once, and end unless they are confirmed in time", async () => {
    await aForce();
    const oral = { by: force.authoriser, rank: "inspector", at: NOON - HOUR };
    const [late, confirmed] = await Promise.all([
      life.request(aRequest({ oral })),
      life.request(aRequest({ oral, askedBy: force.other })),
    ]);
    expect(late).toMatchObject({
      state: "approved",
      oral: true,
      oralSince: NOON - HOUR,
      approverRank: "inspector",
    });
    expect(await store.current(force.asker, force.organisation, NOON)).toHaveLength(2);
    expect(await life.confirm(confirmed.id, decision())).toMatchObject({
      oralSince: null,
      confirmedAt: NOON + HOUR,
      decided: { at: NOON - HOUR, reason: "Proportionate" },
    });
    expect(await life.confirm(confirmed.id, decision())).toBeUndefined();

    const entries: NewAuditEntry[] = [];
    const audit = {
      append: async (entry: NewAuditEntry) => ({ ...entry, index: entries.push(entry) }) as never,
    };
    const suspicions = new PostgresSuspicionStore(twin.database);
    const access = { oralConfirmHours: 24 };
    const lapse = (now: number) =>
      lapseOral({ store: life, audited: new Audited(audit), suspicions, access }, now);
    expect(await lapse(NOON + 23 * HOUR - 1)).toBe(0);
    expect([await lapse(NOON + 23 * HOUR), await lapse(NOON + 23 * HOUR)]).toEqual([1, 0]);
    const subject = { authority: late.reference };
    expect(entries).toMatchObject([
      { actor: "authorities", action: "authority.withdraw", outcome: "asked", subject },
      { actor: "authorities", action: "authority.withdraw", outcome: "done", subject },
      {
        action: "suspicion.raise",
        outcome: "asked",
        subject: { person: force.asker, count: 1, entries: [1] },
      },
      {
        action: "suspicion.raise",
        outcome: "done",
        subject: { person: force.asker, count: 1, entries: [1] },
      },
    ]);
    expect(await suspicions.list({ notAbout: 0, organisation: force.organisation, limit: 9 })).toMatchObject([
      { person: { id: force.asker }, effect: "flag", evidence: { count: 1, entries: [1] } },
    ]);
    expect(await life.record(late.id, all())).toMatchObject({
      state: "withdrawn",
      stateSince: NOON + 23 * HOUR,
    });
    expect((await life.history(late.id)).at(-1)).toMatchObject({
      event: "withdrawn",
      by: null,
      note: "Not confirmed in writing within 24 hours.",
    });
    expect(await life.record(confirmed.id, all())).toMatchObject({ state: "approved" });
  });

  it("that were confirmed while the clock withdrew them are withdrawn by nobody, and the log says so", async () => {
    await aForce();
    const oral = { by: force.authoriser, rank: "inspector", at: NOON - HOUR };
    const { id } = await life.request(aRequest({ oral }));
    const entries: NewAuditEntry[] = [];
    const audit = {
      append: async (entry: NewAuditEntry) => ({ ...entry, index: entries.push(entry) }) as never,
    };
    const late = await life.unconfirmedSince(NOON);
    await life.confirm(id, decision());
    const slow = {
      unconfirmedSince: async () => late.filter((one) => one.id === id),
      withdraw: life.withdraw.bind(life),
    };
    const suspicions = new PostgresSuspicionStore(twin.database);
    const parts = {
      store: slow,
      audited: new Audited(audit),
      audit,
      suspicions,
      access: { oralConfirmHours: 24 },
    };
    expect(await lapseOral(parts, NOON + 24 * HOUR)).toBe(0);
    expect(entries.map(({ outcome }) => outcome)).toEqual(["asked", "failed"]);
    const failing = { ...slow, withdraw: () => Promise.reject(new Error("The store is gone.")) };
    await expect(lapseOral({ ...parts, store: failing }, NOON + 24 * HOUR)).rejects.toThrow("gone");
    expect(entries.map(({ outcome }) => outcome)).toEqual(["asked", "failed", "asked", "failed"]);
  });

  it("given orally are one at a time for whoever asked, also where two come at once", async () => {
    await aForce();
    const oral = { by: force.authoriser, rank: null, at: NOON };
    const both = await Promise.allSettled([
      life.request(aRequest({ oral })),
      life.request(aRequest({ oral })),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const made = both.find((one) => one.status === "fulfilled");
    expect(await life.unsettledOral(force.asker, NOON)).toBe(made?.value.reference);
    await life.withdraw(made?.value.id ?? "", { by: force.asker, at: NOON + HOUR, note: "" });
    expect(await life.unsettledOral(force.asker, NOON)).toBe(made?.value.reference);
    expect(await life.unsettledOral(force.asker, NOON + HOUR)).toBeUndefined();
    expect(await life.unsettledOral(force.other, 0)).toBeUndefined();
  });

  it("name whoever approved them, for a decision to look at", async () => {
    const { id } = await life.request(aRequest());
    expect(await store.find(id, force.organisation)).toMatchObject({ approver: null });
    await life.approve(id, terms, decision());
    expect(await store.find(id, force.organisation)).toMatchObject({ approver: force.authoriser });
  });

  it("are forgotten with what they were about once they ended long enough ago, and only then", async () => {
    await aForce();
    const scope = { vrms: ["AB12CDE"], nrds: [7], area: null, from: null, to: null };
    const ended = await life.request(aRequest({ scope }));
    await life.approve(ended.id, terms, decision());
    const refused = await life.request(aRequest());
    await life.refuse(refused.id, null, decision());
    const waits = await life.request(aRequest({ scope }));
    const remembered = async (endedBefore: number) => {
      await store.forgetCases(endedBefore);
      const records = await Promise.all([ended, refused, waits].map(({ id }) => life.record(id, all())));
      return records.map((record) => record?.reason !== "");
    };
    expect(await remembered(NOON + HOUR)).toEqual([true, true, true]);
    expect(await remembered(NOON + 2 * HOUR)).toEqual([true, false, true]);
    expect(await remembered(NOON + 8 * DAY)).toEqual([false, false, true]);
    expect(await life.record(ended.id, all())).toMatchObject({
      reason: "",
      scope: { ...scope, vrms: [] },
      decided: { by: { id: force.authoriser }, reason: "" },
      asked: { by: { id: force.asker } },
    });
    expect(await life.record(refused.id, all())).toMatchObject({ reason: "", scope: { vrms: null } });
    expect((await life.history(ended.id)).map(({ event, note }) => [event, note])).toEqual([
      ["requested", ""],
      ["approved", ""],
    ]);
    expect(await life.record(waits.id, all())).toMatchObject({ reason: "A reason", scope });
    for (const change of ["update authority_event set note = 'x'", "delete from authority_event"])
      await expect(
        twin.database.query(`${change} where authority_id = $1`, [Number(ended.id)]),
      ).rejects.toMatchObject({ code: "42501" });
    expect(await remembered(NOON + 29 * DAY)).toEqual([false, false, false]);
  });

  it("are listed by what they ask of whoever looks, page after page, none twice", async () => {
    await aForce();
    const reference = async (differing: Partial<NewAuthorityRequest>, then?: "approve" | "refuse") => {
      const { id, reference: name } = await life.request(aRequest(differing));
      if (then === "approve") await life.approve(id, terms, decision());
      if (then === "refuse") await life.refuse(id, null, decision());
      return name;
    };
    const refused = await reference({}, "refuse");
    const inForce = await reference({}, "approve");
    const waiting = await reference({});
    const oral = await reference({ oral: { by: force.authoriser, rank: null, at: NOON } });
    const later = await reference({ from: NOON + 2 * DAY }, "approve");
    const refusedToo = await reference({}, "refuse");
    const forDecider = [waiting, oral, inForce, later, refusedToo, refused];
    expect(await listed({})).toEqual(forDecider);
    expect(await listed({ waitingFirst: false })).toEqual([
      inForce,
      oral,
      waiting,
      later,
      refusedToo,
      refused,
    ]);

    const seen: string[] = [];
    let after: Parameters<PostgresAuthorityLife["list"]>[0]["after"];
    for (;;) {
      const page = await life.list({
        seen: all(),
        waitingFirst: true,
        now: NOON + HOUR,
        limit: 2,
        ...(after === undefined ? {} : { after }),
      });
      if (page.length === 0) break;
      seen.push(...page.map(({ authority }) => authority.reference));
      after = page.at(-1)?.place;
    }
    expect(seen).toEqual(forDecider);
    expect(await listed({ state: "refused" })).toEqual([refusedToo, refused]);
    expect(await listed({ state: "ended", now: NOON + 40 * DAY })).toEqual([later, oral, inForce]);
    expect(await listed({ state: "approved", now: NOON + 40 * DAY })).toEqual([]);
  });

  it("are seen within a scope only: an asker's own and those they may rely on", async () => {
    await aForce();
    const mine = await life.request(aRequest());
    const others = await life.request(aRequest({ askedBy: force.other }));
    const named = await life.request(aRequest({ askedBy: force.other, holders: [force.asker] }));
    const forAll = await life.request(aRequest({ askedBy: force.other }));
    for (const { id } of [named, forAll]) await life.approve(id, terms, decision());
    const seen = { organisation: force.organisation, person: force.asker };
    expect((await listed({ seen })).sort()).toEqual([mine, named, forAll].map((one) => one.reference).sort());
    expect(await listed({ seen, askedBy: force.asker })).toEqual([mine.reference]);
    expect(await life.record(others.reference, seen)).toBeUndefined();
    expect(await life.record(named.reference, seen)).toMatchObject({ holders: [force.asker] });
    expect(
      await life.record(mine.id, { organisation: force.organisation + 1000, person: null }),
    ).toBeUndefined();
    expect(await life.record(mine.id, { organisation: null, person: null })).toMatchObject({ id: mine.id });
    expect(await life.record("nothing \0", seen)).toBeUndefined();
  });

  it("tell what was asked under them, whether by id or by reference, newest first", async () => {
    const authority = await life.request(aRequest());
    const enquiries = new PostgresEnquiryStore(twin.database);
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    for (const [index, id] of ids.entries()) {
      await runAlong(
        twin.database,
        enquiries.opening({
          id,
          person: force.asker,
          organisation: force.organisation,
          authority: index === 1 ? authority.id : authority.reference,
          purpose: null,
          level: null,
          reference: null,
          reason: "Why",
          question: { kind: "vrm", vrm: "AB12CDE", from: NOON - 1000, to: NOON },
          asked: NOON + index,
          outcome: "refused",
        }),
      );
    }
    const first = await life.enquiriesUnder(authority, { limit: 2 });
    expect(first.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(first[0]).toMatchObject({ by: { id: force.asker }, kind: "vrm", outcome: "refused", count: null });
    const after = first[1] as (typeof first)[0];
    expect((await life.enquiriesUnder(authority, { limit: 2, after })).map(({ id }) => id)).toEqual([ids[0]]);
    expect(
      await life.enquiriesUnder({ ...authority, organisation: force.organisation + 1000 }, { limit: 9 }),
    ).toEqual([]);
  });

  it("find colleagues of the own organisation only", async () => {
    const [name] = await twin.database.query<{ username: string }>(
      "select username from person where id = $1",
      [force.other],
    );
    const username = name?.username ?? "";
    expect(await life.colleagues(force.organisation, [username, "nobody \0"])).toEqual([
      { id: force.other, username, active: true },
    ]);
    expect(await life.colleagues(force.organisation + 1000, [username])).toEqual([]);
  });
});
