import { describe, expect, it } from "vitest";
import { AccountActs } from "../../src/identity/accounts/account-acts.ts";
import type { Account } from "../../src/identity/accounts/account.ts";
import { AccountClocks } from "../../src/identity/tasks/account-clocks.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { PostgresAccountStore } from "../../src/storage/postgres/identity/account-store.ts";
import { PostgresAccountDutyStore } from "../../src/storage/postgres/identity/task-store.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresOrganisationStore } from "../../src/storage/postgres/identity/organisation-store.ts";
import { PostgresPersonStore } from "../../src/storage/postgres/identity/person-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import type { Actor } from "../../src/audit/actor.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const { accounts: NUMBERS } = loadPolicyPack("policies/uk");
const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);

onBothTwins("the clocks of accounts", (twin) => {
  let made = 0;

  /** An organisation with one active account, an administrator's hand, and clocks whose time is handed in. */
  async function setting(differing: { roles?: readonly ["admin"]; trainedDaysAgo?: number | null } = {}) {
    made++;
    const clock: { now: number; logged?: number } = { now: Date.now() };
    const store = new PostgresAccountStore(twin.database);
    const duties = new PostgresAccountDutyStore(twin.database);
    const audit = new PostgresAuditLog(twin.database, () => clock.now);
    const organisations = new PostgresOrganisationStore(twin.database);
    const [organisation] = await organisations.ensure([`Clock Force ${made}`]);
    const { trainedDaysAgo = 10 } = differing;
    const people = new PostgresPersonStore(twin.database);
    const newPerson = {
      fullName: "A Person",
      organisation: organisation!.id,
      vetting: "NPPV3",
      passwordHash: "none",
      totpSecret: Buffer.alloc(1),
    };
    const person = await people.add({
      ...newPerson,
      username: `clocked${made}`,
      roles: differing.roles ?? ["investigator"],
      trainedOn: trainedDaysAgo === null ? null : iso(clock.now - trainedDaysAgo * DAY),
    });
    const keeper = await people.add({ ...newPerson, username: `keeper${made}`, roles: ["admin"] });
    const lastKeeper = async (): Promise<Account> => (await store.byId(keeper.id)) as Account;
    const acts = new AccountActs({ store, audit, numbers: () => NUMBERS, now: () => clock.now });
    const clocks = new AccountClocks({
      accounts: store,
      acts,
      duties,
      numbers: () => NUMBERS,
      loggedBefore: async (moment) => (clock.logged === undefined ? moment : clock.logged),
      now: () => clock.now,
    });
    const hand: Actor = {
      name: keeper.username,
      person: keeper.id,
      organisation: organisation!.id,
      requestId: "r",
    };
    const account = async (): Promise<Account> => (await store.byId(person.id)) as Account;
    const open = async () =>
      (await duties.open({ organisation: organisation!.id, limit: 50 })).filter(
        ({ person: about }) => about?.id !== keeper.id,
      );
    const personDuties = async () => (await open()).filter(({ person: about }) => about !== null);
    return {
      store,
      duties,
      audit,
      organisations,
      organisation: organisation!,
      acts,
      clocks,
      clock,
      hand,
      account,
      open,
      personDuties,
      lastKeeper,
    };
  }

  /** What the log says was done to an account by the clocks. */
  async function logged(audit: PostgresAuditLog, username: string) {
    const entries = await audit.find({ actor: "account-clocks", limit: 200 });
    return entries
      .filter(({ subject }) => subject["account"] === username)
      .map(({ action }) => action)
      .reverse();
  }

  it("suspend an account after 90 idle days, give 7 days to review the need, and then end it", async () => {
    const { clocks, clock, account, audit, personDuties, store } = await setting();
    const { username, created } = await account();
    clock.now = created.getTime() + 90 * DAY - 1;
    await clocks.run();
    expect((await account()).state).toBe("active");

    clock.now += 2; // The store's clock is finer than ours.
    await clocks.run();
    const suspended = await account();
    expect([suspended.state, suspended.stateWhy]).toEqual(["suspended", "Not used for 90 days."]);
    const [duty] = await personDuties();
    expect(duty).toMatchObject({ kind: "review-need", due: new Date(clock.now + 7 * DAY) });

    await clocks.run();
    clock.now += 7 * DAY - 1;
    await clocks.run();
    expect([(await account()).state, (await account()).version]).toEqual(["suspended", suspended.version]);
    clock.now += 1;
    await clocks.run();
    await clocks.run();
    expect((await account()).state).toBe("ended");
    expect(await personDuties()).toEqual([]);
    expect(await logged(audit, username)).toEqual(["person.suspend", "person.end"]);
    const history = await store.history(suspended.id, { limit: 9 });
    expect(history.map(({ what, by, before }) => [what, by, before])).toEqual([
      ["ended", null, { state: "suspended" }],
      ["suspended", null, { state: "active" }],
    ]);
  });

  it("suspend the last who keeps accounts, and never end it, so that there is a way back", async () => {
    const { clocks, clock, account, lastKeeper, acts, hand } = await setting();
    clock.now = (await account()).created.getTime() + 91 * DAY;
    await clocks.run();
    clock.now += 8 * DAY;
    await clocks.run();
    expect([(await account()).state, (await lastKeeper()).state]).toEqual(["ended", "suspended"]);
    await acts.reactivate(await lastKeeper(), "Back.", { ...hand, name: "another" });
    await acts.change(await lastKeeper(), { leavesOn: iso(clock.now) }, "Leaves.", hand);
    clock.now += 3 * DAY;
    await clocks.run();
    const kept = await lastKeeper();
    expect([kept.state, kept.stateWhy]).toEqual([
      "suspended",
      expect.stringMatching(/nobody else here administers/),
    ]);
  });

  it("do nothing for a day after the machine's clock has jumped ahead by months", async () => {
    const { clocks, clock, account } = await setting();
    const { created } = await account();
    clock.logged = created.getTime();
    clock.now = created.getTime() + 120 * DAY;
    expect(await clocks.run()).toMatch(/^Nothing done/);
    expect((await account()).state).toBe("active");
    clock.logged = clock.now;
    clock.now += 2 * DAY;
    await clocks.run();
    expect((await account()).state).toBe("suspended");
  });

  it("count from the last use, and start again when somebody reactivates the account", async () => {
    const { clocks, clock, account, acts, hand, personDuties } = await setting();
    const { id, created } = await account();
    const used = created.getTime() + 40 * DAY;
    await twin.database.query("update person set last_used = $2 where id = $1", [id, new Date(used)]);
    clock.now = used + 90 * DAY - 1;
    await clocks.run();
    expect((await account()).state).toBe("active");
    clock.now += 1;
    await clocks.run();
    expect((await account()).state).toBe("suspended");

    await acts.reactivate(await account(), "Back from leave, still in the team.", hand);
    expect(await personDuties()).toEqual([]);
    await clocks.run();
    expect((await account()).state).toBe("active");
    clock.now += 90 * DAY;
    await clocks.run();
    expect((await account()).state).toBe("suspended");
  });

  it("end the account of a leaver within 48 hours of the last day's beginning, unless somebody did before", async () => {
    const { clocks, clock, account, acts, hand, personDuties } = await setting();
    const lastDay = iso(clock.now + 3 * DAY);
    await acts.change(await account(), { leavesOn: lastDay }, "Leaves the force.", hand);
    await clocks.run();
    const [duty] = await personDuties();
    expect(duty).toMatchObject({ kind: "end-leaver", due: new Date(Date.parse(lastDay) + 48 * HOUR) });

    const later = iso(clock.now + 5 * DAY);
    await acts.change(await account(), { leavesOn: later }, "Stays two days longer.", hand);
    await clocks.run();
    expect((await personDuties()).map(({ due }) => due)).toEqual([new Date(Date.parse(later) + 48 * HOUR)]);
    clock.now = Date.parse(later) + 48 * HOUR - 1;
    await clocks.run();
    expect((await account()).state).toBe("active");
    clock.now += 1;
    await clocks.run();
    expect([(await account()).state, await personDuties()]).toEqual(["ended", []]);
  });

  it("ask for a review of permissions within 7 days of another set of roles, and of nothing else", async () => {
    const { clock, account, acts, duties, hand, personDuties } = await setting();
    await acts.change(await account(), { rank: "sergeant" }, "Promoted.", hand);
    expect(await personDuties()).toEqual([]);
    await acts.change(await account(), { roles: ["analyst"] }, "Moved to the analysts.", hand);
    const [duty] = await personDuties();
    expect(duty).toMatchObject({ kind: "review-permissions", due: new Date(clock.now + 7 * DAY) });
    const done = { by: hand.person, outcome: "reviewed", note: "All needed.", now: clock.now };
    expect(await duties.close(duty!.id, done)).toBe(true);
    expect(await duties.close(duty!.id, done)).toBe(false);
    expect(await personDuties()).toEqual([]);
  });

  it("tell of training 30 days before it lapses, and at once where there is none; renewing it does the duty", async () => {
    const { clocks, clock, account, acts, hand, personDuties } = await setting({ trainedDaysAgo: 0 });
    const { trainedOn } = await account();
    const lapse = new Date(`${trainedOn}T00:00:00Z`);
    lapse.setUTCFullYear(lapse.getUTCFullYear() + 2);
    const due = lapse.getTime() + DAY;
    clock.now = due - 30 * DAY - 1;
    await twin.database.query("update person set last_used = $2 where id = $1", [
      (await account()).id,
      new Date(clock.now),
    ]);
    await clocks.run();
    expect(await personDuties()).toEqual([]);
    clock.now += 1;
    await clocks.run();
    expect((await personDuties()).map((duty) => [duty.kind, duty.due])).toEqual([
      ["renew-training", new Date(due)],
    ]);
    await acts.change(await account(), { trainedOn: iso(clock.now) }, "Took the course again.", hand);
    await clocks.run();
    expect(await personDuties()).toEqual([]);

    const untrained = await setting({ trainedDaysAgo: null });
    await untrained.clocks.run();
    expect((await untrained.personDuties()).map(({ kind }) => kind)).toEqual(["renew-training"]);
    expect(await untrained.duties.counts(untrained.clock.now + DAY, untrained.organisation.id)).toMatchObject(
      {
        overdue: 2,
      },
    );
  });

  it("tell of an organisation's written policy 30 days before it lapses", async () => {
    const { clocks, clock, organisation, organisations, open } = await setting();
    const policy = (days: number) => ({
      policy: {
        reference: "P-1",
        date: iso(clock.now),
        until: iso(clock.now + days * DAY),
        owner: "Somebody",
      },
    });
    const kinds = async () => (await open()).filter(({ person }) => person === null).map(({ kind }) => kind);
    await clocks.run();
    expect(await kinds()).toEqual(["renew-policy"]);
    await organisations.change(organisation.id, policy(60));
    await clocks.run();
    expect(await kinds()).toEqual([]);
    await organisations.change(organisation.id, policy(20));
    await clocks.run();
    expect(await kinds()).toEqual(["renew-policy"]);
  });

  it("change an account only as it was seen, and say in the log what was not done", async () => {
    const { account, acts, audit, hand } = await setting();
    const seen = await account();
    await acts.change(seen, { rank: "inspector" }, "Promoted.", hand);
    await expect(acts.suspend(seen, "Long absence.", hand)).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await account()).state).toBe("active");
    const outcomes = (await audit.find({ actor: hand.name, action: "person.suspend", limit: 5 })).map(
      ({ outcome }) => outcome,
    );
    expect(outcomes).toEqual(["failed", "allowed"]);
    await acts.end(await account(), "Left.", hand);
    await expect(acts.reactivate(await account(), "Came back.", hand)).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  it("end the sessions of an account that is suspended, at once", async () => {
    const { account, acts, clock, hand } = await setting();
    const { id } = await account();
    await twin.database.query(
      "insert into session (token_hash, person_id, csrf_token, created, last_seen, expires) values ($1, $2, 'x', $3, $3, $4)",
      [Buffer.alloc(32, made), id, new Date(clock.now), new Date(clock.now + DAY)],
    );
    await acts.suspend(await account(), "Long absence.", hand);
    expect(await twin.database.query("select 1 as one from session where person_id = $1", [id])).toEqual([]);
  });

  describe("kinds of account", () => {
    it("are never mixed on one login, whatever a program tries", async () => {
      const { account } = await setting();
      const { id } = await account();
      for (const roles of [["investigator", "admin"], ["investigator", "auditor"], ["nationaladmin"]]) {
        await expect(
          twin.database.query("update person set roles = $2::text[] where id = $1", [id, roles]),
        ).rejects.toMatchObject({ constraint: "person_never_both" });
      }
    });
  });
});
