import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { previewServer } from "../../test/journeys/preview-server.ts";
import { sampleHit } from "../../test/journeys/sample-hit.ts";
import { SampleRooms } from "../../test/journeys/sample-rooms.ts";
import type { Role } from "../policy/roles.ts";

const NOW = Date.UTC(2026, 10, 23, 3, 4, 5);
const HOSTILE = `"><img src=x onerror=alert(1)><b>'`;
let app: FastifyInstance;
let sample: SampleRooms;
beforeAll(async () => {
  ({ app, sample } = await previewServer(new SampleRooms(() => NOW)));
});
afterAll(() => app.close());

const HTML = { accept: "text/html" };
const cookieOf = (token: string) => ({ cookie: `waywarden_session=${token}` });
const get = (url: string, role?: Role) =>
  app.inject({
    url,
    headers: { ...HTML, ...(role === undefined ? {} : cookieOf(sample.openSession(role))) },
  });
function post(url: string, role: Role, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const token = sample.openSession(role);
  return app.inject({
    method: "POST",
    url,
    headers: {
      ...HTML,
      ...cookieOf(token),
      "sec-fetch-site": "same-origin",
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    },
    payload: new URLSearchParams({ _csrf: sample.csrfOf(token), ...fields }).toString(),
  });
}

describe("signing in", () => {
  it("is asked of anyone who is not signed in, and leads back to the page", async () => {
    const reply = await get("/hits/3?x=1");
    expect([reply.statusCode, reply.headers.location]).toEqual([303, "/sign-in?next=%2Fhits%2F3%3Fx%3D1"]);
  });

  it("sets the session cookie and goes on to the page", async () => {
    const payload = new URLSearchParams({
      username: "operator",
      password: "preview",
      totp: "123 456",
      next: "/board",
    }).toString();
    const reply = await app.inject({
      method: "POST",
      url: "/sign-in",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload,
    });
    expect([reply.statusCode, reply.headers.location]).toEqual([303, "/board"]);
    expect(String(reply.headers["set-cookie"])).toMatch(
      /^waywarden_session=.{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it("says one sentence for every failure", async () => {
    const send = async (username: string, password: string) =>
      (
        await app.inject({
          method: "POST",
          url: "/sign-in",
          headers: { ...HTML, "content-type": "application/x-www-form-urlencoded" },
          payload: new URLSearchParams({ username, password, totp: "123456" }).toString(),
        })
      ).body;
    const [wrongName, wrongPassword] = [await send("nobody", "preview"), await send("operator", "wrong")];
    expect(wrongName.replace("nobody", "")).toBe(wrongPassword.replace("operator", ""));
    expect(wrongName).toContain("The username, password or code is not right");
  });

  it("ends with signing out", async () => {
    const reply = await post("/sign-out", "operator", {});
    expect([reply.statusCode, reply.headers.location]).toEqual([303, "/sign-in"]);
    expect(String(reply.headers["set-cookie"])).toContain("waywarden_session=;");
  });
});

describe("every page", () => {
  const PAGES: readonly (readonly [string, Role])[] = [
    ["/", "operator"],
    ["/board", "operator"],
    ["/hits/1", "operator"],
    ["/enquiries", "investigator"],
    ["/reads/3-1700000000001", "investigator"],
    ["/quarantine", "estate"],
    ["/quarantine/1", "estate"],
    ["/nrds", "estate"],
    ["/nrds/1", "estate"],
    ["/docs/api", "operator"],
    ["/sign-in", "operator"],
  ];
  it.each(PAGES)("%s is whole, uncached, and holds no inline script or style", async (url, role) => {
    const reply = await get(url, role);
    expect(reply.statusCode).toBe(200);
    expect(reply.headers["cache-control"]).toBe("no-store");
    expect(reply.body).toContain("<title>");
    expect(reply.body).not.toMatch(/<script(?![^>]* src=)|\sstyle=|\son[a-z]+=|GOV\.UK/);
    expect(reply.body).not.toMatch(/undefined|\[object Object\]|NaN/);
  });

  it("is refused in words to a role that does not include it", async () => {
    const reply = await get("/board", "admin");
    expect(reply.statusCode).toBe(403);
    expect(reply.body).toContain("What would be needed");
    expect(reply.body).toContain("role-may-hit-see");
  });

  it("answers an unknown address with a page", async () => {
    const reply = await get("/nowhere", "operator");
    expect(reply.statusCode).toBe(404);
    expect(reply.body).toContain("There is no such page");
  });

  it("refuses a form without the session's token", async () => {
    for (const _csrf of ["", "wrong"]) {
      const reply = await post("/hits/2/acknowledge", "operator", { _csrf });
      expect(reply.statusCode).toBe(403);
    }
    expect(sample.hits.get("2")?.state).toBe("new");
  });

  it("escapes what came from outside", async () => {
    sample.hits.set(
      "900",
      sampleHit(900, NOW, {
        vrm: HOSTILE,
        sent: HOSTILE,
        warnings: HOSTILE,
        nrd: { id: 1, name: HOSTILE, road: HOSTILE, direction: HOSTILE },
        list: { id: "1", name: HOSTILE },
        entry: { id: "1", reason: HOSTILE, instruction: HOSTILE, created: new Date(NOW).toISOString() },
        seen: { make: HOSTILE, model: HOSTILE, colour: HOSTILE },
      }),
    );
    for (const url of ["/board", "/hits/900"])
      expect((await get(url, "operator")).body, url).not.toContain("<img src=x");
    sample.hits.delete("900");
    const typed = await post("/enquiries", "investigator", { reason: HOSTILE, vrm: HOSTILE, from: HOSTILE });
    expect(typed.statusCode).toBe(400);
    expect(typed.body).not.toContain("<img src=x");
    expect(typed.body).toContain("&lt;img src=x");
  });
});

describe("the home page", () => {
  it("shows what a role may not do, with the reason", async () => {
    const { body } = await get("/", "operator");
    expect(body).toContain("For the roles investigator, analyst, auditor and dpo. You are operator.");
    expect(body).not.toContain('href="/quarantine"');
  });
});

describe("a hit", () => {
  it("is written into the log before it is shown", async () => {
    const before = sample.audited.length;
    await get("/hits/1", "operator");
    expect(sample.audited.slice(before)).toEqual(["hit.open"]);
  });

  it("is acknowledged, verified and closed in that order", async () => {
    expect((await post("/hits/3/acknowledge", "operator", {})).headers.location).toBe("/hits/3");
    expect((await post("/hits/3/verify", "operator", {})).body).toContain("Choose what the images show");
    expect((await post("/hits/3/verify", "operator", { result: "confirmed" })).statusCode).toBe(303);
    expect((await post("/hits/3/disposition", "operator", { outcome: "guess" })).statusCode).toBe(400);
    expect(
      (await post("/hits/3/disposition", "operator", { outcome: "arrest", note: "At the roadside" }))
        .statusCode,
    ).toBe(303);
    expect((await get("/hits/3", "operator")).body).toContain("At the roadside");
  });

  it("says plainly that somebody was faster", async () => {
    await post("/hits/4/acknowledge", "operator", {});
    const page = await post("/hits/4/acknowledge", "operator", {});
    expect(page.statusCode).toBe(409);
    expect(page.body).toContain("The hit is acknowledged already, by operator.");
    const board = await post("/hits/4/acknowledge", "operator", { from: "board" });
    expect(board.headers.location).toBe("/board?notice=taken");
    const island = await post(
      "/hits/4/acknowledge",
      "operator",
      { from: "board" },
      { accept: "application/json" },
    );
    expect([island.statusCode, island.json()]).toEqual([
      409,
      { detail: "The hit is acknowledged already, by operator." },
    ]);
  });

  it("tells who may not act why not", async () => {
    expect((await get("/hits/1", "analyst")).body).toContain(
      "Acting on hits is for the roles operator and listmanager; you are analyst.",
    );
    expect((await post("/hits/1/acknowledge", "analyst", {})).statusCode).toBe(403);
  });
});

describe("an enquiry", () => {
  const GOOD = {
    kind: "vrm",
    authority: "OP-KESTREL-26",
    reason: "Seen at the scene",
    vrm: "AB12CDE",
    from: "2026-11-22T08:00",
    to: "2026-11-22T09:00",
  };

  it("leads to its answer: count first, then a page, then the next", async () => {
    const asked = await post("/enquiries", "investigator", GOOD);
    const first = await get(String(asked.headers.location), "investigator");
    expect(first.body).toContain("1,437 reads");
    expect(first.body).toContain("uk-2026.1");
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
      "A reason of at least 3 words.",
      ">because</textarea>",
      "AB12CDE",
    ])
      expect(reply.body).toContain(words);
    expect((await get("/enquiries/over", "investigator")).body).toContain("enquiry-is-current");
  });

  it("shows the room's complaint at its field", async () => {
    const reply = await post("/enquiries", "investigator", { ...GOOD, vrm: "A!" });
    expect(reply.body).toContain('href="#vrm">A VRM has letters and digits only');
  });
});

describe("a read", () => {
  it("is said to be about a plate, and its missing images are said to be missing", async () => {
    const { body } = await get("/reads/3-1700000000000", "investigator");
    expect(body).toContain("It does not say who was in the vehicle");
    expect(body).toContain("No plate image came with this read");
  });
});

describe("quarantine", () => {
  it("pages and filters", async () => {
    expect((await get("/quarantine", "estate")).body).toContain("cursor=50");
    const filtered = (await get("/quarantine?code=CLOCK_SKEW", "estate")).body;
    expect(filtered).not.toContain("The reader is not in the register</td>");
  });

  it("releases and discards, each with a reason", async () => {
    expect((await post("/quarantine/5/release", "estate", { reason: " " })).body).toContain(
      "Write why, for the record",
    );
    expect(
      (await post("/quarantine/5/release", "estate", { reason: "The clock was mended" })).headers.location,
    ).toBe("/quarantine?notice=released");
    expect((await post("/quarantine/6/discard", "estate", { reason: "A test drive" })).headers.location).toBe(
      "/quarantine?notice=discarded",
    );
    expect((await get("/quarantine/5", "estate")).statusCode).toBe(404);
  });
});

describe("the register", () => {
  it("is searched and filtered", async () => {
    const { body } = await get("/nrds?search=dover&state=live", "operator");
    expect(body).toContain("A2 Dover docks");
    expect(body).not.toContain("M8 J15 Townhead");
  });

  it("offers only what a state allows, and reports a conflict", async () => {
    expect((await get("/nrds/1", "estate")).body).not.toContain('value="go-live"');
    expect((await post("/nrds/1/state", "estate", { act: "suspend", reason: "" })).statusCode).toBe(400);
    expect((await post("/nrds/1/state", "estate", { act: "resume", reason: "Mended" })).statusCode).toBe(409);
    expect((await post("/nrds/1/state", "estate", { act: "suspend", reason: "Clock slow" })).statusCode).toBe(
      303,
    );
    expect((await get("/nrds/abc", "estate")).statusCode).toBe(404);
  });
});

describe("assets", () => {
  it("are served for ever under names with their digest, and nothing else of the folder is", async () => {
    const href = /href="(\/assets\/waywarden-[^"]+)"/.exec((await get("/sign-in")).body)?.[1];
    const css = await app.inject({ url: String(href) });
    expect(css.statusCode).toBe(200);
    expect(css.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    for (const url of ["/assets/manifest.json", "/assets/outline.json", "/assets/../package.json"])
      expect((await app.inject({ url })).statusCode).toBe(404);
  });
});
