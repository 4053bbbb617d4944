import { describe, expect, it } from "vitest";
import { Audited } from "../../src/audit/audited.ts";
import type { Account, AccountChange } from "../../src/identity/accounts/account.ts";
import type { StateAct } from "../../src/identity/accounts/account-state.ts";
import { Accounts } from "../../src/identity/accounts/accounts.ts";
import { AccountClocks } from "../../src/identity/tasks/account-clocks.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { PostgresAccountStore } from "../../src/storage/postgres/identity/account-store.ts";
import { PostgresTaskStore } from "../../src/storage/postgres/identity/task-store.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresOrganisationStore } from "../../src/storage/postgres/identity/organisation-store.ts";
import { PostgresPersonStore } from "../../src/storage/postgres/identity/person-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { PostgresSuspicionStore } from "../../src/storage/postgres/identity/suspicion-store.ts";
import { aCaller } from "./a-caller.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const PACK = loadPolicyPack("policies/uk");
const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);

onBothTwins("the clocks of accounts", (twin) => {
  let made = 0;

  /** An organisation with one active account, its administrator, and clocks whose time is handed in. */
  async function setting(differing: { roles?: readonly ["admin"]; trainedDaysAgo?: number | null } = {}) {
    made++;
    const clock: { now: number; logged?: number } = { now: Date.now() };
    const store = new PostgresAccountStore(twin.database);
    const tasks = new PostgresTaskStore(twin.database);
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
    const audited = new Audited(audit);
    const accounts = new Accounts({
      store,
      organisations,
      tasks,
      suspicions: new PostgresSuspicionStore(twin.database),
      audited,
      numbers: () => PACK,
      now: () => clock.now,
    });
    const clocks = new AccountClocks({
      accounts: store,
      audited,
      tasks,
      numbers: () => PACK.accounts,
      cameras: () => PACK.cameras,
      loggedBefore: async (moment) => (clock.logged === undefined ? moment : clock.logged),
      now: () => clock.now,
    });
    const caller = aCaller(keeper);
    /** Somebody national, who may change the keeper's own account. */
    const national = aCaller(person, { roles: ["nationaladmin"] });
    const change = (of: Account, to: AccountChange, reason: string, by = caller): Promise<Account> =>
      accounts.change(of.username, to, { version: of.version, reason }, by);
    const move = (of: Account, act: StateAct, reason: string, by = caller): Promise<Account> =>
      accounts.setState(of.username, act, { version: of.version, reason }, by);
    const account = async (): Promise<Account> => (await store.byId(person.id)) as Account;
    const open = async () =>
      (await tasks.open({ organisation: organisation!.id, limit: 50 })).filter(
        ({ person: about }) => about?.id !== keeper.id,
      );
    const personTasks = async () => (await open()).filter(({ person: about }) => about !== null);
    return {
      store,
      tasks,
      audit,
      organisations,
      organisation: organisation!,
      accounts,
      caller,
      national,
      change,
      move,
      clocks,
      clock,
      account,
      open,
      personTasks,
      lastKeeper,
    };
  }

  /** What the log says was done to an account by the clocks. */
  async function logged(audit: PostgresAuditLog, username: string) {
    const entries = await audit.find({ actor: "account-clocks", limit: 200 });
    return entries
      .filter(({ subject, outcome }) => subject["account"] === username && outcome === "done")
      .map(({ action }) => action)
      .reverse();
  }

  it("suspend an account after 90 idle days, give 7 days to review the need, and then end it", async () => {
    const { clocks, clock, account, audit, personTasks, store } = await setting();
    const { username, created } = await account();
    clock.now = created.getTime() + 90 * DAY - 1;
    await clocks.run();
    expect((await account()).state).toBe("active");

    clock.now += 2; // The store's clock is finer than ours.
    await clocks.run();
    const suspended = await account();
    expect([suspended.state, suspended.stateWhy]).toEqual(["suspended", "Not used for 90 days."]);
    const [task] = await personTasks();
    expect(task).toMatchObject({ kind: "review-need", due: new Date(clock.now + 7 * DAY) });

    await clocks.run();
    clock.now += 7 * DAY - 1;
    await clocks.run();
    expect([(await account()).state, (await account()).version]).toEqual(["suspended", suspended.version]);
    clock.now += 1;
    await clocks.run();
    await clocks.run();
    expect((await account()).state).toBe("ended");
    expect(await personTasks()).toEqual([]);
    expect(await logged(audit, username)).toEqual(["person.suspend", "person.end"]);
    const history = await store.history(suspended.id, { limit: 9 });
    expect(history.map(({ what, by, before }) => [what, by, before])).toEqual([
      ["ended", null, { state: "suspended" }],
      ["suspended", null, { state: "active" }],
    ]);
  });

  it("suspend the last who keeps accounts, and never end it, so that there is a way back", async () => {
    const { clocks, clock, account, lastKeeper, move, change, national } = await setting();
    clock.now = (await account()).created.getTime() + 91 * DAY;
    await clocks.run();
    clock.now += 8 * DAY;
    await clocks.run();
    expect([(await account()).state, (await lastKeeper()).state]).toEqual(["ended", "suspended"]);
    await move(await lastKeeper(), "reactivate", "Back.", national);
    await change(await lastKeeper(), { leavesOn: iso(clock.now) }, "Leaves.", national);
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
    const { clocks, clock, account, move, personTasks } = await setting();
    const { id, created } = await account();
    const used = created.getTime() + 40 * DAY;
    await twin.database.query("update person set last_used = $2 where id = $1", [id, new Date(used)]);
    clock.now = used + 90 * DAY - 1;
    await clocks.run();
    expect((await account()).state).toBe("active");
    clock.now += 1;
    await clocks.run();
    expect((await account()).state).toBe("suspended");

    await move(await account(), "reactivate", "Back from leave, still in the team.");
    expect(await personTasks()).toEqual([]);
    await clocks.run();
    expect((await account()).state).toBe("active");
    clock.now += 90 * DAY;
    await clocks.run();
    expect((await account()).state).toBe("suspended");
  });

  it("end the account of a leaver within 48 hours of the last day's beginning, unless somebody did before", async () => {
    const { clocks, clock, account, change, personTasks } = await setting();
    const lastDay = iso(clock.now + 3 * DAY);
    await change(await account(), { leavesOn: lastDay }, "Leaves the force.");
    await clocks.run();
    const [task] = await personTasks();
    expect(task).toMatchObject({ kind: "end-leaver", due: new Date(Date.parse(lastDay) + 48 * HOUR) });

    const later = iso(clock.now + 5 * DAY);
    await change(await account(), { leavesOn: later }, "Stays two days longer.");
    await clocks.run();
    expect((await personTasks()).map(({ due }) => due)).toEqual([new Date(Date.parse(later) + 48 * HOUR)]);
    clock.now = Date.parse(later) + 48 * HOUR - 1;
    await clocks.run();
    expect((await account()).state).toBe("active");
    clock.now += 1;
    await clocks.run();
    expect([(await account()).state, await personTasks()]).toEqual(["ended", []]);
  });

  it("ask for a review of permissions within 7 days of another set of roles, and of nothing else", async () => {
    const { clock, account, change, tasks, caller, personTasks } = await setting();
    await change(await account(), { rank: "sergeant" }, "Promoted.");
    expect(await personTasks()).toEqual([]);
    await change(await account(), { roles: ["analyst"] }, "Moved to the analysts.");
    const [task] = await personTasks();
    expect(task).toMatchObject({ kind: "review-permissions", due: new Date(clock.now + 7 * DAY) });
    const done = { by: caller.person, outcome: "reviewed", note: "All needed.", now: clock.now };
    expect(await tasks.close(task!.id, done)).toBe(true);
    expect(await tasks.close(task!.id, done)).toBe(false);
    expect(await personTasks()).toEqual([]);
  });

  it("tell of training 30 days before it lapses, and at once where there is none; renewing it does the task", async () => {
    const { clocks, clock, account, change, personTasks } = await setting({ trainedDaysAgo: 0 });
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
    expect(await personTasks()).toEqual([]);
    clock.now += 1;
    await clocks.run();
    expect((await personTasks()).map((task) => [task.kind, task.due])).toEqual([
      ["renew-training", new Date(due)],
    ]);
    await change(await account(), { trainedOn: iso(clock.now) }, "Took the course again.");
    await clocks.run();
    expect(await personTasks()).toEqual([]);

    const untrained = await setting({ trainedDaysAgo: null });
    await untrained.clocks.run();
    expect((await untrained.personTasks()).map(({ kind }) => kind)).toEqual(["renew-training"]);
    const overdue = async (days: number) =>
      (await untrained.tasks.counts(untrained.clock.now + days * DAY, untrained.organisation.id)).overdue;
    expect([await overdue(1), await overdue(40)]).toEqual([0, 2]);
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
    const { account, change, move, audit, caller } = await setting();
    const seen = await account();
    await change(seen, { rank: "inspector" }, "Promoted.");
    await expect(move(seen, "suspend", "Long absence.")).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await account()).state).toBe("active");
    const outcomes = (await audit.find({ actor: caller.username, action: "person.suspend", limit: 5 })).map(
      ({ outcome }) => outcome,
    );
    expect(outcomes).toEqual(["failed", "asked"]);
    await move(await account(), "end", "Left.");
    await expect(move(await account(), "reactivate", "Came back.")).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  it("end the sessions of an account that is suspended, at once", async () => {
    const { account, move, clock } = await setting();
    const { id } = await account();
    await twin.database.query(
      "insert into session (token_hash, person_id, csrf_token, created, last_seen, expires) values ($1, $2, 'x', $3, $3, $4)",
      [Buffer.alloc(32, made), id, new Date(clock.now), new Date(clock.now + DAY)],
    );
    await move(await account(), "suspend", "Long absence.");
    expect(await twin.database.query("select 1 as one from session where person_id = $1", [id])).toEqual([]);
  });

  it("make an account whole, with its history, its tasks and its link, or not at all", async () => {
    const { accounts, audit, caller, clock, organisation, store, open } = await setting();
    const asked = {
      username: `made${made}`,
      fullName: "Made Whole",
      roles: ["investigator"],
      vetting: "NPPV3",
    } as const;
    const { account, link } = await accounts.add(asked, caller);
    expect([account.state, account.enrolled]).toEqual(["invited", false]);
    expect((await store.history(account.id, { limit: 9 })).map(({ what, by }) => [what, by])).toEqual([
      ["added", caller.username],
    ]);
    expect((await open()).map(({ kind, person }) => [kind, person])).toEqual([["renew-policy", null]]);
    const [done, begun] = await audit.find({ actor: caller.username, action: "person.add", limit: 2 });
    expect([begun?.outcome, done?.outcome, done?.subject["person"]]).toEqual(["asked", "done", account.id]);

    // The link is the last of it: one that is taken already fails when all else stands.
    const whole = { ...asked, organisation: organisation.id, rank: null, trainedOn: null, covert: false };
    const note = { by: caller.person, reason: "New account", now: clock.now };
    const rules = { trainingMonths: 24, leaverHours: 48, warnMs: 0, now: clock.now };
    await expect(store.add({ ...whole, username: `half${made}` }, link, note, rules)).rejects.toThrow();
    expect(await store.byUsername(`half${made}`)).toBeUndefined();
    const events = await twin.database.query<{ count: number }>(
      `select count(*)::integer as count from account_event where by_id = $1 and what = 'added'`,
      [caller.person],
    );
    expect(events).toEqual([{ count: 1 }]);
    const again = { ...whole, username: `half${made}` };
    const { token } = link;
    const other = { ...link, token, tokenHash: Buffer.alloc(32, made) };
    expect((await store.add(again, other, note, rules)).username).toBe(`half${made}`);
  });

  it("say in the log that an account could not be made, and leave nothing of it", async () => {
    const { accounts, audit, caller, account } = await setting();
    const { username } = await account();
    const taken = { username, fullName: "Taken", roles: ["analyst"], vetting: "NPPV3" } as const;
    await expect(accounts.add(taken, caller)).rejects.toMatchObject({ code: "CONFLICT" });
    const entries = await audit.find({ actor: caller.username, action: "person.add", limit: 5 });
    expect(entries.map(({ outcome }) => outcome)).toEqual(["failed", "asked"]);
  });

  it("give a new link with the approval of a second person, used up with it", async () => {
    const { accounts, account, caller, national, tasks, clock, store } = await setting();
    const { username } = await account();
    const ask = async () =>
      accounts.giveLink(
        username,
        { version: (await account()).version, reason: "The telephone is lost" },
        caller,
      );
    const asked = await ask();
    if (!("waits" in asked)) throw new Error("A link was given without approval.");
    const done = { by: national.person, outcome: "approved", note: "Asked in person.", now: clock.now };
    expect(await tasks.close(asked.waits.id, done)).toBe(true);
    expect("link" in (await ask())).toBe(true);
    expect("waits" in (await ask())).toBe(true);
    const history = await store.history((await account()).id, { limit: 9 });
    expect(history.map(({ what, after }) => [what, after])).toEqual([
      ["link-asked", {}],
      ["invited", { approvedBy: username }],
      ["link-asked", {}],
    ]);
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
