import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SESSION_COOKIE } from "../../src/api/http/access.ts";
import { readImages } from "../../src/archive/read-images.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { projectRoot } from "../../src/project-root.ts";
import { aGrant } from "../archive/read-builders.ts";
import { WholeApp } from "../app/whole-app.ts";

/** Open to the world by decision: signing in and enrolling, the public log, and how the service itself is. */
const OPEN = [
  /^(GET|POST) \/sign-in(\/.*)?$/,
  /^(GET|POST) \/enrol\/:token$/,
  /^POST \/v1\/session(\/passkey(\/question)?)?$/,
  /^POST \/v1\/enrolment(\/open)?$/,
  /^GET \/log\/(checkpoint|cosigned|key|tile\/\*)$/,
  /^GET \/(healthz|readyz|metrics)$/,
  /^GET \/(docs\/api|v1\/openapi\.json|assets\/\*|favicon\.ico)$/,
];
/** Guarded by a feed's token, or by its secret path. */
const FEEDS = /^(GET|POST) \/(feeds|bof2|:base\(\S+\))\/|^POST \/v1\/reads(\/images)?$/i;
const READ_ID = "1-1795335330123";

let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());

const lines = (): readonly string[] => whole.server.routeTable.lines();
const ask = async (line: string, headers: Record<string, string> = {}) => {
  const [method = "GET", route = ""] = line.split(" ");
  const url = route
    .replace(":kind", "patch")
    .replace(/^((?:\/v1)?\/reads\/):id/, `$1${READ_ID}`)
    .replace(/:base\(\S+?\)(?=\/)/, "bof2")
    .replace(/:[a-zA-Z]+/g, "1")
    .replace("*", "0/000");
  return whole.server.inject({ method: method as "GET", url, headers });
};

describe("every route of the program", () => {
  it("is known to this test", () => {
    expect(lines().length).toBeGreaterThan(80);
    for (const open of OPEN.slice(0, 4)) expect(lines().some((line) => open.test(line))).toBe(true);
  });

  it("turns away whoever is not signed in, unless it is open by decision", async () => {
    for (const line of lines()) {
      if (OPEN.some((open) => open.test(line)) || FEEDS.test(line)) continue;
      const reply = await ask(line, line.includes(" /v1/") ? {} : { accept: "text/html" });
      const toSignIn = reply.statusCode === 303 && String(reply.headers.location).startsWith("/sign-in");
      const turnedAway = reply.statusCode === 401 || toSignIn;
      expect([line, turnedAway ? "turned away" : reply.statusCode]).toEqual([line, "turned away"]);
    }
  });

  it("of the feeds takes nothing without a token or a secret path", async () => {
    const feeds = lines().filter((line) => FEEDS.test(line));
    expect(feeds.length).toBeGreaterThan(2);
    for (const line of feeds) {
      const { statusCode, body } = await ask(line);
      const description = line.startsWith("GET") && statusCode === 200 && body.includes("wsdl");
      const refused = (statusCode >= 400 && statusCode < 500) || body.includes("Fault>");
      expect([line, statusCode, description || refused]).toEqual([line, statusCode, true]);
      expect(body).not.toContain('"verdict"');
    }
  });

  it("shows no administrator a read, a hit or an enquiry", async () => {
    const ofReads = lines().filter((line) =>
      /^GET (\/v1)?\/(board|hits|enquiries|reads|quarantine)\b/.test(line),
    );
    expect(ofReads.length).toBeGreaterThan(12);
    for (const username of ["admin", "nationaladmin"]) {
      const cookie = `${SESSION_COOKIE}=${await whole.session(username)}`;
      for (const line of ofReads) {
        const { statusCode } = await ask(line, { cookie });
        expect([line, username, statusCode]).toEqual([line, username, 403]);
      }
    }
  });
});

/** Looks like a grant to whoever only reads its members. */
const LOOKALIKE: Grant = Object.assign({}, aGrant());
const PAGE = { from: 0, to: 1, limit: 1, cursor: null };

describe("every method of the archive", () => {
  it("of reads asks for a grant, or only serves taking reads in, or says no more than how many fit a pattern", async () => {
    const { reads } = whole.stores;
    const queries: Readonly<Record<string, () => Promise<unknown>>> = {
      byId: async () => reads.byId(LOOKALIKE, READ_ID),
      byVrm: async () => reads.byVrm(LOOKALIKE, { ...PAGE, vrm: "AB12CDE" }),
      byPattern: async () => reads.byPattern(LOOKALIKE, { ...PAGE, pattern: "AB*" }),
      byPlace: async () => reads.byPlace(LOOKALIKE, { ...PAGE, nrds: [1], area: null }),
    };
    const takingIn = ["insert", "existing", "between", "highWater"];
    const counting = ["countLike"];
    expect(Object.keys(reads).sort()).toEqual([...Object.keys(queries), ...takingIn, ...counting].sort());
    for (const [name, query] of Object.entries(queries))
      await expect(query(), name).rejects.toThrow("without a grant");
  });

  it("of images asks for a grant, or only serves taking images in", async () => {
    const { imageIndex: index, vault } = whole.stores;
    const key = { nrd: 1, captured: 0, n: 0 };
    const images = readImages({ index, vault });
    expect(Object.keys(index).sort()).toEqual(["find", "insert"]);
    expect(Object.keys(images).sort()).toEqual(["kindsOf", "open"]);
    for (const query of [
      async () => index.find(LOOKALIKE, key),
      async () => images.kindsOf(LOOKALIKE, key),
      async () => images.open(LOOKALIKE, key, "patch"),
    ]) {
      await expect(query()).rejects.toThrow("without a grant");
    }
  });

  it("that needs no grant is out of reach of whoever answers people", () => {
    const ungranted = /\b(?:reads|archive|store)\.(?:existing|between|highWater)\(|vault\.read\(/;
    const answering = ["api", "web", "cli", "enquiry", "hit", "observe"].flatMap((room) =>
      readdirSync(join(projectRoot, "src", room), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
        .map((file) => join(projectRoot, "src", room, file)),
    );
    expect(answering.length).toBeGreaterThan(100);
    expect(answering.filter((file) => ungranted.test(readFileSync(file, "utf8")))).toEqual([]);
  });
});
