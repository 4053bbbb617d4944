import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { SESSION_COOKIE } from "../../src/api/http/access.ts";
import type { AuditAction } from "../../src/audit/vocabulary.ts";
import { ask, keepApart, LISTED, raiseHit } from "../app/scene.ts";
import { WholeApp } from "../app/whole-app.ts";
import { until } from "../until.ts";

/** Shows no personal data. Whoever adds a route here says why. */
const NOTHING_PERSONAL: Readonly<Record<string, string>> = {
  "GET /": "what the own roles may do",
  "GET /account": "the own sessions and passkeys",
  "GET /account/password": "a form",
  "GET /accounts/new": "a form",
  "GET /assets/*": "styles and scripts",
  "GET /authorities/new": "a form",
  "GET /board/ids.json": "ids of hits, nothing of a vehicle",
  "GET /docs/api": "documentation",
  "GET /enrol/:token": "a form for whoever holds the link",
  "GET /healthz": "the service itself",
  "GET /log/checkpoint": "hashes",
  "GET /log/cosigned": "hashes",
  "GET /log/key": "a public key",
  "GET /log/tile/*": "hashes",
  "GET /metrics": "numbers of the service",
  "GET /nrds": "devices",
  "GET /nrds/:id": "one device, and who changed its state",
  "GET /organisations": "organisations",
  "GET /organisations/:code": "one organisation",
  "GET /organisations/:code/sign-in": "settings of an organisation's own sign-in",
  "GET /policy": "rules",
  "GET /policy/packs/:digest": "rules",
  "GET /readyz": "the service itself",
  "GET /sign-in": "a form",
  "GET /sign-in/code": "a form",
  "GET /sign-in/provider": "a form",
  "GET /sign-in/provider/:code": "a redirect",
  "GET /sign-in/provider/callback": "a redirect; the sign-in has entries of its own",
  "GET /sources/new": "a form",
  "GET /step-up": "a form",
  "GET /audit/export": "a redirect to the export, which is a look",
  "GET /audit/samples": "sizes of samples",
  "GET /v1/audit/samples": "sizes of samples",
  "GET /v1/doctor": "the service itself",
  "GET /v1/lists": "names and purposes of lists",
  "GET /v1/lists/:id": "name and purpose of a list",
  "GET /v1/nrds": "devices",
  "GET /v1/nrds/:id": "one device",
  "GET /v1/openapi.json": "documentation",
  "GET /v1/organisations": "organisations",
  "GET /v1/organisations/:code": "one organisation",
  "GET /v1/organisations/:code/provider": "settings of an organisation's own sign-in",
  "GET /v1/policy": "rules",
  "GET /v1/policy/packs": "rules",
  "GET /v1/policy/packs/:digest": "rules",
  "GET /v1/retention": "dates",
  "GET /v1/retention/receipts": "counts",
  "GET /v1/session": "the own session",
  "GET /v1/session/all": "the own sessions",
  "GET /v1/session/passkeys": "the own passkeys",
};

/** Descriptions of a feed's interface, for devices. */
const FEED = /^GET (\/feeds)?\/(bof2|:base\(\S+\))\//i;

/** Looks at what only its own test can make; that test tells of the entry. */
const TOLD_ELSEWHERE: Readonly<Record<string, string>> = {
  "GET /audit/findings/:id": "test/oversight/audit.test.ts",
  "GET /audit/items/:id": "test/oversight/audit.test.ts",
  "GET /log/tile/entries/*": "test/audit/log.test.ts",
  "GET /suspicions/:id": "test/identity/people-journey.test.ts",
  "GET /v1/audit/findings/:id": "test/oversight/audit.test.ts",
  "GET /v1/audit/samples/items/:id": "test/oversight/audit.test.ts",
  "GET /v1/suspicions/:id": "test/identity/people.test.ts",
};

/** Who asks, for what (`{hit}` is what the scene made), and what must stand in the log before they are answered. */
type Look = readonly [route: string, action: AuditAction, username: string, address?: string];
const LOOKS: readonly Look[] = [
  ["GET /board", "hit.list", "operator"],
  ["GET /board/hits.json", "hit.list", "operator"],
  ["GET /hits/:id", "hit.open", "operator", "/hits/{hit}"],
  ["GET /v1/hits", "hit.list", "operator"],
  ["GET /v1/hits/:id", "hit.open", "operator", "/v1/hits/{hit}"],
  ["GET /v1/hits/:id/images/:kind", "read.image", "operator", "/v1/hits/{hit}/images/patch"],
  ["GET /v1/hits/stream", "hit.stream", "operator"],
  ["GET /enquiries", "enquiry.list", "investigator"],
  ["GET /enquiries/:id", "enquiry.page", "investigator", "/enquiries/{enquiry}"],
  ["GET /v1/enquiries", "enquiry.list", "investigator"],
  ["GET /v1/enquiries/:id", "enquiry.page", "investigator", "/v1/enquiries/{enquiry}"],
  ["GET /reads/:id", "read.open", "investigator", "/reads/{read}"],
  ["GET /v1/reads/:id", "read.open", "investigator", "/v1/reads/{read}"],
  ["GET /v1/reads/:id/images/:kind", "read.image", "investigator", "/v1/reads/{read}/images/patch"],
  ["GET /quarantine", "quarantine.list", "estate"],
  ["GET /quarantine/:id", "quarantine.open", "estate", "/quarantine/{kept}"],
  ["GET /v1/quarantine", "quarantine.list", "estate"],
  ["GET /v1/quarantine/:id", "quarantine.open", "estate", "/v1/quarantine/{kept}"],
  ["GET /v1/quarantine/:id/images/:kind", "quarantine.open", "estate", "/v1/quarantine/{kept}/images/patch"],
  ["GET /v1/lists/:id/entries", "list.open", "listmanager", "/v1/lists/{list}/entries"],
  ["GET /authorities", "authority.open", "investigator"],
  ["GET /authorities/:id", "authority.open", "investigator", "/authorities/{authority}"],
  ["GET /v1/authorities", "authority.open", "investigator"],
  ["GET /v1/authorities/:id", "authority.open", "investigator", "/v1/authorities/{authority}"],
  ["GET /sources", "source.list", "estate"],
  ["GET /sources/:id", "source.open", "estate", "/sources/{source}"],
  ["GET /sources/:id/change", "source.open", "estate", "/sources/{source}/change"],
  ["GET /sources/:id/switch-off", "source.open", "estate", "/sources/{source}/switch-off"],
  ["GET /sources/:id/switch-on", "source.open", "estate", "/sources/{source}/switch-on"],
  ["GET /sources/:id/renew-secret", "source.open", "estate", "/sources/{source}/renew-secret"],
  ["GET /v1/feed-sources", "source.list", "estate"],
  ["GET /v1/feed-sources/:id", "source.open", "estate", "/v1/feed-sources/{source}"],
  ["GET /accounts", "account.list", "admin"],
  ["GET /accounts/:username", "account.open", "admin", "/accounts/operator"],
  ["GET /accounts/:username/change", "account.open", "admin", "/accounts/operator/change"],
  ["GET /tasks", "task.list", "admin"],
  ["GET /suspicions", "suspicion.list", "supervisor"],
  ["GET /v1/accounts", "account.list", "admin"],
  ["GET /v1/accounts/:username", "account.open", "admin", "/v1/accounts/operator"],
  ["GET /v1/tasks", "task.list", "admin"],
  ["GET /v1/suspicions", "suspicion.list", "supervisor"],
  ["GET /history", "history.open", "operator"],
  ["GET /v1/history", "history.open", "operator"],
  ["GET /audit", "audit.search", "auditor", "/audit?search=1"],
  ["GET /audit/entries/:id", "audit.entry", "auditor", "/audit/entries/{entry}"],
  ["GET /audit/findings", "audit.search", "auditor"],
  ["GET /audit/charts", "audit.charts", "auditor"],
  ["GET /v1/audit", "audit.search", "auditor"],
  ["GET /v1/audit/:id", "audit.entry", "auditor", "/v1/audit/{entry}"],
  ["GET /v1/audit/:id/proof", "audit.entry", "auditor", "/v1/audit/{entry}/proof"],
  ["GET /v1/audit/charts", "audit.charts", "auditor", "/v1/audit/charts?from={from}&to={to}"],
  ["GET /v1/audit/export", "audit.export", "nationalauditor", "/v1/audit/export?reason=Yearly+inspection"],
  ["GET /v1/audit/findings", "audit.search", "auditor"],
];

const STREAMS: readonly string[] = ["GET /v1/audit/export"];

let whole: WholeApp;
let made: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  whole = await WholeApp.start();
  const hit = await raiseHit(whole, LISTED.high, { images: true });
  const patch = (await aHitImage(hit)).toString("base64");
  const [kept = ""] = await keepApart(whole, [{ vrm: LISTED.high, patch }]);
  const first = async (username: string, path: string): Promise<string> =>
    (await whole.call<{ items: readonly { id: string }[] }>(username, path)).body.items[0]?.id ?? "";
  const enquiry = await ask(whole, LISTED.high);
  const entry = (await whole.stores.audit.find({ actor: "investigator", limit: 1 }))[0]?.index;
  made = {
    hit,
    kept,
    enquiry,
    entry: String(entry),
    read: (await whole.call<{ readId: string }>("operator", `/v1/hits/${hit}`)).body.readId,
    list: await first("listmanager", "/v1/lists"),
    source: await first("estate", "/v1/feed-sources"),
    authority: await first("investigator", "/v1/authorities"),
    from: new Date(Date.now() - 86_400_000).toISOString(),
    to: new Date().toISOString(),
  };
});
afterAll(() => whole?.remove());
afterEach(() => vi.restoreAllMocks());

const aHitImage = async (hit: string): Promise<Buffer> =>
  Buffer.from((await whole.call<ArrayBuffer>("operator", `/v1/hits/${hit}/images/patch`)).body);

/** Asks once. A stream is left as soon as it has answered. */
async function take([route, , username, address]: Look) {
  const path = (address ?? route.slice("GET ".length)).replace(
    /\{(\w+)\}/g,
    (_all, name: string) => made[name] ?? "",
  );
  const page = !path.startsWith("/v1/");
  const token = await whole.session(username);
  const leaving = new AbortController();
  const reply = await whole.fetch(path, {
    headers: page
      ? { accept: "text/html", cookie: `${SESSION_COOKIE}=${token}` }
      : { authorization: `Bearer ${token}` },
    redirect: "manual",
    signal: leaving.signal,
  });
  const streams = reply.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const body = streams ? "" : Buffer.from(await reply.arrayBuffer()).toString("latin1");
  leaving.abort();
  return { status: reply.status, requestId: reply.headers.get("x-request-id"), body };
}

describe("every address that answers GET", () => {
  it("is said here to show personal data or not", () => {
    const asked = whole.server.routeTable.lines().filter((line) => line.startsWith("GET "));
    const known = [
      ...Object.keys(NOTHING_PERSONAL),
      ...Object.keys(TOLD_ELSEWHERE),
      ...LOOKS.map(([route]) => route),
    ];
    expect(new Set(known).size).toBe(known.length);
    expect(asked.filter((line) => !FEED.test(line)).sort()).toEqual([...known].sort());
  });
});

describe("whoever looks at personal data", () => {
  const EACH = LOOKS.map((look) => ({ route: look[0], action: look[1], username: look[2], look }));

  it.each(EACH)(
    "by $route has $action in the log as asked, and again with how much was shown",
    async ({ look, action, username }) => {
      const { status, requestId } = await take(look);
      expect(status).toBe(200);
      await until(async () => {
        const written = (await whole.stores.audit.find({ actor: username, action, limit: 20 }))
          .filter((entry) => entry.requestId === requestId)
          .map(({ outcome, subject }) => [outcome, typeof subject["count"]]);
        // What streams ends when whoever reads it leaves, and has been shown by then.
        const ended = STREAMS.includes(look[0]) ? "done" : "allowed";
        expect(written).toEqual([
          [ended, "number"],
          ["asked", "undefined"],
        ]);
      });
    },
  );

  it.each(EACH)("by $route is shown nothing when the log takes no entry", async ({ look, username }) => {
    await whole.session(username);
    vi.spyOn(whole.stores.audit, "append").mockRejectedValue(new Error("The log is full"));
    const { status, body } = await take(look);
    expect(status).toBeGreaterThanOrEqual(500);
    expect(body).not.toMatch(/WA19 ?HKL|High-risk missing person|JFIF/);
  });
});

describe("whoever looks for what is not there for them", () => {
  const ABSENT: readonly Look[] = [
    ["GET /v1/hits/:id", "hit.open", "operator", "/v1/hits/999999"],
    ["GET /v1/hits/:id/images/:kind", "read.image", "operator", "/v1/hits/999999/images/patch"],
    ["GET /v1/quarantine/:id", "quarantine.open", "estate", "/v1/quarantine/999999"],
    ["GET /v1/quarantine/:id/images/:kind", "quarantine.open", "estate", "/v1/quarantine/9999/images/patch"],
    ["GET /v1/lists/:id/entries", "list.open", "listmanager", "/v1/lists/999999/entries"],
    ["GET /v1/authorities/:id", "authority.open", "investigator", "/v1/authorities/NOT-THERE"],
    ["GET /v1/feed-sources/:id", "source.open", "estate", "/v1/feed-sources/999999"],
    ["GET /v1/accounts/:username", "account.open", "admin", "/v1/accounts/nobody"],
    ["GET /v1/suspicions/:id", "suspicion.open", "supervisor", "/v1/suspicions/999999"],
    ["GET /v1/enquiries/:id", "enquiry.page", "investigator", `/v1/enquiries/${randomUUID()}`],
  ];

  it.each(ABSENT.map((look) => ({ look, route: look[0] })))(
    "by $route has a refused entry, and never an allowed one",
    async ({ look }) => {
      const [, action, actor] = look;
      const { status, requestId } = await take(look);
      expect(status).toBe(404);
      const written = (await whole.stores.audit.find({ actor, action, limit: 5 })).filter(
        (entry) => entry.requestId === requestId,
      );
      expect(written[0]).toMatchObject({ outcome: "refused", subject: { codes: ["NOT_FOUND"] } });
      expect(written.map(({ outcome }) => outcome)).not.toContain("allowed");
    },
  );
});
