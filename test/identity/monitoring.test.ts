import { expect, it } from "vitest";
import { Audited } from "../../src/audit/audited.ts";
import type { NewAuditEntry } from "../../src/audit/audit-log.ts";
import { ProtectiveMonitoring } from "../../src/identity/monitoring/protective-monitoring.ts";
import type { MonitoringRule } from "../../src/identity/monitoring/rules.ts";
import { PostgresAccountStore } from "../../src/storage/postgres/identity/account-store.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresActivity } from "../../src/storage/postgres/identity/activity.ts";
import { PostgresSuspicionStore } from "../../src/storage/postgres/identity/suspicion-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson } from "../storage/governed-fixture.ts";

const MINUTE = 60_000;
const rule = (kind: MonitoringRule["kind"], count: number, effect: MonitoringRule["effect"] = "suspend") => ({
  name: `too-much-${kind}`,
  kind,
  count,
  minutes: 10,
  effect,
  why: `Too much ${kind}.`,
});

onBothTwins("protective monitoring", (twin) => {
  let requests = 0;

  /** A person, a log whose time is handed in, and monitoring by one rule. */
  async function watched(...rules: MonitoringRule[]) {
    const clock = { now: Date.now() };
    const { person, organisation } = await aPerson(twin.database);
    const audit = new PostgresAuditLog(twin.database, () => clock.now);
    const accounts = new PostgresAccountStore(twin.database);
    const suspicions = new PostgresSuspicionStore(twin.database);
    const parts = {
      activity: new PostgresActivity(twin.database),
      accounts,
      suspicions,
      audited: new Audited(audit),
      lock: (name: string) => twin.database.lock(name),
      rules: () => rules,
      now: () => clock.now,
      failed: (error: unknown) => {
        throw error;
      },
    };
    const monitoring = new ProtectiveMonitoring(parts);
    const write = async (
      action: NewAuditEntry["action"],
      differing: Partial<NewAuditEntry> = {},
    ): Promise<void> => {
      const entry = {
        actor: person.username,
        organisation: organisation.id,
        action,
        outcome: "asked",
      } as const;
      await audit.append({ ...entry, subject: {}, requestId: `request-${++requests}`, ...differing });
    };
    const ask = (vrm: string) => write("enquiry.ask", { subject: { vrm } });
    const refuse = () => write("role.refuse", { outcome: "refused" });
    const signIn = (address: string) => write("session.open", { outcome: "done", subject: { address } });
    const state = async () => (await accounts.byId(person.id))?.state;
    const found = async () =>
      (await suspicions.list({ notAbout: 0, organisation: organisation.id, limit: 50 })).map((one) => ({
        effect: one.effect,
        count: one.evidence.count,
        entries: one.evidence.entries.length,
      }));
    const another = (): ProtectiveMonitoring => new ProtectiveMonitoring(parts);
    return {
      another,
      audit,
      clock,
      person,
      suspicions,
      monitoring,
      write,
      ask,
      refuse,
      signIn,
      state,
      found,
    };
  }

  it("counts different VRMs, not questions, and suspends with the entries that show it", async () => {
    const { ask, write, monitoring, state, found } = await watched(rule("vrm-enumeration", 3));
    for (const vrm of ["AA11AAA", "AA11AAA", "BB11BBB", "BB11BBB"]) await ask(vrm);
    await monitoring.look();
    // A place that many vehicles passed is one question.
    await write("enquiry.ask", { outcome: "allowed", subject: { vrms: ["DD11DDD", "EE11EEE", "FF11FFF"] } });
    await monitoring.look();
    expect([await state(), await found()]).toEqual(["active", []]);
    await ask("CC11CCC");
    await monitoring.look();
    expect([await state(), await found()]).toEqual([
      "suspended",
      [{ effect: "suspend", count: 3, entries: 6 }],
    ]);
  });

  it("counts how often one vehicle was asked for, whichever it was, and flags it (17)", async () => {
    const { ask, monitoring, state, found } = await watched(rule("repeated-target", 3, "flag"));
    for (const vrm of ["AA11AAA", "BB11BBB", "CC11CCC", "AA11AAA", "BB11BBB"]) await ask(vrm);
    await monitoring.look();
    expect(await found()).toEqual([]);
    await ask("AA11AAA");
    await monitoring.look();
    expect([await state(), await found()]).toEqual(["active", [{ effect: "flag", count: 3, entries: 3 }]]);
  });

  it("counts whatever somebody is refused by who they are, and no wrong proof of who they are", async () => {
    const { write, monitoring, state } = await watched(rule("refusal-burst", 4));
    for (const action of ["session.step-up", "password.change", "person.enrol"] as const)
      await write(action, { outcome: "refused" });
    for (const action of ["hit.open", "list.open", "nrd.find"] as const)
      await write(action, { outcome: "refused", subject: { codes: ["NOT_FOUND"] } });
    await monitoring.look();
    expect(await state()).toBe("active");
    await write("quarantine.open", { outcome: "refused", subject: { codes: ["NOT_FOUND"] } });
    await monitoring.look();
    expect(await state()).toBe("suspended");
  });

  it("raises a suspicion once, and logs it once, where several processes watch", async () => {
    const { another, ask, audit, found, monitoring, person } = await watched(rule("enquiry-rate", 2, "flag"));
    const others = [monitoring, another(), another()];
    await ask("AA11AAA");
    await ask("BB11BBB");
    await Promise.all(others.map((one) => one.look()));
    for (const one of others) await one.look();
    expect((await found()).length).toBe(1);
    const raised = (await audit.find({ action: "suspicion.raise", limit: 9 }))
      .filter(({ subject }) => subject["account"] === person.username)
      .map(({ outcome }) => outcome);
    expect(raised).toEqual(["done", "asked"]);
  });

  it("forgets what is older than the rule's minutes", async () => {
    const { refuse, clock, monitoring, state } = await watched(rule("refusal-burst", 3));
    await refuse();
    await refuse();
    clock.now += 10 * MINUTE;
    await refuse();
    await monitoring.look();
    expect(await state()).toBe("active");
    await refuse();
    await refuse();
    await monitoring.look();
    expect(await state()).toBe("suspended");
  });

  it("counts one request once, however many entries it wrote", async () => {
    const { write, monitoring, state } = await watched(rule("enquiry-rate", 2));
    await write("enquiry.ask", { requestId: "the same" });
    await write("enquiry.ask", { requestId: "the same", outcome: "allowed" });
    await monitoring.look();
    expect(await state()).toBe("active");
  });

  it("counts pages past the limit apart from other refusals", async () => {
    const { write, refuse, monitoring, state } = await watched(rule("pages-past-limit", 2));
    const page = (rules: string[]) => write("enquiry.page", { outcome: "refused", subject: { rules } });
    await page(["authority-is-current"]);
    await page(["view-limit"]);
    await refuse();
    await monitoring.look();
    expect(await state()).toBe("active");
    await page(["view-limit"]);
    await monitoring.look();
    expect(await state()).toBe("suspended");
  });

  it("takes two places at once for impossible, and one place for one", async () => {
    const { signIn, monitoring, state } = await watched(rule("impossible-sign-in", 1));
    for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) await signIn(address);
    await monitoring.look();
    expect(await state()).toBe("active");
    const other = await watched(rule("impossible-sign-in", 1));
    await other.signIn("10.1.2.3");
    await other.signIn("10.1.200.9");
    await other.monitoring.look();
    expect(await other.state()).toBe("active");
    await other.signIn("192.0.2.1");
    await other.monitoring.look();
    expect(await other.state()).toBe("suspended");
  });

  it("sees a session that goes on while another is opened elsewhere", async () => {
    const { signIn, monitoring, state, person, clock } = await watched(rule("impossible-sign-in", 1));
    await twin.database.query(
      `insert into session (token_hash, person_id, csrf_token, created, last_seen, expires, address)
       values ($1, $2, 'x', $3, $4, $5, '2001:db8:1::7')`,
      [
        Buffer.alloc(32, person.id),
        person.id,
        new Date(clock.now - 60 * MINUTE),
        new Date(clock.now - MINUTE),
        new Date(clock.now + 60 * MINUTE),
      ],
    );
    await signIn("2001:db9:1::7");
    await monitoring.look();
    expect(await state()).toBe("suspended");
  });

  it("only flags where the rule says so, and once until somebody has decided", async () => {
    const { ask, monitoring, state, found, suspicions, clock, person } = await watched(
      rule("enquiry-rate", 2, "flag"),
    );
    for (const vrm of ["AA11AAA", "BB11BBB", "CC11CCC"]) {
      await ask(vrm);
      await monitoring.look();
    }
    expect([await state(), (await found()).length]).toEqual(["active", 1]);
    const [flag] = await suspicions.list({ notAbout: 0, organisation: null, limit: 1 });
    clock.now += 1;
    const noted = { by: person.id, decision: "noted", reason: "Busy night", now: clock.now } as const;
    expect(await suspicions.decide(flag?.id ?? 0, noted)).toBe(true);
    clock.now += 1;
    await ask("DD11DDD");
    await monitoring.look();
    expect((await found()).length).toBe(1);
    await ask("EE11EEE");
    await monitoring.look();
    expect((await found()).length).toBe(2);
  });

  it("does not hold against somebody what a supervisor has lifted", async () => {
    const { refuse, monitoring, state, suspicions, clock, person, found } = await watched(
      rule("refusal-burst", 2),
    );
    await refuse();
    await refuse();
    await monitoring.look();
    expect(await state()).toBe("suspended");
    const [suspicion] = await suspicions.list({ notAbout: 0, organisation: null, limit: 1 });
    clock.now += 1;
    await suspicions.decide(suspicion?.id ?? 0, {
      by: person.id,
      decision: "lifted",
      reason: "A test that was agreed",
      now: clock.now,
    });
    expect(await state()).toBe("active");
    clock.now += 1;
    await refuse();
    await monitoring.look();
    expect([await state(), (await found()).length]).toEqual(["active", 1]);
  });

  it("holds what was upheld until somebody decides again", async () => {
    const { refuse, monitoring, state, suspicions, clock, person } = await watched(rule("refusal-burst", 1));
    await refuse();
    await monitoring.look();
    const [suspicion] = await suspicions.list({ notAbout: 0, organisation: null, limit: 1 });
    const decide = (decision: "upheld" | "lifted" | "noted") =>
      suspicions.decide(suspicion?.id ?? 0, { by: person.id, decision, reason: "Why", now: ++clock.now });
    expect([await decide("upheld"), await suspicions.suspends(person.id)]).toEqual([true, true]);
    expect([await decide("upheld"), await decide("noted")]).toEqual([false, false]);
    expect([await decide("lifted"), await suspicions.suspends(person.id)]).toEqual([true, false]);
    expect([await state(), await decide("upheld")]).toEqual(["active", false]);
  });

  it("is not moved by what strangers try in somebody's name", async () => {
    const { write, monitoring, state } = await watched(rule("refusal-burst", 2));
    for (let tried = 0; tried < 5; tried++)
      await write("session.refuse", { outcome: "refused", organisation: null });
    await monitoring.look();
    expect(await state()).toBe("active");
  });

  it("finds after a start what was written before the service was away for hours", async () => {
    const { refuse, monitoring, state, clock } = await watched(rule("refusal-burst", 2));
    await refuse();
    await refuse();
    clock.now += 300 * MINUTE;
    await monitoring.start();
    await expect.poll(state).toBe("suspended");
    await monitoring.stop();
  });

  it("finds after a start what was written shortly before it", async () => {
    const { refuse, monitoring, state, clock } = await watched(rule("refusal-burst", 2));
    await refuse();
    await refuse();
    clock.now += MINUTE;
    await monitoring.start();
    await expect.poll(state).toBe("suspended");
    await monitoring.stop();
  });
});
