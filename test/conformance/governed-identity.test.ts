import { expect, it } from "vitest";
import { randomBytes } from "node:crypto";
import { hashPassword } from "../../src/identity/password.ts";
import { seal } from "../../src/identity/sealed.ts";
import { SignIn } from "../../src/identity/sign-in.ts";
import { newTotpSecret, totpCode } from "../../src/identity/totp.ts";
import { PostgresOrganisationBook } from "../../src/storage/postgres/postgres-organisation-book.ts";
import { PostgresPersonBook } from "../../src/storage/postgres/postgres-person-book.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { NOON } from "./governed-fixture.ts";

const MINUTE = 60_000;
const limits = { idleMinutes: 15, absoluteHours: 12, signInFailures: 3, lockMinutes: 15 };

onBothTwins("identity", (twin) => {
  let made = 0;
  async function account() {
    const masterKey = randomBytes(32);
    const secret = newTotpSecret();
    const people = new PostgresPersonBook(twin.database);
    const [organisation] = await new PostgresOrganisationBook(twin.database).ensure(["A Force"]);
    const username = `user${++made}`;
    await people.add({
      username,
      fullName: "A User",
      organisation: organisation!.id,
      roles: ["investigator"],
      passwordHash: await hashPassword("right"),
      totpSecret: seal(masterKey, secret, "totp"),
    });
    const clock = { now: NOON };
    const signIn = new SignIn({ people, masterKey, limits, now: () => clock.now });
    const attempt = (password: string, totp?: string) =>
      signIn.signIn({
        username: ` ${username.toUpperCase()} `,
        password,
        totp: totp ?? totpCode(secret, clock.now),
      });
    return { people, clock, signIn, attempt, username };
  }

  it("opens a session with the right password and code, and each code opens one", async () => {
    const { attempt, signIn, username } = await account();
    const first = await attempt("right");
    if (first.outcome !== "signed-in") throw new Error(first.why);
    expect(await signIn.personOf(first.token)).toMatchObject({ username, organisation: { name: "A Force" } });
    expect((await signIn.sessionOf(first.token))?.csrfToken).toBe(first.csrfToken);
    expect(await attempt("right")).toEqual({ outcome: "refused", why: "totp-reused" });
    await signIn.signOut(first.token);
    expect(await signIn.sessionOf(first.token)).toBeUndefined();
    expect(await signIn.sessionOf("nonsense")).toBeUndefined();
  });

  it("ends a session that is idle, and one that is old", async () => {
    const { attempt, signIn, clock } = await account();
    const opened = await attempt("right");
    if (opened.outcome !== "signed-in") throw new Error(opened.why);
    for (let used = 0; used < 12 * 6 - 1; used++) {
      clock.now += 10 * MINUTE;
      expect(await signIn.sessionOf(opened.token)).toBeDefined();
    }
    clock.now += 10 * MINUTE;
    expect(await signIn.sessionOf(opened.token)).toBeUndefined();
    const again = await attempt("right");
    if (again.outcome !== "signed-in") throw new Error(again.why);
    clock.now += 15 * MINUTE;
    expect(await signIn.sessionOf(again.token)).toBeUndefined();
  });

  it("locks after failures, wrong codes counted, also when they come at once, and opens again after the time", async () => {
    const { attempt, clock } = await account();
    const answers = await Promise.all(Array.from({ length: 8 }, () => attempt("right", "000000x")));
    expect(answers.filter((answer) => answer.outcome === "refused" && answer.why === "totp")).toHaveLength(3);
    expect(await attempt("right")).toEqual({ outcome: "refused", why: "locked" });
    clock.now += 15 * MINUTE;
    expect(await attempt("wrong")).toEqual({ outcome: "refused", why: "password" });
    expect((await attempt("right")).outcome).toBe("signed-in");
  });

  it("does not know strangers, and gives a username once", async () => {
    const { signIn, people, username } = await account();
    expect(await signIn.signIn({ username: "nobody", password: "right", totp: "123456" })).toEqual({
      outcome: "refused",
      why: "unknown",
    });
    await expect(
      people.add({
        username,
        fullName: "",
        organisation: 1,
        roles: ["admin"],
        passwordHash: "",
        totpSecret: Buffer.alloc(1),
      }),
    ).rejects.toMatchObject({ code: "CONFLICT" });
  });
});
