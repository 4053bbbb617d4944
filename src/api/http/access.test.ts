import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WholeApp } from "../../../test/app/whole-app.ts";
import { SECOND_ORGANISATION } from "../../cli/demo/facts.ts";
import { ROLES, mayDo } from "../../policy/roles.ts";
import { ROUTES } from "../paths.ts";

let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());

const PUBLIC = [
  "POST /v1/session",
  "POST /v1/session/passkey",
  "POST /v1/session/passkey/question",
  "POST /v1/enrolment",
  "POST /v1/enrolment/open",
  "GET /v1/openapi.json",
];
/** Where devices send: it takes a feed's token and no person's session. */
const FEED = "POST /v1/reads";
const lines = (): readonly string[] =>
  whole.server.routeTable.lines().filter((line) => line.includes(" /v1/") && line !== FEED);
const request = (line: string): { method: "GET"; url: string } => {
  const [method, url = ""] = line.split(" ");
  return { method: method as "GET", url: url.replace(/:kind/, "patch").replace(/:[a-z]+/g, "1") };
};

describe("every route under /v1", () => {
  it("is public by decision, or refuses a request without a session", async () => {
    expect(lines().length).toBeGreaterThan(35);
    for (const line of lines().filter((known) => !PUBLIC.includes(known))) {
      const reply = await whole.server.inject(request(line));
      expect([line, reply.statusCode, reply.json().code]).toEqual([line, 401, "NOT_SIGNED_IN"]);
    }
  });

  it("is not a feed for whoever has a session", async () => {
    for (const headers of [{}, await whole.as("operator")]) {
      const reply = await whole.server.inject({ ...request(FEED), headers });
      expect([reply.statusCode, reply.json().code]).toEqual([401, "FEED_TOKEN_INVALID"]);
    }
  });

  it("refuses a made-up session", async () => {
    for (const headers of [
      { authorization: `Bearer ${"a".repeat(43)}` },
      { cookie: `waywarden_session=${"b".repeat(43)}` },
    ]) {
      const reply = await whole.server.inject({ method: "GET", url: ROUTES.hits, headers });
      expect(reply.statusCode).toBe(401);
    }
  });

  it("refuses every role that lacks its action, and says which rule refused and what is needed", async () => {
    const table: string[] = [];
    for (const line of lines().filter((known) => !PUBLIC.includes(known) && known !== "DELETE /v1/session")) {
      const may: string[] = [];
      for (const role of ROLES) {
        // An open stream never ends by itself; hit-stream.test.ts opens some.
        if (line === "GET /v1/hits/stream" && mayDo([role], "hit.see")) {
          may.push(role);
          continue;
        }
        const reply = await whole.server.inject({ ...request(line), headers: await whole.as(role) });
        const refused =
          reply.statusCode === 403 &&
          reply.json().code === "NOT_AUTHORISED" &&
          String(reply.json().rules).startsWith("role-may-");
        // Whoever lost the session on the way would seem to be let in.
        expect([line, role, reply.statusCode]).not.toEqual([line, role, 401]);
        if (refused) expect(reply.json().needed.length).toBeGreaterThan(0);
        else may.push(role);
        expect([line, role, reply.statusCode < 500 ? "" : whole.logged.at(-1)]).toEqual([line, role, ""]);
      }
      table.push(`${line}: ${may.length === ROLES.length ? "everyone" : may.join(" ")}`);
    }
    expect(table.join("\n")).toMatchSnapshot();
    // Every route as every role is over a thousand requests, most of them with an entry in the log.
  }, 300_000);
});

describe("signing in", () => {
  it("gives a session as cookie and as token, and says what the person may do", async () => {
    const payload = { username: "investigator2", password: whole.access.password, totp: whole.totp() };
    const reply = await whole.server.inject({ method: "POST", url: ROUTES.session, payload });
    expect(reply.statusCode).toBe(201);
    expect([reply.headers["set-cookie"]].flat()).toContainEqual(
      expect.stringMatching(/^waywarden_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/),
    );
    expect(reply.headers["cache-control"]).toBe("no-store");
    const me = await whole.server.inject({
      method: "GET",
      url: ROUTES.session,
      headers: { authorization: `Bearer ${reply.json().token}` },
    });
    expect(me.json()).toMatchObject({
      organisation: { name: SECOND_ORGANISATION },
      roles: ["investigator"],
      may: expect.arrayContaining(["enquiry.ask"]),
    });
    const out = await whole.server.inject({
      method: "DELETE",
      url: ROUTES.session,
      headers: { authorization: `Bearer ${reply.json().token}` },
    });
    expect(out.statusCode).toBe(204);
    const after = await whole.server.inject({
      method: "GET",
      url: ROUTES.session,
      headers: { authorization: `Bearer ${reply.json().token}` },
    });
    expect(after.statusCode).toBe(401);
  });

  it("tells nobody what was wrong, and logs why without the password", async () => {
    const wrong = [
      { username: "nobody", password: whole.access.password, totp: "123456" },
      { username: "operator", password: "something else", totp: "123456" },
    ];
    const replies = await Promise.all(
      wrong.map((payload) => whole.server.inject({ method: "POST", url: ROUTES.session, payload })),
    );
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
    expect(replies[0]?.json()).toEqual(replies[1]?.json());
    const entries = await whole.stores.audit.find({ action: "session.refuse", limit: 5 });
    expect(entries.map(({ subject }) => subject["why"])).toEqual(
      expect.arrayContaining(["password", "unknown"]),
    );
    expect(JSON.stringify(whole.logged)).not.toContain("something else");
  });

  it("limits attempts on one username from one address", async () => {
    const payload = { username: "guessed", password: "x", totp: "000000" };
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt++) {
      statuses.push((await whole.server.inject({ method: "POST", url: ROUTES.session, payload })).statusCode);
    }
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(statuses[10]).toBe(429);
  });
});

describe("changes made with a cookie", () => {
  const change = async (headers: Record<string, string>) => {
    const cookie = `waywarden_session=${await whole.session("listmanager")}`;
    const payload = {
      name: `list ${Math.random()}`,
      purpose: "Vehicles that try our origins",
      priority: "low",
    };
    return whole.server.inject({
      method: "POST",
      url: ROUTES.lists,
      payload,
      headers: { host: "ww.test", cookie, ...headers },
    });
  };

  it("need the token, or the browser's word that they come from our own pages", async () => {
    const me = await whole.server.inject({
      method: "GET",
      url: ROUTES.session,
      headers: await whole.as("listmanager"),
    });
    expect((await change({ "x-csrf-token": me.json().csrfToken })).statusCode).toBe(201);
    expect((await change({ "sec-fetch-site": "same-origin" })).statusCode).toBe(201);
    expect((await change({ origin: "http://ww.test" })).statusCode).toBe(201);
    for (const headers of [
      {},
      { "sec-fetch-site": "cross-site" },
      { origin: "http://evil.test" },
      { origin: "null" },
      { "x-csrf-token": "no" },
    ]) {
      const reply = await change(headers);
      expect([reply.statusCode, reply.json().code]).toEqual([403, "CSRF_INVALID"]);
    }
  });
});
