import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, AUTHORITY, keepApart, letPass, LISTED, pass, raiseHit } from "../../test/app/scene.ts";
import { aRead, BODMIN, WholeApp } from "../../test/app/whole-app.ts";
import { SESSION_COOKIE } from "../api/http/access.ts";
import { until } from "../../test/until.ts";

const HOSTILE = `"><img src=x onerror=alert(1)><b>'`;
let whole: WholeApp;
/** Addresses of what there is to look at. */
let hit: string, read: string, kept: string, nrd: string;
beforeAll(async () => {
  whole = await WholeApp.start();
  hit = `/hits/${await raiseHit(whole, LISTED.highWithWarnings, { images: true })}`;
  read = `/reads/${await pass(whole, LISTED.medium)}`;
  await ask(whole, LISTED.medium);
  const [latest] = await keepApart(
    whole,
    Array.from({ length: 60 }, () => ({})),
  );
  kept = `/quarantine/${latest}`;
  nrd = `/nrds/${await whole.nrd(1)}`;
});
afterAll(() => whole?.remove());

const HTML = { accept: "text/html" };
const cookieOf = async (username: string) => ({
  cookie: `${SESSION_COOKIE}=${await whole.session(username)}`,
});
const get = async (url: string, username?: string) =>
  whole.server.inject({
    url,
    headers: { ...HTML, ...(username === undefined ? {} : await cookieOf(username)) },
  });
async function post(
  url: string,
  username: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const { csrfToken } = (await whole.call<{ csrfToken: string }>(username, "/v1/session")).body;
  return whole.server.inject({
    method: "POST",
    url,
    headers: {
      ...HTML,
      ...(await cookieOf(username)),
      "sec-fetch-site": "same-origin",
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    },
    payload: new URLSearchParams({ _csrf: csrfToken, ...fields }).toString(),
  });
}

/** What was written into the log about people's looks while something was done. */
async function since(done: () => Promise<unknown>): Promise<readonly string[]> {
  const before = (await whole.stores.audit.find({ limit: 1 }))[0]?.index ?? -1;
  await done();
  return (await whole.stores.audit.from(before + 1, 20))
    .filter(({ actor }) => actor !== "service")
    .map(({ action, outcome }) => `${action} ${outcome}`);
}

/** A look is in the log as asked, and again as it ended. */
const looked = (action: string): readonly string[] => [`${action} asked`, `${action} allowed`];

describe("signing in", () => {
  it("is asked of anyone who is not signed in, and leads back to the page", async () => {
    const reply = await get("/hits/3?x=1");
    expect([reply.statusCode, reply.headers.location]).toEqual([303, "/sign-in?next=%2Fhits%2F3%3Fx%3D1"]);
  });

  it("sets the session cookie and goes on to the page", async () => {
    const payload = new URLSearchParams({
      username: "operator",
      password: whole.access.password,
      totp: whole.totp().replace(/^.{3}/, "$& "),
      next: "/board",
    }).toString();
    const reply = await whole.server.inject({
      method: "POST",
      url: "/sign-in",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload,
    });
    expect([reply.statusCode, reply.headers.location]).toEqual([303, "/board"]);
    expect([reply.headers["set-cookie"]].flat()).toContainEqual(
      expect.stringMatching(/^waywarden_session=.{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    );
  });

  it("says one sentence for every failure", async () => {
    const send = async (username: string, password: string) =>
      (
        await whole.server.inject({
          method: "POST",
          url: "/sign-in",
          headers: { ...HTML, "content-type": "application/x-www-form-urlencoded" },
          payload: new URLSearchParams({ username, password, totp: "123456" }).toString(),
        })
      ).body;
    const [wrongName, wrongPassword] = [
      await send("nobody", whole.access.password),
      await send("operator", "wrong"),
    ];
    expect(wrongName.replace("nobody", "")).toBe(wrongPassword.replace("operator", ""));
    expect(wrongName).toContain("The username, password or code is wrong");
  });

  it("ends with signing out", async () => {
    const reply = await post("/sign-out", "supervisor", {});
    expect([reply.statusCode, reply.headers.location]).toEqual([303, "/sign-in"]);
    expect(String(reply.headers["set-cookie"])).toContain("waywarden_session=;");
  });
});

describe("every page", () => {
  const PAGES: readonly (readonly [name: string, username: string, address: () => string])[] = [
    ["home", "operator", () => "/"],
    ["board", "operator", () => "/board"],
    ["hit", "operator", () => hit],
    ["enquiries", "investigator", () => "/enquiries"],
    ["read", "investigator", () => read],
    ["quarantine", "estate", () => "/quarantine"],
    ["quarantined read", "estate", () => kept],
    ["cameras", "estate", () => "/nrds"],
    ["camera", "estate", () => nrd],
    ["API guide", "operator", () => "/docs/api"],
    ["sign-in", "operator", () => "/sign-in"],
  ];
  it.each(PAGES)(
    "%s is whole, uncached, and holds no inline script or style",
    async (_name, who, address) => {
      const reply = await get(address(), who);
      expect(reply.statusCode).toBe(200);
      expect(reply.headers["cache-control"]).toBe("no-store");
      expect(reply.body).toContain("<title>");
      expect(reply.body).not.toMatch(/<script(?![^>]* src=)|\sstyle=|\son[a-z]+=|GOV\.UK/);
      expect(reply.body).not.toMatch(/undefined|\[object Object\]|NaN/);
    },
  );

  it("is refused in words to a role that does not include it", async () => {
    const reply = await get("/board", "admin");
    expect(reply.statusCode).toBe(403);
    expect(reply.body).toContain("What you need");
    expect(reply.body).toContain("role-may-hit-see");
  });

  it("answers an unknown address with a page", async () => {
    const reply = await get("/nowhere", "operator");
    expect(reply.statusCode).toBe(404);
    expect(reply.body).toContain("Page not found");
  });

  it("refuses a form without the session's token", async () => {
    for (const _csrf of ["", "wrong"]) {
      const reply = await post(`${hit}/acknowledge`, "operator", { _csrf });
      expect(reply.statusCode).toBe(403);
    }
    expect((await whole.call<{ state: string }>("operator", `/v1${hit}`)).body.state).toBe("new");
  });

  it("escapes what came from outside", async () => {
    const list = await whole.call<{ id: string }>("listmanager", "/v1/lists", {
      name: HOSTILE,
      purpose: HOSTILE,
      priority: "high",
    });
    const words = { reason: HOSTILE, instruction: HOSTILE, warnings: HOSTILE };
    const look = { make: HOSTILE, model: HOSTILE, colour: HOSTILE };
    await whole.call("listmanager", `/v1/lists/${list.body.id}/entries`, {
      vrm: "EV11ACT",
      ...words,
      ...look,
    });
    await whole.confirmEntries(list.body.id);
    const names = { name: HOSTILE, road: HOSTILE, direction: HOSTILE };
    const site = { feed: 43, source: 115, camera: 66, type: "static", position: BODMIN };
    const added = await whole.call<{ id: number }>("estate", "/v1/nrds", { ...site, ...names });
    await whole.call("estate", `/v1/nrds/${added.body.id}/go-live`, { reason: HOSTILE });
    const raised = await until(() => raiseHit(whole, "EV11ACT", { camera: 66, also: look }));
    await keepApart(whole, [look]);
    for (const [url, username] of [
      ["/board", "operator"],
      [`/hits/${raised}`, "operator"],
      ["/quarantine", "estate"],
      [`/nrds/${added.body.id}`, "estate"],
    ] as const) {
      const { statusCode, body } = await get(url, username);
      expect([url, statusCode]).toEqual([url, 200]);
      expect(body, url).not.toContain("<img src=x");
    }
    expect((await get(`/hits/${raised}`, "operator")).body).toContain("&lt;img src=x");
    const typed = await post("/enquiries", "investigator", { reason: HOSTILE, vrm: HOSTILE, from: HOSTILE });
    expect(typed.statusCode).toBe(400);
    expect(typed.body).not.toContain("<img src=x");
    expect(typed.body).toContain("&lt;img src=x");
  });
});

describe("the home page", () => {
  it("shows first what a person may do, and folded away what is for other roles, with the reason", async () => {
    const { body } = await get("/", "operator");
    const [first, folded] = body.split("What other roles do here");
    expect(first).toContain('href="/board"');
    expect(first).not.toContain("ww-tasks__closed");
    expect(folded).toContain("Find out where a vehicle was");
    expect(body).toContain(
      "For the roles investigator, analyst, auditor and data protection officer. You have the role operator.",
    );
    expect(body).not.toContain('href="/quarantine"');
  });

  it("calls roles by their names, as every header does", async () => {
    const { body } = await get("/", "dpo");
    expect(body.match(/data protection officer/g)?.length).toBeGreaterThan(2);
    // The username is what it is.
    expect(body.replace("(dpo)", "")).not.toMatch(/[\s(]dpo[\s).,<]/);
    const refused = await get("/quarantine", "dpo");
    expect(refused.body).toContain("Your role, data protection officer, does not include this.");
    expect(refused.body).toContain("It is for the role camera manager.");
  });
});

describe("the board", () => {
  it("is in the log each time it is opened, and none when it compares ids", async () => {
    const opened = await since(() => get("/board", "operator"));
    expect(opened).toEqual(looked("hit.list"));
    expect(await since(() => get("/board/ids.json", "operator"))).toEqual([]);
    expect(await since(() => get("/board/hits.json", "operator"))).toEqual(looked("hit.list"));
  });

  it("goes on from the latest hit it shows, however urgent that is, and its ids tell no more than ids", async () => {
    const urgent = await raiseHit(whole, LISTED.high);
    const latest = await raiseHit(whole, LISTED.low);
    expect((await get("/board", "operator")).body).toContain(`data-after="${latest}"`);
    const { ids, ...rest } = (await get("/board/ids.json", "operator")).json<{ ids: string[] }>();
    expect(rest).toEqual({ more: false });
    expect(ids[0]).toBe(urgent);
    expect(ids).toContain(latest);
  });

  it("tells those who may not acknowledge why not", async () => {
    expect((await get("/board", "analyst")).body).toContain(
      "Acknowledging is for the roles operator and list manager; you have the role analyst.",
    );
  });
});

describe("a hit", () => {
  it("is written into the log before it is shown, after an error too", async () => {
    expect(await since(() => get(hit, "operator"))).toEqual(looked("hit.open"));
    expect(await since(() => post(`${hit}/verify`, "operator", {}))).toEqual(looked("hit.open"));
  });

  it("is acknowledged, verified and closed in that order", async () => {
    const one = `/hits/${await raiseHit(whole, LISTED.medium, { images: true })}`;
    expect((await post(`${one}/acknowledge`, "operator", {})).headers.location).toBe(one);
    expect((await post(`${one}/verify`, "operator", {})).body).toContain("Select what the images show");
    expect((await post(`${one}/verify`, "operator", { result: "confirmed" })).statusCode).toBe(303);
    expect((await post(`${one}/disposition`, "operator", { outcome: "guess" })).statusCode).toBe(400);
    const closing = { outcome: "arrest", note: "At the roadside" };
    expect((await post(`${one}/disposition`, "operator", closing)).statusCode).toBe(303);
    expect((await get(one, "operator")).body).toContain("At the roadside");
  });

  it("says plainly that somebody was faster", async () => {
    const one = `/hits/${await raiseHit(whole, LISTED.low)}`;
    await post(`${one}/acknowledge`, "operator", {});
    const page = await post(`${one}/acknowledge`, "listmanager", {});
    expect(page.statusCode).toBe(409);
    const said = `Hit ${one.split("/")[2]} is acknowledged; operator acknowledged it.`;
    expect(page.body).toContain(said);
    const board = await post(`${one}/acknowledge`, "listmanager", { from: "board" });
    expect(board.headers.location).toBe("/board?notice=taken");
    const island = await post(
      `${one}/acknowledge`,
      "listmanager",
      { from: "board" },
      { accept: "application/json" },
    );
    expect([island.statusCode, island.json()]).toEqual([409, { detail: said }]);
  });

  it("tells who may not act why not", async () => {
    expect((await get(hit, "analyst")).body).toContain(
      "Acting on hits is for the roles operator and list manager; you have the role analyst.",
    );
    expect((await post(`${hit}/acknowledge`, "analyst", {})).statusCode).toBe(403);
  });
});

describe("an enquiry", () => {
  const hour = (from: number): string => new Date(Date.now() + from * 3_600_000).toISOString().slice(0, 16);
  const GOOD = {
    kind: "vrm",
    authority: AUTHORITY,
    reason: "Seen leaving the scene of a burglary",
    vrm: "MA11NYS",
    from: hour(-20),
    to: hour(3),
  };

  it("leads to its answer: count first, then a page, then the next", async () => {
    await whole.send(Array.from({ length: 130 }, () => aRead(2, { vrm: GOOD.vrm })));
    const asked = await post("/enquiries", "investigator", GOOD);
    const first = await get(String(asked.headers.location), "investigator");
    expect(first.body).toContain("130 reads");
    expect(first.body).toMatch(/uk-\d{4}\.\d/);
    const next = /href="([^"]*cursor=[^"]*)" rel="next"/.exec(first.body)?.[1];
    expect((await get(String(next), "investigator")).body).toContain("Back to the first page");
  });

  it("says that nothing found is not nothing there", async () => {
    const asked = await post("/enquiries", "investigator", { ...GOOD, vrm: "ZZ99ZZZ" });
    expect((await get(String(asked.headers.location), "investigator")).body).toContain(
      "That does not mean that the vehicle was not there",
    );
  });

  it("names the rules that refused and keeps what was typed", async () => {
    const reply = await post("/enquiries", "investigator", { ...GOOD, reason: "because" });
    expect(reply.statusCode).toBe(403);
    for (const words of [
      "reason-is-given",
      "A reason of at least 3 different words",
      ">because</textarea>",
      GOOD.vrm,
    ])
      expect(reply.body).toContain(words);
    const over = await ask(whole, GOOD.vrm);
    await letPass(whole, over);
    expect((await get(`/enquiries/${over}`, "investigator")).body).toContain("enquiry-is-current");
  });

  it("shows the room's complaint at its field", async () => {
    const reply = await post("/enquiries", "investigator", { ...GOOD, vrm: "A!" });
    expect(reply.statusCode).toBe(400);
    expect(reply.body).toMatch(/href="#vrm">[^<]+</);
  });
});

describe("a read", () => {
  it("is said to be about a plate, and its missing images are said to be missing", async () => {
    const { body } = await get(read, "investigator");
    expect(body).toContain("It does not tell you who was in the vehicle");
    expect(body).toContain("No plate image came with this read");
  });
});

describe("quarantine", () => {
  it("is written into the log before it is shown, after an error too", async () => {
    expect(await since(() => get("/quarantine", "estate"))).toEqual(looked("quarantine.list"));
    expect(await since(() => get(kept, "estate"))).toEqual(looked("quarantine.open"));
    expect(await since(() => post(`${kept}/discard`, "estate", { reason: "" }))).toEqual(
      looked("quarantine.open"),
    );
  });

  it("pages and filters", async () => {
    await whole.send([aRead(1, { vrm: "CL0CK", at: Date.now() + 600_000 })]);
    const first = (await get("/quarantine", "estate")).body;
    const next = /href="(\/quarantine\?[^"]*cursor=[^"]*)"/.exec(first)?.[1];
    const second = await get(String(next).replaceAll("&amp;", "&"), "estate");
    expect(second.body).toContain(kept);
    expect(first).not.toContain(`"${kept}"`);
    const filtered = (await get("/quarantine?code=CLOCK_SKEW", "estate")).body;
    expect(filtered).toContain("CL0CK");
    expect(filtered).not.toContain("The camera is not in the register</td>");
  });

  it("releases and discards, each with a reason", async () => {
    const [wrong] = await whole.send([aRead(1, { at: Date.now() + 700_000 })]);
    const one = `/quarantine/${wrong?.quarantineId}`;
    expect((await post(`${one}/release`, "estate", { reason: " " })).body).toContain(
      "Enter a reason, for the record",
    );
    expect(
      (await post(`${one}/release`, "estate", { reason: "The clock was mended" })).headers.location,
    ).toBe("/quarantine?notice=released");
    expect((await post(`${kept}/discard`, "estate", { reason: "A test drive" })).headers.location).toBe(
      "/quarantine?notice=discarded",
    );
    expect((await get("/quarantine", "estate")).body).not.toContain(`"${one}"`);
    expect((await post(`${kept}/discard`, "estate", { reason: "Once more" })).statusCode).toBe(409);
  });
});

describe("the register", () => {
  it("is searched and filtered", async () => {
    const { body } = await get("/nrds?search=site+3&state=live", "operator");
    expect(body).toContain("Site 3");
    expect(body).not.toContain("Site 4");
  });

  it("offers only what a state allows, and reports a conflict", async () => {
    expect((await get(nrd, "estate")).body).not.toContain('value="go-live"');
    expect((await post(`${nrd}/state`, "estate", { act: "suspend", reason: "" })).statusCode).toBe(400);
    expect((await post(`${nrd}/state`, "estate", { act: "resume", reason: "Mended" })).statusCode).toBe(409);
    expect((await post(`${nrd}/state`, "estate", { act: "suspend", reason: "Clock slow" })).statusCode).toBe(
      303,
    );
    expect((await get("/nrds/abc", "estate")).statusCode).toBe(404);
  });
});

describe("assets", () => {
  it("are served for ever under names with their digest, and nothing else of the folder is", async () => {
    const href = /href="(\/assets\/waywarden-[^"]+)"/.exec((await get("/sign-in")).body)?.[1];
    const css = await whole.server.inject({ url: String(href) });
    expect(css.statusCode).toBe(200);
    expect(css.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    for (const url of ["/assets/manifest.json", "/assets/outline.json", "/assets/../package.json"])
      expect((await whole.server.inject({ url })).statusCode).toBe(404);
  });
});
