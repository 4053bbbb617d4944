import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SESSION_COOKIE } from "../../src/api/http/access.ts";
import { SECOND_ORGANISATION } from "../../src/cli/demo/facts.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { projectRoot } from "../../src/project-root.ts";
import { ask, pass } from "../app/scene.ts";
import { WholeApp } from "../app/whole-app.ts";

/** Whose things nobody else's role or organisation closes off. Whoever adds a route here says why. */
const SAME_FOR_EVERYBODY: Readonly<Record<string, string>> = {
  "/bof2/": "a device, by its secret",
  "/feeds/": "a device, by its secret",
  "/:base(": "a device, by its secret",
  "/enrol/:token": "whoever holds the link",
  "/log/tile/": "public",
  "/sign-in/provider/:code": "before anybody is known",
  "/policy/packs/:digest": "rules are everybody's to see",
  "/v1/policy/packs/:digest": "rules are everybody's to see",
  "GET /organisations/:code": "organisations are everybody's to see",
  "GET /v1/organisations/:code": "organisations are everybody's to see",
};
/** The role a route is for. */
const AS: readonly (readonly [RegExp, string])[] = [
  [/\/hits\b/, "operator"],
  [/\/(enquiries|reads|session|account\/)/, "analyst"],
  [/\/audit\/items\/:id\/recheck|\/items\/:id\/recheck/, "nationalauditor"],
  [/\/v1\/audit\/:id\/proof/, "operator"],
  [/\/audit/, "auditor"],
  [/\/quarantine|\/nrds/, "estate"],
  [/\/lists/, "listmanager"],
  [/\/authorities\/:id\/(approve|refuse|extend|confirm)/, "authoriser"],
  [/\/authorities/, "investigator"],
  [/\/suspicions|\/tasks/, "supervisor"],
  [/\/(sources|feed-sources)\/:id(\/test)?$/, "estate"],
  [/\/(sources|feed-sources)/, "admin"],
  [/\/(accounts|organisations)/, "admin"],
];
const REASON = { reason: "Looked at what is not there" };
const seen = { version: 1, ...REASON };
const ANSWERS = Object.fromEntries(
  loadPolicyPack(`${projectRoot}/policies/uk`).audit.checklist.map(({ id }) => [id, { answer: "yes" }]),
);
/** What a route takes, so that it comes as far as looking for the thing. */
const BODIES: readonly (readonly [RegExp, object])[] = [
  [/\/hits\/:id\/verify/, { result: "confirmed" }],
  [/\/hits\/:id\/disposition/, { outcome: "arrest", note: "" }],
  [/POST \/v1\/lists\/:id\/entries/, [{ vrm: "AB12CDE", reason: "Stolen", instruction: "Stop" }]],
  [/POST \/v1\/lists\/:id\/confirm/, { entries: ["5"] }],
  [/\/authorities\/:id\/extend/, { ...REASON, until: new Date(Date.now() + 86_400_000).toISOString() }],
  [/\/findings\/:id\/changes/, { seen: "open", state: "explained", note: "Settled it" }],
  [/\/items\/:id\/review/, { answers: ANSWERS }],
  [/\/items\/:id\/recheck/, { agrees: true, note: "It holds" }],
  [/\/tasks\/:id\/done/, { note: "Looked at it" }],
  [/\/(feed-sources|accounts|organisations)\//, seen],
  [/\/feed-sources\/:id\/test/, {}],
  [/PATCH \/v1\/feed-sources/, { ...seen, name: "Another" }],
  [/PATCH \/v1\/accounts/, { ...seen, fullName: "Another Name" }],
  [
    /PUT \/v1\/organisations\/:code\/provider/,
    {
      issuer: "https://sign-in.example",
      clientId: "waywarden",
      clientSecret: "secret",
      usernameClaim: "email",
      emailDomain: "northmoor.example",
      enabled: true,
    },
  ],
];

let whole: WholeApp;
let foreign: Readonly<Record<string, readonly string[]>> = {};

beforeAll(async () => {
  whole = await WholeApp.start();
  await whole.join("listmanager2", "listmanager", SECOND_ORGANISATION);
  const own = async <Body>(username: string, path: string, body?: unknown): Promise<Body> =>
    (await whole.call<Body>(username, path, body)).body;
  const list = await own<{ id: string }>("listmanager2", "/v1/lists", {
    name: "Of another force",
    purpose: "Find stolen vehicles",
    priority: "high",
    category: "stolen-vehicles",
  });
  const enquiry = await ask(whole, "WA19HKL");
  const read = await pass(whole, "XX99XXX");
  const entry = (await whole.stores.audit.find({ actor: "listmanager2", limit: 1 }))[0]?.index;
  const session = await own<{ items: readonly { id: string }[] }>("investigator", "/v1/session/all");
  const [northmoor = ""] = (await whole.stores.organisations.all())
    .filter(({ name }) => name === SECOND_ORGANISATION)
    .map(({ code }) => code);
  const camera = String(await whole.nrd(5));
  foreign = {
    "/v1/lists": [list.id],
    "/v1/enquiries": [enquiry],
    "/enquiries": [enquiry],
    "/v1/reads": [read],
    "/reads": [read],
    "/v1/audit": [String(entry)],
    "/audit": [String(entry)],
    "/v1/session": [session.items[0]?.id ?? ""],
    "/account": [session.items[0]?.id ?? ""],
    "/v1/accounts": ["investigator2"],
    "/accounts": ["investigator2"],
    "/v1/authorities": ["NOR-2026-0093"],
    "/authorities": ["NOR-2026-0093"],
    "/v1/organisations": [northmoor],
    "/organisations": [northmoor],
    "/v1/nrds": [camera],
    "/nrds": [camera],
  };
});
afterAll(() => whole?.remove());

const routes = (): readonly string[] =>
  whole.server.routeTable
    .lines()
    .filter((line) => /:[a-z]/.test(line))
    .filter((line) => !Object.keys(SAME_FOR_EVERYBODY).some((open) => line.includes(open)))
    // A page's form is posted to the room that its address of the API is posted to.
    .filter((line) => line.startsWith("GET ") || line.includes(" /v1/"));

/** Ids that name nothing, and something of somebody else's. */
function idsFor(line: string): readonly string[] {
  const path = line.slice(line.indexOf(" ") + 1);
  const [, room = ""] = /^((?:\/v1)?\/[a-z-]+)/.exec(path) ?? [];
  const nothing = /enquiries|session|account\//.test(path)
    ? randomUUID()
    : /reads/.test(path)
      ? "1-1795335330123"
      : /authorities|accounts|organisations/.test(path)
        ? "not-there"
        : "999999";
  return [nothing, ...(foreign[room] ?? [])];
}

async function take(line: string, id: string, as: string) {
  const [method = "", route = ""] = line.split(" ");
  const path = route
    .replace(":kind", "patch")
    .replace(":entry", "1")
    .replace(/:[a-z]+/, encodeURIComponent(id));
  const token = await whole.session(as);
  const body = method === "GET" ? undefined : (BODIES.findLast(([route]) => route.test(line))?.[1] ?? REASON);
  const reply = await whole.fetch(path, {
    method,
    headers: {
      ...(path.startsWith("/v1/")
        ? { authorization: `Bearer ${token}` }
        : { accept: "text/html", cookie: `${SESSION_COOKIE}=${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: "manual",
  });
  const text = await reply.text();
  return { status: reply.status, requestId: reply.headers.get("x-request-id"), text };
}

describe("whoever is refused by who they are, at every address that names a thing", () => {
  it("has it in the log as refused, whether or not the thing is there", async () => {
    expect(routes().length).toBeGreaterThan(60);
    const wrong: string[] = [];
    for (const line of routes()) {
      const as = AS.find(([route]) => route.test(line))?.[1];
      if (as === undefined) {
        wrong.push(`${line}: say whose it is`);
        continue;
      }
      for (const id of idsFor(line)) {
        const { status, requestId, text } = await take(line, id, as);
        const entries = (await whole.stores.audit.find({ actor: as, limit: 20 })).filter(
          (entry) => entry.requestId === requestId,
        );
        const refused = entries.some(({ outcome }) => outcome === "refused");
        const isOpen = status === 200 && /^GET (\/v1)?\/nrds/.test(line);
        if (isOpen || ((status === 403 || status === 404) && refused)) continue;
        wrong.push(
          `${line} ${id} as ${as}: ${status}, ${entries.map(({ outcome }) => outcome).join()} ${text.slice(0, 300)}`,
        );
      }
    }
    expect(wrong).toEqual([]);
  });

  it("has it in the log as refused where the role does not include it", async () => {
    const wrong: string[] = [];
    for (const line of routes()) {
      for (const as of ["operator", "admin"]) {
        const { status, requestId } = await take(line, idsFor(line)[0] ?? "", as);
        if (status !== 403) continue;
        const entries = await whole.stores.audit.find({ actor: as, outcome: "refused", limit: 5 });
        if (!entries.some((entry) => entry.requestId === requestId)) wrong.push(`${line} as ${as}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
