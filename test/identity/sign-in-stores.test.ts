import { Audited } from "../../src/audit/audited.ts";
import { aCaller } from "./a-caller.ts";
import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { openIdentity } from "../../src/app/identity.ts";
import { Problem } from "../../src/errors.ts";
import { hashPassword } from "../../src/identity/sign-in/password.ts";
import type { SecondFactor } from "../../src/identity/sign-in/sign-in.ts";
import { seal } from "../../src/identity/keys/sealed.ts";
import { newTotpSecret, totpCode, totpSecretOf } from "../../src/identity/sign-in/totp.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresOrganisationStore } from "../../src/storage/postgres/identity/organisation-store.ts";
import { PostgresPersonStore } from "../../src/storage/postgres/identity/person-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { NOON } from "../storage/governed-fixture.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const pack = {
  session: {
    idleMinutes: 15,
    absoluteHours: 12,
    signInFailures: 3,
    networkFailures: 8,
    accountFailures: 5,
    lockMinutes: 15,
    stepUpMinutes: 15,
  },
  accounts: { minimumPasswordLength: 12, enrolmentHours: 72, recoveryCodes: 10 },
};
const HOME = "192.0.2.10";
const GOOD_PASSWORD = "harbour velvet cactus";

onBothTwins("identity", (twin) => {
  let made = 0;
  const elsewhere = (host: number): string => `10.${made}.${host}.7`;

  async function account() {
    // Everybody's home is one network, whose failures are counted together.
    await twin.database.query("delete from sign_in_failure");
    const masterKey = randomBytes(32);
    const secret = newTotpSecret();
    const people = new PostgresPersonStore(twin.database);
    const organisations = new PostgresOrganisationStore(twin.database);
    const [organisation] = await organisations.ensure([`Force ${++made} of identity`]);
    const username = `user${made}`;
    const person = await people.add({
      username,
      fullName: "A User",
      organisation: organisation!.id,
      roles: ["investigator"],
      passwordHash: await hashPassword("right"),
      totpSecret: seal(masterKey, secret, "totp"),
    });
    const clock = { now: NOON };
    const law = { ...pack };
    const log = { full: false };
    const audit = new PostgresAuditLog(twin.database, () => clock.now);
    const append: typeof audit.append = (entry, along) =>
      log.full ? Promise.reject(new Error("no space left on device")) : audit.append(entry, along);
    const identity = openIdentity({
      database: twin.database,
      audited: new Audited({ append }),
      masterKey,
      pack: law,
      now: () => clock.now,
    });
    const visit = (address: string, knownDevices?: string) => ({
      address,
      device: "a test",
      requestId: null,
      knownDevices,
    });
    const attempt = (
      password: string,
      factor: SecondFactor = {},
      address = HOME,
      name = ` ${username.toUpperCase()} `,
      knownDevices?: string,
    ) =>
      identity.signIn.signIn(
        {
          username: name,
          password,
          ...("recoveryCode" in factor ? factor : { totp: totpCode(secret, clock.now), ...factor }),
        },
        visit(address, knownDevices),
      );
    const opened = async (...given: Parameters<typeof attempt>) => {
      const result = await attempt(...given);
      if (result.outcome !== "signed-in") throw new Error(result.why);
      return result;
    };
    const actor = aCaller(person);
    return {
      ...identity,
      organisations,
      people,
      person,
      actor,
      secret,
      clock,
      law,
      log,
      audit,
      visit,
      attempt,
      opened,
      username,
    };
  }

  it("opens a session with the right password and code, and each code opens one", async () => {
    const { attempt, opened, signIn, username, clock } = await account();
    const first = await opened("right");
    expect(await signIn.sessionOf(first.token)).toMatchObject({
      csrfToken: first.csrfToken,
      person: { username },
    });
    expect(await attempt("right")).toEqual({ outcome: "refused", why: "totp-reused" });
    clock.now += 30_000;
    const second = await opened("right");
    expect(second.token).not.toBe(first.token);
    await signIn.takeBack(first.token);
    expect(await signIn.sessionOf(first.token)).toBeUndefined();
    expect(await signIn.sessionOf(second.token)).toBeDefined();
    expect(await signIn.sessionOf("nonsense")).toBeUndefined();
  });

  it("takes no code a second time when the clock goes back", async () => {
    const { attempt, opened, clock } = await account();
    await opened("right");
    clock.now -= 5 * MINUTE;
    expect(await attempt("right")).toEqual({ outcome: "refused", why: "totp-reused" });
  });

  it("ends a session by the numbers in force now, not those it began under", async () => {
    const { opened, signIn, clock, law } = await account();
    const { token } = await opened("right");
    clock.now += 10 * MINUTE;
    law.session = { ...pack.session, idleMinutes: 5 };
    expect(await signIn.sessionOf(token)).toBeUndefined();
    law.session = pack.session;
    expect(await signIn.sessionOf(token)).toBeDefined();
  });

  it("ends a session that is idle, and one that is old", async () => {
    const { opened, signIn, clock } = await account();
    const first = await opened("right");
    for (let used = 0; used < 12 * 6 - 1; used++) {
      clock.now += 10 * MINUTE;
      expect(await signIn.sessionOf(first.token)).toBeDefined();
    }
    clock.now += 10 * MINUTE;
    expect(await signIn.sessionOf(first.token)).toBeUndefined();
    const again = await opened("right");
    clock.now += 15 * MINUTE;
    expect(await signIn.sessionOf(again.token)).toBeUndefined();
  });

  it("makes a name wait at a network after failures, also when they come at once, and right ones never count", async () => {
    const { attempt, clock, opened } = await account();
    const answers = await Promise.all(Array.from({ length: 8 }, () => attempt("right", { totp: "000000x" })));
    expect(answers.filter((answer) => answer.outcome === "refused" && answer.why === "totp")).toHaveLength(3);
    expect(await attempt("right")).toEqual({ outcome: "refused", why: "locked", retryAfter: 900 });
    clock.now += 15 * MINUTE;
    expect(await attempt("wrong")).toEqual({ outcome: "refused", why: "password" });
    await opened("right");
    for (let n = 0; n < 20; n++) {
      clock.now += 30_000;
      await opened("right");
    }
  });

  it("lets nobody lock a person out of a device they know, neither from elsewhere nor from the same network", async () => {
    const { attempt, opened, clock, username, actor, signIn, visit, secret } = await account();
    const { knownDevices, token } = await opened("right");
    for (let network = 0; network < 5; network++) await attempt("wrong", {}, elsewhere(network));
    for (let guess = 0; guess < 8; guess++) await attempt("wrong");
    clock.now += 30_000;
    expect(await attempt("right", {}, elsewhere(99))).toMatchObject({ why: "locked" });
    expect(await attempt("right")).toMatchObject({ why: "locked" });
    const code = totpCode(secret, clock.now);
    expect(await signIn.stepUp(token, actor, { totp: code }, visit(HOME))).toBe(true);
    clock.now += 30_000;
    await opened("right", {}, HOME, username, knownDevices);
    for (let guess = 0; guess < 3; guess++) await attempt("wrong", {}, HOME, username, knownDevices);
    clock.now += 30_000;
    expect(await attempt("right", {}, HOME, username, knownDevices)).toMatchObject({ why: "locked" });
  });

  it("makes a network wait that tries many names, and tells everybody there the same", async () => {
    const { attempt, opened, clock, username } = await account();
    const shared = elsewhere(1);
    const { knownDevices } = await opened("right", {}, shared);
    for (let name = 0; name < 8; name++) await attempt("wrong", {}, shared, `nobody-${made}-${name}`);
    clock.now += 30_000;
    for (const name of [username, `nobody-${made}-new`])
      expect(await attempt("wrong", {}, shared, name)).toMatchObject({ why: "locked" });
    await opened("right", {}, shared, username, knownDevices);
  });

  it("writes down once a minute a network what is repeated at no cost, and how often it was", async () => {
    const { attempt, audit, clock, enrolments, visit } = await account();
    const locked = async () =>
      (await audit.find({ action: "session.refuse", limit: 100 })).filter(
        ({ subject }) => subject["why"] === "locked" && subject["address"] === elsewhere(7),
      );
    for (let n = 0; n < 23; n++) await attempt("wrong", {}, elsewhere(7));
    expect(await locked()).toHaveLength(1);
    clock.now += MINUTE;
    await attempt("wrong", {}, elsewhere(7));
    expect((await locked())[0]?.subject).toMatchObject({ passedOver: 19 });
    const links = async () =>
      (await audit.find({ action: "person.enrol", limit: 100 })).filter(
        ({ subject }) => subject["address"] === elsewhere(7),
      );
    for (let n = 0; n < 20; n++) await enrolments.open("x", visit(elsewhere(7))).catch(() => undefined);
    expect(await links()).toHaveLength(1);
  });

  it("does not let many names tried at once from one network outrun its count", async () => {
    const { attempt } = await account();
    const tried = Array.from({ length: 60 }, (_, n) => attempt("wrong", {}, elsewhere(8), `no-${made}-${n}`));
    const judged = (await Promise.all(tried)).filter(
      (result) => result.outcome === "refused" && result.why !== "locked",
    );
    expect(judged.length).toBeLessThanOrEqual(8 + 8);
  });

  it("ends a session in which codes or passwords are guessed", async () => {
    const { opened, signIn, actor, visit, ownAccount, clock } = await account();
    const { token } = await opened("right");
    const given = { current: "wrong", password: GOOD_PASSWORD };
    const guess = () => ownAccount.changePassword(actor, token, given, visit(HOME));
    for (let n = 0; n < 2; n++)
      expect(await signIn.stepUp(token, actor, { totp: "000000" }, visit(HOME))).toBe(false);
    for (let n = 0; n < 2; n++) await expect(guess()).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(await signIn.sessionOf(token)).toBeDefined();
    await expect(guess()).rejects.toMatchObject({ code: "NOT_SIGNED_IN" });
    expect(await signIn.sessionOf(token)).toBeUndefined();
    clock.now += 30_000;
    await opened("right");
  });

  it("keeps no session and no second factor fresh when the clock goes back", async () => {
    const { opened, signIn, clock } = await account();
    const { token, steppedUp } = await opened("right");
    clock.now -= 2 * HOUR;
    expect(signIn.needsStepUp({ steppedUp })).toBe(true);
    expect(await signIn.sessionOf(token)).toBeUndefined();
  });

  it("treats a name that nobody has like one that somebody has, to the last count", async () => {
    const { attempt, username, audit } = await account();
    const told = async (name: string) => {
      const answers = [];
      for (let n = 0; n < 5; n++) answers.push(await attempt("wrong", {}, elsewhere(3), name));
      return answers.map((answer) =>
        answer.outcome === "refused" && answer.why === "locked" ? "wait" : "wrong",
      );
    };
    const [known, unknown] = [await told(username), await told(`nobody-${made}`)];
    expect(known).toEqual(["wrong", "wrong", "wrong", "wait", "wait"]);
    expect(unknown).toEqual(known);
    const entries = await audit.find({ action: "session.refuse", limit: 10 });
    expect(entries.map(({ subject }) => subject["why"])).toEqual(
      expect.arrayContaining(["password", "unknown", "locked"]),
    );
  });

  it("counts a name with look-alike letters, and never writes it down: it may be a password in the wrong field", async () => {
    const { attempt, audit, people, person } = await account();
    expect(await attempt("right", {}, elsewhere(4), "usеr-with-cyrillic-е")).toMatchObject({
      why: "unknown",
    });
    const [entry] = await audit.find({ action: "session.refuse", limit: 1 });
    expect(entry?.actor).toBe("(not a username)");
    for (const username of ["аdmin", "Ad min", "a/b", "x"])
      await expect(
        people.add({
          username,
          fullName: "",
          organisation: person.organisation.id,
          roles: ["admin"],
          passwordHash: "",
          totpSecret: Buffer.alloc(1),
        }),
      ).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(
      twin.database.query("update person set username = 'аdmin' where id = $1", [person.id]),
    ).rejects.toThrow(/person_username_plain/);
  });

  it("gives a username once, whatever form it is typed in", async () => {
    const { people, username } = await account();
    const twice = {
      username: `Ｕ${username.slice(1)}`,
      fullName: "",
      organisation: 1,
      roles: ["admin"],
      passwordHash: "",
      totpSecret: Buffer.alloc(1),
    } as const;
    await expect(people.add(twice)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("opens no session that the log does not have, and uses up no recovery code then", async () => {
    const { attempt, opened, log, actor, ownAccount, visit, clock } = await account();
    const [recoveryCode = ""] = await ownAccount.newRecoveryCodes(actor, visit(HOME));
    log.full = true;
    await expect(attempt("right")).rejects.toMatchObject({ code: "LOG_UNAVAILABLE", status: 503 });
    await expect(attempt("wrong")).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
    await expect(attempt("right", { recoveryCode })).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
    log.full = false;
    expect(await ownAccount.sessions(actor)).toEqual([]);
    expect(await ownAccount.recoveryLeft(actor)).toBe(10);
    clock.now += 30_000;
    await opened("right");
    await opened("right", { recoveryCode });
  });

  it("takes each recovery code once, in the place of a code, and those made before no more", async () => {
    const { attempt, opened, ownAccount, actor, visit, audit } = await account();
    const [old = ""] = await ownAccount.newRecoveryCodes(actor, visit(HOME));
    const [code = "", other = ""] = await ownAccount.newRecoveryCodes(actor, visit(HOME));
    expect(await attempt("right", { recoveryCode: old })).toMatchObject({ why: "recovery-code" });
    expect(await attempt("wrong", { recoveryCode: code })).toMatchObject({ why: "password" });
    await opened("right", { recoveryCode: code.toUpperCase() });
    expect(await attempt("right", { recoveryCode: code })).toMatchObject({ why: "recovery-code" });
    expect(await ownAccount.recoveryLeft(actor)).toBe(9);
    const both = await Promise.all([other, other].map((recoveryCode) => attempt("right", { recoveryCode })));
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(["refused", "signed-in"]);
    expect(await audit.find({ action: "recovery.use", limit: 9 })).toContainEqual(
      expect.objectContaining({ actor: actor.username, outcome: "done" }),
    );
  });

  it("asks for the second factor again after its time, and takes each code once", async () => {
    const { opened, signIn, actor, visit, clock, secret, audit } = await account();
    const { token, steppedUp } = await opened("right");
    const session = () => signIn.sessionOf(token);
    expect(signIn.needsStepUp({ steppedUp })).toBe(false);
    clock.now += 10 * MINUTE;
    await session();
    clock.now += 6 * MINUTE;
    expect(signIn.needsStepUp((await session())!)).toBe(true);
    expect(await signIn.stepUp(token, actor, { totp: "000000" }, visit(HOME))).toBe(false);
    expect(signIn.needsStepUp((await session())!)).toBe(true);
    expect(await signIn.stepUp(token, actor, { totp: totpCode(secret, clock.now) }, visit(HOME))).toBe(true);
    expect(signIn.needsStepUp((await session())!)).toBe(false);
    expect(await signIn.stepUp(token, actor, { totp: totpCode(secret, clock.now) }, visit(HOME))).toBe(false);
    expect((await audit.find({ action: "session.step-up", limit: 4 })).map(({ outcome }) => outcome)).toEqual(
      ["refused", "done", "asked", "refused"],
    );
  });

  it("shows a person their own sessions, ends one of them, and never another person's", async () => {
    const { opened, ownAccount, actor, signIn, visit, clock } = await account();
    const first = await opened("right");
    clock.now += 30_000;
    const second = await opened("right", {}, elsewhere(5));
    const [newest, oldest] = await ownAccount.sessions(actor);
    expect([newest?.address, oldest?.address]).toEqual([elsewhere(5), HOME]);
    expect(newest).toMatchObject({ device: "a test", method: "totp", created: clock.now });
    const stranger = await account();
    await expect(
      stranger.ownAccount.endSession(stranger.actor, newest?.id ?? "", visit(HOME)),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    await ownAccount.endSession(actor, newest?.id ?? "", visit(HOME));
    expect(await signIn.sessionOf(second.token)).toBeUndefined();
    expect(await signIn.sessionOf(first.token)).toBeDefined();
    await expect(ownAccount.endSession(actor, "not-a-session", visit(HOME))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("ends every session of somebody who stops being active, whoever changed that, and says so at once", async () => {
    const { opened, signIn, ownAccount, actor, attempt, clock, onAccessChange } = await account();
    const { token } = await opened("right");
    let heard = 0;
    const stop = await onAccessChange(() => void heard++);
    await twin.database.query("update person set state = 'suspended' where id = $1", [actor.person]);
    expect(await signIn.sessionOf(token)).toBeUndefined();
    expect(await ownAccount.sessions(actor)).toEqual([]);
    await expect.poll(() => heard).toBeGreaterThan(0);
    await stop();
    clock.now += 30_000;
    expect(await attempt("right")).toMatchObject({ why: "not-active" });
    await twin.database.query("update person set state = 'active' where id = $1", [actor.person]);
    expect(await signIn.sessionOf(token)).toBeUndefined();
  });

  it("says at once when somebody has other roles", async () => {
    const { person, onAccessChange } = await account();
    let heard = 0;
    const stop = await onAccessChange(() => (heard += 1));
    await twin.database.query("update person set roles = '{analyst}' where id = $1", [person.id]);
    await expect.poll(() => heard).toBeGreaterThan(0);
    await stop();
  });

  it("changes a password by the rules, and ends the person's other sessions", async () => {
    const { opened, attempt, ownAccount, actor, signIn, visit, clock } = await account();
    const other = await opened("right");
    clock.now += 30_000;
    const { token } = await opened("right");
    const change = (current: string, password: string) =>
      ownAccount.changePassword(actor, token, { current, password }, visit(HOME));
    const wrong = await change("wrong", "password1234").catch((error: unknown) => error as Problem);
    expect(wrong).toMatchObject({
      code: "INPUT_INVALID",
      errors: [{ path: "current" }, { path: "password" }],
    });
    await change("right", GOOD_PASSWORD);
    expect(await signIn.sessionOf(other.token)).toBeUndefined();
    expect(await signIn.sessionOf(token)).toBeDefined();
    clock.now += 30_000;
    expect(await attempt("right")).toMatchObject({ why: "password" });
    await opened(GOOD_PASSWORD);
  });

  it("enrols somebody by a link that works once, for its hours, and only the newest", async () => {
    const { people, organisations, enrolments, signIn, ownAccount, visit, clock } = await account();
    const [organisation] = await organisations.ensure([`Force ${made} of identity`]);
    const invited = await people.add({
      username: `invited${made}`,
      fullName: "Ines Whitlock",
      organisation: organisation!.id,
      roles: ["operator"],
      passwordHash: null,
      totpSecret: null,
    });
    expect(invited.state).toBe("invited");
    const early = await enrolments.newEnrolment(invited);
    const { token, expires } = await enrolments.newEnrolment(invited);
    expect(expires).toBe(clock.now + 72 * HOUR);
    const gone = { code: "ENROLMENT_INVALID" };
    for (const wrong of [early.token, "x", "", "A".repeat(43)])
      await expect(enrolments.open(wrong, visit(HOME))).rejects.toMatchObject(gone);
    const { totpSecret, totpUri, authenticator } = await enrolments.open(token, visit(HOME));
    expect((await enrolments.open(token, visit(HOME), authenticator)).totpSecret).toBe(totpSecret);
    const looked = await enrolments.open(token, visit(HOME));
    expect(looked.totpSecret).not.toBe(totpSecret);
    expect(totpUri).toContain(`secret=${totpSecret}`);
    const code = () => totpCode(totpSecretOf(totpSecret), clock.now);
    const enrol = (password: string, totp: string) =>
      enrolments.complete(token, { password, totp, authenticator }, visit(HOME));
    for (const other of [looked.authenticator, `${authenticator.slice(0, -4)}AAAA`, ""]) {
      const given = { password: GOOD_PASSWORD, totp: code(), authenticator: other };
      await expect(enrolments.complete(token, given, visit(HOME))).rejects.toMatchObject({
        errors: [{ path: "totp" }],
      });
    }
    const refused = await enrol("whitlock1234", "000000").catch((error: unknown) => error as Problem);
    expect(refused).toMatchObject({ errors: [{ path: "password" }, { path: "totp" }] });
    expect((await people.byId(invited.id))?.state).toBe("invited");

    const answers = await Promise.allSettled([enrol(GOOD_PASSWORD, code()), enrol(GOOD_PASSWORD, code())]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(enrolments.open(token, visit(HOME))).rejects.toMatchObject(gone);
    expect((await people.byId(invited.id))?.state).toBe("active");
    expect(await ownAccount.recoveryLeft({ person: invited.id })).toBe(10);
    const given = { username: invited.username, password: GOOD_PASSWORD };
    expect(await signIn.signIn({ ...given, totp: code() }, visit(HOME))).toMatchObject({
      outcome: "signed-in",
    });
    expect(await signIn.signIn({ ...given, totp: code() }, visit(HOME))).toMatchObject({
      why: "totp-reused",
    });
    clock.now += 30_000;
    expect(await signIn.signIn({ ...given, totp: code() }, visit(HOME))).toMatchObject({
      outcome: "signed-in",
    });
  });

  it("enrols nobody by a link that is too old, or after the account was suspended", async () => {
    const { person, enrolments, clock, visit } = await account();
    const old = await enrolments.newEnrolment(person);
    clock.now += 72 * HOUR;
    await expect(enrolments.open(old.token, visit(HOME))).rejects.toMatchObject({
      code: "ENROLMENT_INVALID",
    });
    const { token } = await enrolments.newEnrolment(person);
    await enrolments.open(token, visit(HOME));
    await twin.database.query("update person set state = 'suspended' where id = $1", [person.id]);
    await expect(enrolments.open(token, visit(HOME))).rejects.toMatchObject({ code: "ENROLMENT_INVALID" });
  });

  it.each(["suspended", "withdrawn"] as const)(
    "lets in nobody of an organisation that is %s, and ends the sessions they had",
    async (state) => {
      const { attempt, opened, organisations, person, signIn, clock, audit } = await account();
      const { token } = await opened("right");
      await organisations.change(person.organisation.id, { state });
      expect(await signIn.sessionOf(token)).toBeUndefined();
      for (let tries = 0; tries < 4; tries++) {
        clock.now += 30_000;
        expect(await attempt("right")).toMatchObject({ outcome: "refused", why: "organisation" });
      }
      const logged = await audit.find({ action: "session.refuse", actor: person.username, limit: 9 });
      expect(logged[0]).toMatchObject({ subject: { why: "organisation" } });
      await organisations.change(person.organisation.id, { state: "approved" });
      clock.now += 30_000;
      await opened("right");
    },
  );

  it("lets people in only from their organisation's networks, once both factors were right", async () => {
    const { attempt, opened, organisations, person, networks, clock, audit } = await account();
    await organisations.change(person.organisation.id, {
      allowedNetworks: ["192.0.2.0/24", "2001:db8::/32"],
    });
    expect(await attempt("wrong", {}, elsewhere(6))).toMatchObject({ why: "password" });
    expect(await attempt("right", {}, elsewhere(6))).toMatchObject({ why: "network" });
    clock.now += 30_000;
    await opened("right");
    expect(await networks.allows(person.organisation.id, "2001:db8::9")).toBe(true);
    expect(await networks.allows(person.organisation.id, "::ffff:192.0.2.9")).toBe(true);
    await organisations.change(person.organisation.id, { allowedNetworks: ["not a network"] });
    clock.now += 5_000;
    expect(await networks.allows(person.organisation.id, HOME)).toBe(false);
    const by = aCaller(person);
    for (let scan = 0; scan < 50; scan++) await networks.logRefusal(by, HOME);
    clock.now += MINUTE;
    await networks.logRefusal(by, HOME);
    const logged = await audit.find({ action: "network.refuse", actor: person.username, limit: 9 });
    expect(logged).toHaveLength(2);
  });
});
