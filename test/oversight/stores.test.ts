import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { service } from "../../src/audit/actor.ts";
import { Audited } from "../../src/audit/audited.ts";
import { drawMonth, monthBefore } from "../../src/oversight/draw-month.ts";
import { drawRechecks } from "../../src/oversight/draw-rechecks.ts";
import { isOverdue } from "../../src/oversight/finding.ts";
import type { Reviewer } from "../../src/oversight/sample-store.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { PostgresAuditFigures } from "../../src/storage/postgres/oversight/audit-figures.ts";
import { PostgresAuditNeighbours } from "../../src/storage/postgres/oversight/audit-neighbours.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresFindingStore } from "../../src/storage/postgres/oversight/finding-store.ts";
import { PostgresPersonStore } from "../../src/storage/postgres/identity/person-store.ts";
import { PostgresSampleStore } from "../../src/storage/postgres/oversight/sample-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

const DAY_MS = 86_400_000;
const OCTOBER = Date.parse("2026-10-10T09:30:00Z");
const NUMBERS = {
  samplePercent: 1,
  sampleMinimum: 4,
  nationalRecheckPercent: 50,
  ordinaryDays: 90,
  manyReads: 100,
};
const SERVICE = service("audit-sampling");
const STALE = { now: new Date(NOON), staleBefore: new Date(NOON - DAY_MS) };

onBothTwins("the auditors' work", (twin) => {
  const force = { organisation: 0, asker: "", auditor: {} as Reviewer, national: {} as Reviewer };
  const stores = () => ({
    samples: new PostgresSampleStore(twin.database),
    findings: new PostgresFindingStore(twin.database),
    figures: new PostgresAuditFigures(twin.database),
  });
  const draw = (month: string, database: Database = twin.database): Promise<readonly string[]> => {
    const parts = { store: new PostgresSampleStore(database), numbers: () => NUMBERS, now: () => NOON };
    const audited = new Audited(new PostgresAuditLog(database, () => NOON));
    return drawMonth({ ...parts, audited }, month, SERVICE);
  };

  /** An enquiry as the log has it: asked, then how it ended. */
  /** A checkpoint is over entries that are there: so many of the service's own. */
  const fill = async (entries: number): Promise<void> => {
    const log = new PostgresAuditLog(twin.database, () => NOON);
    const start = {
      actor: "service",
      organisation: null,
      action: "service.start",
      outcome: "done",
      subject: { roles: [] },
      requestId: null,
    } as const;
    while ((await log.append(start)).index < entries);
  };
  async function enquiry(n: number, differing: Record<string, unknown> = {}, actor = force.asker) {
    const log = new PostgresAuditLog(twin.database, () => OCTOBER + n * 60_000);
    const base = { actor, organisation: force.organisation, action: "enquiry.ask", requestId: null } as const;
    const from = new Date(OCTOBER - DAY_MS).toISOString();
    const subject = { enquiry: `e${n}`, kind: "vrm", vrm: "AB12CDE", level: "major", from, ...differing };
    await log.append({ ...base, outcome: "asked", subject });
    await log.append({ ...base, outcome: "allowed", subject: { enquiry: `e${n}`, count: n * 30 } });
  }

  it("draws a month that is over, once, from the first checkpoint after it", async () => {
    const { organisation, person } = await aPerson(twin.database);
    const people = new PostgresPersonStore(twin.database);
    const member = async (username: string, fullName: string, role: "auditor" | "nationalauditor") => {
      const { id } = await people.add({
        username,
        fullName,
        organisation: organisation.id,
        roles: [role],
        passwordHash: "none",
        totpSecret: Buffer.alloc(1),
      });
      return { person: id, username, fullName, organisation: organisation.id };
    };
    force.organisation = organisation.id;
    force.asker = person.username;
    force.auditor = await member("looker", "Aidan Kerr", "auditor");
    force.national = await member("looker-of-lookers", "Nadia Osei", "nationalauditor");
    for (let n = 0; n < 4; n++) await enquiry(n);
    await enquiry(4, { from: new Date(OCTOBER - 200 * DAY_MS).toISOString() });
    await enquiry(5, { kind: "place" });
    await enquiry(6, {}, force.auditor.username);

    await expect(draw("2026-10")).rejects.toMatchObject({ code: "NOT_READY" });
    await expect(draw("2026-11")).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(draw("2026-13")).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await fill(20);
    for (const [size, at] of [
      [5, "2026-10-31T23:59:59.999Z"],
      [14, "2026-11-01T00:00:00.200Z"],
      [20, "2026-11-02T00:00:00Z"],
    ]) {
      await twin.database.query(
        "insert into audit_checkpoint (size, root, note, at) values ($1, $2, 'note', $3)",
        [size, Buffer.alloc(32, Number(size)), new Date(String(at))],
      );
    }
    expect(await draw("2026-10")).toEqual([organisation.name]);
    expect(await draw("2026-10")).toEqual([]);
    expect(await draw("2026-09")).toEqual([]);
    const [sample] = await stores().samples.list({ organisation: organisation.id, limit: 5 });
    expect(sample).toMatchObject({
      month: "2026-10",
      population: 7,
      items: 4,
      reviewed: 0,
      toRecheck: 0,
      rechecked: 0,
      seed: { size: 14, root: "0e".repeat(32) },
      strata: { old: 1, area: 1, volume: 1, rest: 1 },
    });
    const log = new PostgresAuditLog(twin.database, () => NOON);
    const [entry] = await log.find({ action: "sample.draw", limit: 1 });
    expect(entry?.subject).toMatchObject({ month: "2026-10", population: 7, count: 4, seed: sample?.seed });
  });

  it("counts what an enquiry found, though a second entry says it", async () => {
    const enquiries = await stores().samples.enquiries(force.organisation, "2026-10");
    expect(enquiries.map(({ count }) => count)).toEqual([0, 30, 60, 90, 120, 150, 180]);
    expect(enquiries[4]).toMatchObject({ kind: "vrm", from: OCTOBER - 200 * DAY_MS, at: OCTOBER + 240_000 });
  });

  describe("the review", () => {
    const answers = { "reason-specific": { answer: "no", note: "Says only: as discussed" } } as const;

    it("gives the next, the same until it is done, and never to who asked", async () => {
      const { samples } = stores();
      const fullName = "Somebody else";
      const self: Reviewer = { ...force.national, username: force.asker, fullName };
      expect(await samples.next(self, "review", force.organisation, STALE)).toMatchObject({
        person: force.auditor.username,
      });
      await twin.database.query("update audit_sample_item set assigned_to = null");
      const first = await samples.next(force.auditor, "review", force.organisation, STALE);
      expect(first?.person).toBe(force.asker);
      expect(await samples.next(force.auditor, "review", force.organisation, STALE)).toEqual(first);
      expect(await samples.next(force.auditor, "review", force.organisation + 1, STALE)).toBeUndefined();
      const other = await samples.next(force.national, "review", null, STALE);
      expect(other?.id).not.toBe(first?.id);
    });

    it("is not given to somebody of the same full name on another account", async () => {
      const { samples } = stores();
      await twin.database.query("update audit_sample_item set assigned_to = null");
      const namesake = { ...force.national, fullName: "a person" };
      const item = await samples.next(namesake, "review", null, STALE);
      expect(item?.person).toBe(force.auditor.username);
    });

    it("takes a review from who has the item only, and opens its finding in the same act", async () => {
      const { samples, findings } = stores();
      await twin.database.query("update audit_sample_item set assigned_to = null");
      const item = (await samples.next(force.auditor, "review", force.organisation, STALE))!;
      const finding = {
        title: "Is the reason specific?",
        note: "No",
        dueAt: new Date(NOON + 28 * DAY_MS),
      };
      const now = new Date(NOON);
      expect(await samples.review(item.id, force.national, answers, finding, now)).toBe(false);
      expect(await findings.list({ organisation: null, limit: 5 })).toEqual([]);
      expect(await samples.review(item.id, force.auditor, answers, finding, now)).toBe(true);
      expect(await samples.review(item.id, force.auditor, answers, finding, now)).toBe(false);
      expect((await samples.item(item.id))?.review).toEqual({ by: "looker", at: now, answers });
      const [opened] = await findings.list({ organisation: force.organisation, limit: 5 });
      expect(opened).toMatchObject({
        item: item.id,
        entry: item.entry,
        about: force.asker,
        state: "open",
        owner: { username: "looker" },
      });
    });

    it("hands out again what somebody left lying", async () => {
      const { samples } = stores();
      const left = (await samples.next(force.auditor, "review", force.organisation, STALE))!;
      const later = { now: new Date(NOON + DAY_MS + 1), staleBefore: new Date(NOON + 1) };
      const reviewer = { ...force.national, username: force.auditor.username };
      const handed = await samples.next(reviewer, "review", force.organisation, later);
      expect(handed?.id).toBe(left.id);
    });

    it("is looked at again by another, and by nobody twice", async () => {
      const { samples } = stores();
      const now = new Date(NOON);
      await twin.database.query(
        "update audit_sample_item set assigned_to = null, recheck = (reviewed_by is not null)",
      );
      expect(await samples.next(force.auditor, "recheck", null, STALE)).toBeUndefined();
      const item = (await samples.next(force.national, "recheck", null, STALE))!;
      expect(item.review?.by).toBe("looker");
      const verdict = { agrees: false, note: "The reason names the case" };
      expect(await samples.recheck(item.id, force.auditor, verdict, null, now)).toBe(false);
      expect(await samples.recheck(item.id, force.national, verdict, null, now)).toBe(true);
      expect(await samples.next(force.national, "recheck", null, STALE)).toBeUndefined();
      expect((await samples.item(item.id))?.secondLook).toMatchObject({
        by: "looker-of-lookers",
        ...verdict,
      });
    });
  });

  it("moves a finding on with its history, once from each state that was seen", async () => {
    const { findings } = stores();
    const [opened] = await findings.list({ organisation: force.organisation, state: "open", limit: 1 });
    const finding = opened!;
    const dueAt = new Date(NOON + 7 * DAY_MS);
    const to = { state: "training", owner: force.national.person, dueAt, note: "Shown how" } as const;
    const settled = new Date(NOON + 1_000);
    expect(await findings.change(finding.id, "open", to, force.auditor.person, settled)).toBe(true);
    expect(await findings.change(finding.id, "open", to, force.auditor.person, settled)).toBe(false);
    const after = (await findings.find(finding.id))!;
    expect(after).toMatchObject({
      state: "training",
      closedAt: settled,
      dueAt,
      owner: { fullName: "Nadia Osei" },
    });
    const again = { ...to, state: "open", note: "There is more to it" } as const;
    expect(await findings.change(finding.id, "training", again, force.auditor.person, settled)).toBe(true);
    expect((await findings.find(finding.id))?.closedAt).toBeNull();
    expect((await findings.history(finding.id)).map(({ state, by, note }) => [state, by, note])).toEqual([
      ["open", "looker", "No"],
      ["training", "looker", "Shown how"],
      ["open", "looker", "There is more to it"],
    ]);
    await expect(twin.database.query("delete from audit_finding_event")).rejects.toThrow(/only grows/);
  });

  it("lists the findings that are overdue", async () => {
    const { findings } = stores();
    const late = new Date(NOON + 8 * DAY_MS);
    expect(await findings.list({ organisation: null, overdueAt: new Date(NOON), limit: 5 })).toEqual([]);
    const [finding] = await findings.list({ organisation: null, overdueAt: late, limit: 5 });
    expect(isOverdue(finding!, late.getTime())).toBe(true);
    expect(await findings.list({ organisation: force.organisation + 1, overdueAt: late, limit: 5 })).toEqual(
      [],
    );
  });

  it("gives nobody their own, whoever takes turns with whom", async () => {
    const { samples } = stores();
    const reviewers = [
      force.auditor,
      force.national,
      { ...force.auditor, username: force.asker, fullName: "On another account" },
      { ...force.national, username: "third", fullName: "A Person" },
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(reviewers.length - 1), { maxLength: 12 }), async (turns) => {
        await twin.database.query(
          `update audit_sample_item set assigned_to = null, assigned_at = null, reviewed_by = null, reviewed_at = null,
             answers = null, rechecked_by = null, rechecked_at = null, recheck_agrees = null`,
        );
        for (const turn of turns) {
          const reviewer = reviewers[turn] as Reviewer;
          const item = await samples.next(reviewer, "review", null, STALE);
          if (item === undefined) continue;
          expect(item.person).not.toBe(reviewer.username);
          if (reviewer.fullName === "A Person") expect(item.person).not.toBe(force.asker);
          const done = await samples.review(item.id, reviewer, {}, null, new Date(NOON));
          expect(done).toBe(true);
        }
      }),
      { numRuns: 12 },
    );
  });

  describe("which reviews are looked at again", () => {
    const draw = (now = NOON) =>
      drawRechecks({
        store: stores().samples,
        audited: new Audited(new PostgresAuditLog(twin.database, () => now)),
        numbers: () => NUMBERS,
        now: () => now,
      });
    const drawnItems = async (): Promise<readonly number[]> =>
      (
        await twin.database.query<{ id: number }>(
          "select id from audit_sample_item where recheck order by id",
        )
      ).map(({ id }) => id);

    it("nobody knows before the log has gone on after the last review of a turn", async () => {
      await twin.database.query(
        `update audit_sample_item set assigned_to = null, assigned_at = null, reviewed_by = null, reviewed_at = null,
           answers = null, rechecked_by = null, rechecked_at = null, recheck_agrees = null, recheck = false`,
      );
      const { samples } = stores();
      const made: number[] = [];
      const review = async (reviewer: Reviewer, at: number): Promise<void> => {
        const item = (await samples.next(reviewer, "review", null, STALE))!;
        await samples.review(item.id, reviewer, {}, null, new Date(at));
        made.push(item.id);
      };
      await review(force.national, NOON);
      expect(await draw()).toBe(0);
      await review(force.national, NOON + 1_000);
      // The turn is over, and nothing was signed since: nobody can tell yet.
      expect(await draw()).toBe(0);
      await fill(31);
      await twin.database.query(
        "insert into audit_checkpoint (size, root, note, at) values (30, $1, 'note', $2), (31, $3, 'note', $4)",
        [Buffer.alloc(32, 9), new Date(NOON + 1_000), Buffer.alloc(32, 7), new Date(NOON + 1_200)],
      );
      expect(await draw()).toBe(1);
      const [item, ...more] = await drawnItems();
      expect([made.includes(item!), more]).toEqual([true, []]);
      const log = new PostgresAuditLog(twin.database, () => NOON);
      const [entry] = await log.find({ action: "sample.draw", limit: 1 });
      expect(entry?.subject).toMatchObject({
        kind: "recheck",
        population: 2,
        seed: { size: 31, root: "07".repeat(32) },
        item,
      });
      expect(await draw(NOON + 5_000)).toBe(0);
    });

    it("is never told to whoever made the review, on another account of theirs either", async () => {
      const { samples } = stores();
      const namesake = { ...force.auditor, fullName: "NADIA OSEI" };
      expect(await samples.next(namesake, "recheck", null, STALE)).toBeUndefined();
      expect(await samples.next(force.national, "recheck", null, STALE)).toBeUndefined();
      const another = { ...force.auditor, username: "third", fullName: "Somebody else" };
      expect(await samples.next(another, "recheck", null, STALE)).toBeDefined();
    });
  });

  it("counts patterns of use on UK clocks", async () => {
    const period = { from: new Date(OCTOBER - DAY_MS), to: new Date(NOON + DAY_MS), people: 10 };
    const { figures } = stores();
    const counted = await figures.figures({ ...period, organisation: force.organisation });
    expect(counted.byLevel).toEqual([{ name: "major", count: 7 }]);
    expect(counted.byHour).toHaveLength(24);
    expect(counted.byHour[10]).toEqual({ name: "10", count: 7 });
    expect(counted.byPerson).toEqual([
      { name: force.asker, count: 6 },
      { name: "looker", count: 1 },
    ]);
    expect(counted.volume).toEqual([{ day: "2026-10-10", enquiries: 7, pages: 0, exports: 0 }]);
    const log = new PostgresAuditLog(twin.database, () => NOON);
    await log.append({
      actor: force.asker,
      organisation: force.organisation,
      action: "enquiry.ask",
      outcome: "refused",
      subject: { rules: ["authority-current", "reason-given"], enquiry: "e9" },
      requestId: null,
    });
    const all = await figures.figures({ ...period, organisation: null });
    expect(all.refusals).toEqual([
      { name: "authority-current", count: 1 },
      { name: "reason-given", count: 1 },
    ]);
    expect(all.byPerson).toEqual([]);
    const again = await figures.figures({ ...period, organisation: force.organisation });
    await log.append({
      actor: force.asker,
      organisation: force.organisation,
      action: "enquiry.ask",
      outcome: "refused",
      subject: { rules: ["pages-within-limit"], enquiry: "e1" },
      requestId: null,
    });
    const turned = await figures.figures({ ...period, organisation: force.organisation });
    expect([turned.byLevel, turned.byPerson, turned.volume]).toEqual([
      again.byLevel,
      again.byPerson,
      // The day on which it was refused knows of it too.
      [again.volume[0], { ...again.volume[1], enquiries: 2 }],
    ]);
    const none = await figures.figures({ ...period, organisation: force.organisation + 1 });
    expect(none.byLevel).toEqual([]);
  });
});

onBothTwins("the entries around one", (twin) => {
  it("hold an enquiry's own pages, whatever else was written under its request", async () => {
    const { organisation, person } = await aPerson(twin.database);
    const log = new PostgresAuditLog(twin.database, () => NOON);
    const append = (action: "enquiry.ask" | "enquiry.page" | "hit.list", requestId: string) =>
      log.append({
        actor: person.username,
        organisation: organisation.id,
        action,
        outcome: "asked",
        subject: action === "hit.list" ? {} : { enquiry: "watched" },
        requestId,
      });
    for (let n = 0; n < 6; n++) await append("hit.list", "same");
    const asked = await append("enquiry.ask", "same");
    for (let n = 0; n < 6; n++) await append("hit.list", "same");
    const page = await append("enquiry.page", "later");
    const around = (limit: number) =>
      new PostgresAuditNeighbours(twin.database).around(asked, organisation.id, limit);
    expect(await around(2)).toEqual([asked.index, page.index]);
    expect(await around(4)).toEqual([asked.index - 1, asked.index, asked.index + 1, page.index]);
    expect(await around(100)).toHaveLength(14);
  });
});

describe("the month before", () => {
  it("is the calendar's, in UTC, over the turn of a year", () => {
    expect(monthBefore(Date.parse("2026-01-01T00:00:00Z"))).toBe("2025-12");
    expect(monthBefore(Date.parse("2026-03-31T23:59:59Z"))).toBe("2026-02");
    expect(monthBefore(Date.parse("2026-03-31T23:59:59Z"), 3)).toBe("2025-12");
  });
});
