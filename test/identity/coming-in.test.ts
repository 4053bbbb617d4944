import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FIRST_ORGANISATION, SECOND_ORGANISATION } from "../../src/cli/demo/facts.ts";
import { WholeApp, type Refused } from "../app/whole-app.ts";

interface Opened {
  readonly token: string;
  readonly csrfToken: string;
}

let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start(undefined, { settings: { trustProxy: ["10.9.0.0/16"] } });
});
afterAll(async () => {
  // The last test takes the database away, so that not everything can be closed well.
  await whole?.stop().catch(() => undefined);
  if (whole !== undefined) rmSync(whole.folder, { recursive: true, force: true });
});

let joined = 0;
/** Somebody of their own for one test. */
async function somebody(organisation = FIRST_ORGANISATION): Promise<string> {
  const username = `comer${++joined}`;
  await whole.join(username, "operator", organisation);
  return username;
}
const attempt = (
  username: string,
  given: object = {},
  from: { remoteAddress?: string; headers?: Record<string, string> } = {},
) =>
  whole.server.inject({
    method: "POST",
    url: "/v1/session",
    payload: { username, password: whole.access.password, totp: whole.totp(), ...given },
    ...from,
  });
const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });
async function signIn(username: string, from: Parameters<typeof attempt>[2] = {}): Promise<Opened> {
  const reply = await attempt(username, {}, from);
  if (reply.statusCode !== 201) throw new Error(reply.body);
  return reply.json<Opened>();
}
const me = (token: string, from: Parameters<typeof attempt>[2] = {}) =>
  whole.server.inject({
    method: "GET",
    url: "/v1/session",
    ...from,
    headers: { ...bearer(token), ...from.headers },
  });
/** As if the second factor had been given long ago. */
const letTimePass = (username: string): Promise<unknown> =>
  whole.stores.database.query(
    `update session set stepped_up = stepped_up - interval '16 minutes'
      where person_id = (select id from person where username = $1)`,
    [username],
  );

describe("a sign-in that is refused", () => {
  it("says the same of a name that exists and of one that does not, however often", async () => {
    const username = await somebody();
    const told = async (name: string) => {
      const replies = [];
      for (let n = 0; n < 11; n++) {
        const reply = await attempt(name, { password: "wrong" }, { remoteAddress: "198.51.100.7" });
        const headers = { ...reply.headers };
        // What differs between any two requests.
        for (const own of ["x-request-id", "x-audit-index", "date", "retry-after"]) delete headers[own];
        const body = reply.json<Refused>();
        replies.push([reply.statusCode, headers, { ...body, detail: body.detail.replace(/\d+/g, "n") }]);
      }
      return replies;
    };
    const known = await told(username);
    expect(known.map(([status]) => status)).toEqual([...Array<number>(10).fill(401), 429]);
    expect(await told("nobody-at-all")).toEqual(known);
  });

  it("never keeps a person out of the browser they always use", async () => {
    const username = await somebody();
    const first = await attempt(username, {}, { remoteAddress: "203.0.113.5" });
    const device = first.cookies.find(({ name }) => name === "waywarden_device");
    expect(device).toMatchObject({ httpOnly: true, sameSite: "Strict", maxAge: 180 * 86_400 });
    const headers = { cookie: `waywarden_device=${device?.value}` };
    for (let n = 0; n < 60; n++) {
      const remoteAddress = `198.18.${n % 6}.${n}`;
      await attempt(username, { password: "wrong" }, { remoteAddress });
    }
    const unknown = await attempt(username, {}, { remoteAddress: "203.0.113.5" });
    expect(unknown.statusCode).toBe(429);
    await signIn(username, { remoteAddress: "203.0.113.99", headers });
  });

  it("never comes of signing in rightly, however many do it at once", async () => {
    const username = await somebody();
    const replies = await Promise.all(Array.from({ length: 40 }, () => attempt(username)));
    expect(replies.map(({ statusCode }) => statusCode)).toEqual(replies.map(() => 201));
  });

  it("is refused for look-alike names, odd forms and too much text, without a fault", async () => {
    for (const [username, status] of [
      ["оperator", 401],
      ["operator\u0000", 401],
      ["operator\u200b", 401],
      ["x".repeat(101), 400],
      ["", 400],
    ] as const)
      expect([username, (await attempt(username)).statusCode]).toEqual([username, status]);
    expect((await attempt("ＯＰＥＲＡＴＯＲ")).statusCode).toBe(201);
    expect((await attempt("operator", { totp: undefined })).statusCode).toBe(400);
    expect((await attempt("operator", { recoveryCode: "abcd-efgh-jkmn-pqrs" })).statusCode).toBe(400);
    const only = { totp: undefined, recoveryCode: "abcd-efgh-jkmn-pqrs" };
    expect((await attempt("operator", only)).statusCode).toBe(401);
  });
});

describe("a session", () => {
  it("is a new one at every sign-in, and one that was planted in the browser ends", async () => {
    const planted = await signIn(await somebody());
    const username = await somebody();
    const headers = { cookie: `waywarden_session=${planted.token}`, "sec-fetch-site": "same-origin" };
    const reply = await attempt(username, {}, { headers });
    expect(reply.statusCode).toBe(201);
    expect(reply.json<Opened>().token).not.toBe(planted.token);
    expect((await me(planted.token)).statusCode).toBe(401);
  });

  it("is not opened for a form that another site made a browser send", async () => {
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }])
      expect((await attempt(await somebody(), {}, { headers })).json<Refused>().code).toBe("CSRF_INVALID");
  });

  it("is not what a feed's token, another installation's token or half a token opens", async () => {
    const { token } = await signIn(await somebody());
    for (const wrong of [whole.token, token.slice(0, 42), `${token}x`, token.toUpperCase(), "A".repeat(43)])
      expect((await me(wrong)).statusCode).toBe(401);
  });

  it("is seen and ended by its owner, and by nobody else, of whichever organisation", async () => {
    const username = await somebody();
    const [first, second] = [await signIn(username), await signIn(username)];
    const list = async (token: string) =>
      (await whole.server.inject({ method: "GET", url: "/v1/session/all", headers: bearer(token) })).json<{
        items: { id: string; current: boolean; address: string }[];
      }>().items;
    const other = (await list(first.token)).find(({ current }) => !current);
    expect(other?.address).toBe("127.0.0.1");
    const end = async (token: string, id = other?.id ?? "") =>
      (await whole.server.inject({ method: "DELETE", url: `/v1/session/${id}`, headers: bearer(token) }))
        .statusCode;
    expect(await end((await signIn(await somebody())).token)).toBe(404);
    expect(await end((await signIn(await somebody(SECOND_ORGANISATION))).token)).toBe(404);
    expect(await end(first.token, "nonsense")).toBe(404);
    expect(await end(first.token)).toBe(204);
    expect((await me(second.token)).statusCode).toBe(401);
    expect(await list(first.token)).toHaveLength(1);
  });

  it("ends with its open stream in the moment its person is suspended", async () => {
    const username = await somebody();
    const { token } = await signIn(username);
    const stream = await whole.fetch("/v1/hits/stream", { headers: bearer(token) });
    expect(stream.status).toBe(200);
    await whole.stores.database.query("update person set state = 'suspended' where username = $1", [
      username,
    ]);
    expect(await stream.text()).toContain('event: dropped\ndata: {"reason":"session-ended"}');
    expect((await me(token)).statusCode).toBe(401);
    expect((await attempt(username)).json<Refused>().code).toBe("SIGN_IN_FAILED");
  });
});

describe("what matters most", () => {
  const newCodes = (token: string) =>
    whole.server.inject({ method: "POST", url: "/v1/session/recovery-codes", headers: bearer(token) });
  const stepUp = (token: string, payload: object) =>
    whole.server.inject({ method: "POST", url: "/v1/session/step-up", headers: bearer(token), payload });

  it("asks for the second factor again, by code or recovery code", async () => {
    const username = await somebody();
    const { token } = await signIn(username);
    const codes = (await newCodes(token)).json<{ recoveryCodes: string[] }>().recoveryCodes;
    expect(codes).toHaveLength(10);
    await letTimePass(username);
    const refused = await newCodes(token);
    expect([refused.statusCode, refused.json<Refused>().code]).toEqual([403, "STEP_UP_REQUIRED"]);
    expect(refused.json()).toMatchObject({ how: expect.stringContaining("POST /v1/session/step-up") });
    expect((await stepUp(token, { totp: "000000" })).statusCode).toBe(401);
    expect((await newCodes(token)).statusCode).toBe(403);
    expect((await stepUp(token, { totp: whole.totp() })).statusCode).toBe(204);
    expect((await newCodes(token)).statusCode).toBe(201);
    await letTimePass(username);
    expect((await stepUp(token, { recoveryCode: codes[0] })).statusCode).toBe(401);
  });

  it("asks it in a page that keeps what was filled in, but for passwords, and forgives nothing else", async () => {
    const username = await somebody();
    const { token, csrfToken } = await signIn(username);
    await letTimePass(username);
    const post = (fields: string, headers: Record<string, string> = {}) =>
      whole.server.inject({
        method: "POST",
        url: "/account/recovery-codes",
        headers: {
          cookie: `waywarden_session=${token}`,
          "sec-fetch-site": "same-origin",
          "content-type": "application/x-www-form-urlencoded",
          accept: "text/html",
          ...headers,
        },
        payload: fields,
      });
    const csrf = `_csrf=${csrfToken}`;
    const asked = await post(`${csrf}&note=%3Cb%3E&role=a&role=b&password=typed`);
    expect(asked.statusCode).toBe(403);
    for (const kept of ['name="note" value="&lt;b&gt;"', 'name="role" value="a"', 'name="role" value="b"'])
      expect(asked.body).toContain(kept);
    expect(asked.body).not.toContain("typed");
    expect((await post(`${csrf}&_code=000000`)).statusCode).toBe(401);
    expect((await post(`_code=${whole.totp()}`)).statusCode).toBe(403);
    expect((await post(`_csrf=wrong&_code=${whole.totp()}`)).body).toContain("CSRF_INVALID");
    const elsewhere = { "sec-fetch-site": "cross-site" };
    expect((await post(`${csrf}&_code=${whole.totp()}`, elsewhere)).body).toContain("CSRF_INVALID");
    const forged = await whole.stores.audit.find({ action: "session.refuse", actor: username, limit: 9 });
    expect(forged.map(({ subject }) => subject["why"])).toEqual(["csrf", "csrf", "csrf"]);
    const done = await post(`${csrf}&_code=${whole.totp()}`);
    expect([done.statusCode, done.body.includes("New recovery codes")]).toEqual([200, true]);
  });

  it("asks it for every change of how a person comes in", async () => {
    const username = await somebody();
    const { token } = await signIn(username);
    await letTimePass(username);
    for (const [method, url] of [
      ["POST", "/v1/session/password"],
      ["POST", "/v1/session/passkeys"],
      ["POST", "/v1/session/passkeys/question"],
      ["DELETE", "/v1/session/passkeys/abc"],
    ] as const) {
      const reply = await whole.server.inject({ method, url, headers: bearer(token) });
      expect([url, reply.json<Refused>().code]).toEqual([url, "STEP_UP_REQUIRED"]);
    }
  });
});

describe("an organisation's networks", () => {
  const organisation = "Networked Police";
  const SPOOFED = {
    "x-forwarded-for": "192.0.2.9",
    forwarded: "for=192.0.2.9",
    "x-real-ip": "192.0.2.9",
    "x-client-ip": "192.0.2.9",
    "true-client-ip": "192.0.2.9",
  };
  let token: string;
  let username: string;

  beforeAll(async () => {
    const [own] = await whole.stores.organisations.ensure([organisation]);
    await whole.stores.organisations.change(own?.id ?? 0, { allowedNetworks: ["192.0.2.0/24"] });
    username = await somebody(organisation);
    ({ token } = await signIn(username, { remoteAddress: "192.0.2.40" }));
  });

  it("are the only ones its people come from, whatever a forwarded header claims", async () => {
    expect((await me(token, { remoteAddress: "192.0.2.41" })).statusCode).toBe(200);
    for (const headers of [{}, SPOOFED])
      for (let scan = 0; scan < 5; scan++) {
        const reply = await me(token, { remoteAddress: "198.51.100.1", headers });
        expect([reply.statusCode, reply.json<Refused>().code]).toEqual([403, "NETWORK_REFUSED"]);
      }
    const page = await whole.server.inject({
      method: "GET",
      url: "/",
      remoteAddress: "198.51.100.1",
      headers: { accept: "text/html", cookie: `waywarden_session=${token}` },
    });
    expect(page.statusCode).toBe(403);
    expect(page.body).not.toContain(username);
    const logged = await whole.stores.audit.find({ action: "network.refuse", actor: username, limit: 9 });
    expect(logged.map(({ subject }) => subject["address"])).toEqual(["198.51.100.1"]);
  });

  it("are told by a trusted proxy, and only by one", async () => {
    const through = (proxy: string, claimed: string) =>
      me(token, { remoteAddress: proxy, headers: { "x-forwarded-for": claimed } });
    expect((await through("10.9.0.1", "192.0.2.50")).statusCode).toBe(200);
    expect((await through("10.9.0.1", "198.51.100.1")).statusCode).toBe(403);
    // What a client wrote before the trusted proxy added its true address is not believed.
    expect((await through("10.9.0.1", "192.0.2.50, 198.51.100.1")).statusCode).toBe(403);
    expect((await through("10.8.0.1", "192.0.2.50")).statusCode).toBe(403);
    expect(
      (await me(token, { remoteAddress: "10.9.0.1", headers: { "x-real-ip": "192.0.2.50" } })).statusCode,
    ).toBe(403);
  });

  it("open no session elsewhere, which is told only to whoever has both factors", async () => {
    const from = { remoteAddress: "198.51.100.1", headers: SPOOFED };
    expect((await attempt(username, {}, from)).json<Refused>().code).toBe("NETWORK_REFUSED");
    expect((await attempt(username, { password: "wrong" }, from)).json<Refused>().code).toBe(
      "SIGN_IN_FAILED",
    );
  });
});

describe("an enrolment link", () => {
  const GONE = "This link does not work";
  const page = async (token: string) => {
    const reply = await whole.server.inject({ method: "GET", url: `/enrol/${token}` });
    return [reply.statusCode, reply.body] as const;
  };

  it("tells nobody anything when it is wrong, and stands in no log", async () => {
    const { stores } = whole;
    const [own] = await stores.organisations.ensure([FIRST_ORGANISATION]);
    const person = await stores.people.add({
      username: `comer${++joined}`,
      fullName: "Newly Come",
      roles: ["operator"],
      organisation: own?.id ?? 0,
      passwordHash: null,
      totpSecret: null,
    });
    const { path, token } = await whole.app.identity.enrolments.newEnrolment(person);
    expect(path).toBe(`/enrol/${token}`);
    const [status, body] = await page(token);
    expect(status).toBe(200);
    expect(body).toContain("Newly Come");
    const wrong = await Promise.all(["x", "A".repeat(43), `${token}A`, token.slice(1)].map(page));
    expect(wrong.map(([code, text]) => [code, text.includes(GONE), text.includes("Newly")])).toEqual(
      wrong.map(() => [403, true, false]),
    );
    await whole.server.inject({ method: "PUT", url: `/enrol/${token}` });
    expect(JSON.stringify(whole.logged)).not.toContain(token);
    const entries = await stores.audit.find({ action: "person.enrol", limit: 5 });
    expect(JSON.stringify(entries)).not.toContain(token);
    expect((await attempt(person.username)).json<Refused>().code).toBe("SIGN_IN_FAILED");
  });
});

describe("the question for a passkey", () => {
  const question = (host: string) =>
    whole.server.inject({ method: "POST", url: "/v1/session/passkey/question", headers: { host } });
  const answer = (challenge: string) =>
    whole.server.inject({
      method: "POST",
      url: "/v1/session/passkey",
      payload: { challenge, response: { id: "AA", rawId: "AA", type: "public-key", response: {} } },
    });

  it("belongs to a name, says nothing about who has one, and a made-up answer opens nothing", async () => {
    const asked = await question("anpr.example:8420");
    expect(asked.json()).toMatchObject({ options: { rpId: "anpr.example", userVerification: "required" } });
    expect(asked.body).not.toContain("allowCredentials");
    expect((await question("127.0.0.1:8420")).json<Refused>().code).toBe("CONFLICT");
    const { challenge } = asked.json<{ challenge: string }>();
    for (const given of [challenge, challenge, "A".repeat(43)])
      expect((await answer(given)).json<Refused>().code).toBe("SIGN_IN_FAILED");
  });
});

describe("with the database down", () => {
  it("nobody comes in, and nobody is told more than that", async () => {
    const session = await whole.session("operator");
    await whole.stores.database.close();
    const replies = [
      await whole.server.inject({
        method: "POST",
        url: "/v1/session",
        payload: { username: "operator", password: whole.access.password, totp: whole.totp() },
      }),
      await whole.server.inject({ method: "GET", url: "/v1/session", headers: bearer(session) }),
      await whole.server.inject({
        method: "POST",
        url: "/v1/enrolment/open",
        payload: { token: "A".repeat(43) },
      }),
      await whole.server.inject({
        method: "POST",
        url: "/v1/session/passkey/question",
        headers: { host: "a.example" },
      }),
    ];
    for (const reply of replies) {
      expect([reply.statusCode, reply.json<Refused>().code]).toEqual([503, "NOT_READY"]);
      expect(reply.headers["set-cookie"]).toBeUndefined();
      expect(reply.body).not.toMatch(/database|embedded|postgres/i);
    }
  });
});
