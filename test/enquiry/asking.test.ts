import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { SESSION_COOKIE } from "../../src/api/http/access.ts";
import type { AuditAction } from "../../src/audit/vocabulary.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { aMoment, aRead, BODMIN, WholeApp, type Refused, type Reply } from "../app/whole-app.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LONDON = { lat: 51.5, lon: -0.1 };

interface Answer extends Refused {
  readonly enquiry: string;
  readonly grant: {
    readonly rules: readonly string[];
    readonly policyPack: string;
    readonly policyPackDigest: string;
  };
  readonly count: number;
  readonly items: readonly { readonly id: string; readonly vrm: string | null }[];
  readonly next: string | null;
}

let whole: WholeApp;

const iso = (at: number): string => new Date(at).toISOString();

function ask(question: Record<string, unknown>, username = "investigator"): Promise<Reply<Answer>> {
  const period = { from: iso(Date.now() - 12 * HOUR), to: iso(Date.now() + 60_000) };
  const asked = { authority: "MID-2026-0417", reason: "Looking for this vehicle", ...period, ...question };
  return whole.call<Answer>(username, "/v1/enquiries", asked);
}

const vrmsOf = ({ body }: Reply<Answer>): readonly string[] =>
  body.items.map(({ vrm }) => String(vrm)).sort();

async function lastAudit(actor: string, action: AuditAction) {
  const [entry] = await whole.stores.audit.find({ actor, action, limit: 1 });
  return entry;
}

async function store(...reads: readonly unknown[]): Promise<readonly string[]> {
  const results = await whole.send(reads);
  expect(results.map(({ verdict }) => verdict)).toEqual(reads.map(() => "stored"));
  return results.map(({ readId }) => readId as string);
}

beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());
afterEach(() => vi.restoreAllMocks());

describe("an enquiry about a VRM", () => {
  it("gives the count first and its pages by cursor, newest first, none twice", async () => {
    const ids = await store(...Array.from({ length: 7 }, (_, i) => aRead(1 + (i % 2), { vrm: "PA61NG" })));
    const first = await ask({ kind: "vrm", vrm: "pa61 ng", limit: 3 });
    expect([first.status, first.body.count, first.body.items.length]).toEqual([200, 7, 3]);
    const seen = first.body.items.map(({ id }) => id);
    let next = first.body.next;
    while (next !== null) {
      const page = await whole.call<Answer>(
        "investigator",
        `/v1/enquiries/${first.body.enquiry}?limit=3&cursor=${encodeURIComponent(next)}`,
      );
      expect([page.status, page.body.count]).toEqual([200, 7]);
      seen.push(...page.body.items.map(({ id }) => id));
      next = page.body.next;
    }
    expect(seen).toEqual([...ids].reverse());
  });

  it("names its authority in the log by the reference, whatever it was asked for by", async () => {
    const known = await whole.call<{ id: string }>("authoriser", "/v1/authorities/MID-2026-0417");
    const { status } = await ask({ kind: "vrm", vrm: "PA61NG", authority: known.body.id });
    expect(status).toBe(200);
    const entry = await lastAudit("investigator", "enquiry.ask");
    expect(entry?.subject["authority"]).toBe("MID-2026-0417");
  });

  it("is in the log before its pages are looked at, also when the look fails", async () => {
    const { body } = await ask({ kind: "vrm", vrm: "PA61NG", limit: 1 });
    expect(await lastAudit("investigator", "enquiry.ask")).toMatchObject({
      outcome: "allowed",
      subject: {
        enquiry: body.enquiry,
        kind: "vrm",
        vrm: "PA61NG",
        authority: "MID-2026-0417",
        purpose: "law-enforcement",
        level: "serious",
        reason: "Looking for this vehicle",
        // Those that permitted; the version of the pack names all others.
        rules: body.grant.rules.filter((rule) => /^(recent|older)-reads-(for|under)/.test(rule)),
        policyPack: body.grant.policyPack,
        policyPackDigest: body.grant.policyPackDigest,
        count: 7,
      },
    });
    const page = await whole.call<Refused>("investigator", `/v1/enquiries/${body.enquiry}?cursor=made-up`);
    expect([page.status, page.body.code]).toEqual([400, "CURSOR_INVALID"]);
    expect(await lastAudit("investigator", "enquiry.page")).toMatchObject({
      outcome: "failed",
      subject: { cursor: "made-up", count: null },
    });
    expect(await whole.stores.enquiries.find(body.enquiry)).toMatchObject({ outcome: "answered", count: 7 });
  });

  it("returns nothing from before the twelve months of access, though it is kept some days longer", async () => {
    const [old] = await store(aRead(1, { vrm: "T00OLD", at: Date.now() - 366 * DAY }));
    const answer = await ask({ kind: "vrm", vrm: "T00OLD", from: iso(Date.now() - 500 * DAY) });
    expect([answer.status, answer.body.count, answer.body.items]).toEqual([200, 0, []]);
    // Beyond access, never there and not covered are answered alike.
    const covered = await ask({ kind: "vrm", vrm: "PA61NG", limit: 1 });
    expect(covered.status).toBe(200);
    for (const id of [old, "1-1795335330123"]) {
      const refusal = await whole.call<Refused>("investigator", `/v1/reads/${id}`);
      expect([refusal.status, refusal.body.rules]).toEqual([403, ["read-is-covered"]]);
    }
    const outside = await ask({
      kind: "vrm",
      vrm: "T00OLD",
      from: iso(Date.now() - 500 * DAY),
      to: iso(Date.now() - 366 * DAY),
    });
    expect([outside.status, outside.body.rules]).toEqual([403, ["within-access-period"]]);
  });

  it("that is not well formed is told what to mend", async () => {
    const wrong = await ask({ kind: "vrm", vrm: "AB5? ABC", to: iso(0) });
    expect(wrong.status).toBe(400);
    expect(
      (wrong.body as unknown as { errors: { path: string }[] }).errors.map(({ path }) => path).sort(),
    ).toEqual(["to", "vrm"]);
  });
});

describe("an enquiry about a place", () => {
  beforeAll(async () => {
    await store(
      aRead(1, { vrm: "PLACE1" }),
      aRead(2, { vrm: "PLACE2" }),
      aRead(3, { vrm: "PLACE3" }),
      aRead(4, { vrm: "M0VED", position: LONDON }),
      aRead(4, { vrm: "R0AMED", position: BODMIN }),
    );
  });
  const only = (answer: Reply<Answer>): readonly string[] =>
    vrmsOf(answer).filter((vrm) => /^(PLACE\d|M0VED|R0AMED)$/.test(vrm));

  it("finds reads by NRD", async () => {
    const answer = await ask({ kind: "place", nrds: [await whole.nrd(2), await whole.nrd(3)] });
    expect(only(answer)).toEqual(["PLACE2", "PLACE3"]);
  });

  it("finds reads in a circle, and of mobile NRDs those that were made in it", async () => {
    const around = (centre: typeof BODMIN, radiusMetres: number) =>
      ask({ kind: "place", area: { kind: "circle", centre, radiusMetres } });
    expect(only(await around(BODMIN, 500))).toEqual(["PLACE1", "R0AMED"]);
    expect(only(await around(BODMIN, 3_000))).toEqual(["PLACE1", "PLACE2", "R0AMED"]);
    expect(only(await around(LONDON, 500))).toEqual(["M0VED", "PLACE3"]);
  });

  it("finds reads in a polygon", async () => {
    const { lat, lon } = BODMIN;
    const ring = [
      { lat: lat + 0.005, lon: lon - 0.01 },
      { lat: lat + 0.02, lon: lon - 0.01 },
      { lat: lat + 0.02, lon: lon + 0.01 },
      { lat: lat + 0.005, lon: lon + 0.01 },
    ];
    expect(only(await ask({ kind: "place", area: { kind: "polygon", ring } }))).toEqual(["PLACE2"]);
  });

  it("is refused beyond what the policy pack allows, rule by rule", async () => {
    const wide = { kind: "circle", centre: BODMIN, radiusMetres: 5_001 };
    const answer = await ask({ kind: "place", area: wide, from: iso(Date.now() - 25 * HOUR) });
    expect([answer.status, answer.body.code]).toEqual([403, "NOT_AUTHORISED"]);
    expect(answer.body.rules).toEqual(["area-is-limited", "place-period-is-limited"]);
    expect(answer.body.needed).toEqual([
      "An area with a radius of at most 5 km.",
      "A period of at most 24 hours for an enquiry about a place.",
    ]);
    const nrd = await whole.nrd(1);
    const many = await ask({ kind: "place", nrds: Array.from({ length: 201 }, () => nrd) });
    expect(many.body.rules).toEqual(["nrds-are-limited"]);
  });
});

describe("an enquiry about NRDs that the register does not have", () => {
  it("is told which, and never answered about others", async () => {
    const nrd = await whole.nrd(2);
    const wrapped = await ask({ kind: "place", nrds: [nrd + 2 ** 32] });
    expect([wrapped.status, wrapped.body.code]).toEqual([400, "INPUT_INVALID"]);
    const unknown = await ask({ kind: "place", nrds: [nrd, 2 ** 32 - 1] });
    expect([unknown.status, unknown.body]).toMatchObject([
      400,
      { code: "INPUT_INVALID", errors: [{ path: "nrds.1", code: "NRD_UNKNOWN" }] },
    ]);
  });
});

describe("an enquiry about a partial VRM", () => {
  it("finds what fits, and needs enough characters", async () => {
    await store(
      aRead(1, { vrm: "QX51ABC" }),
      aRead(1, { vrm: "QX51AXC" }),
      aRead(1, { vrm: "QX52ABC" }),
      aRead(1, { vrm: "QX51AB" }),
    );
    expect(vrmsOf(await ask({ kind: "partial", pattern: "qx51 a?c" }))).toEqual(["QX51ABC", "QX51AXC"]);
    expect(vrmsOf(await ask({ kind: "partial", pattern: "QX*BC" }))).toEqual(["QX51ABC", "QX52ABC"]);
    const short = await ask({ kind: "partial", pattern: "Q*5" });
    expect([short.status, short.body.rules]).toEqual([403, ["enough-characters"]]);
  });
});

describe("who may ask", () => {
  it("a refusal names every rule and what is needed, and is in the log and in the store", async () => {
    const answer = await ask({ kind: "vrm", vrm: "PA61NG", authority: "NONE-1", reason: "curious" });
    expect(answer.status).toBe(403);
    expect(answer.body.rules).toEqual(["authority-exists", "reason-is-given"]);
    expect(answer.body.needed).toHaveLength(2);
    expect(await lastAudit("investigator", "enquiry.ask")).toMatchObject({
      outcome: "refused",
      subject: { authority: "NONE-1", rules: ["authority-exists", "reason-is-given"] },
    });
    const mine = await whole.call<{ items: readonly { outcome: string; reason: string }[] }>(
      "investigator",
      "/v1/enquiries",
    );
    const question = { kind: "vrm", vrm: "PA61NG" };
    expect(mine.body.items[0]).toMatchObject({ outcome: "refused", reason: "curious", question });
  });

  it("nobody uses another organisation's authority or another person's enquiry", async () => {
    const borrowed = await ask({ kind: "vrm", vrm: "PA61NG" }, "investigator2");
    const made = await ask({ kind: "vrm", vrm: "PA61NG", authority: "MID-1999-0001" }, "investigator2");
    expect([borrowed.status, borrowed.body.rules]).toEqual([403, ["authority-exists"]]);
    // Nothing tells whose it is, or that it is there at all.
    expect(borrowed.body).toEqual(made.body);
    expect(await lastAudit("investigator2", "enquiry.ask")).toMatchObject({ outcome: "refused" });
    const own = await ask({ kind: "vrm", vrm: "PA61NG", authority: "NOR-2026-0093" }, "investigator2");
    expect([own.status, own.body.count]).toEqual([200, 7]);
    const other = await ask({ kind: "vrm", vrm: "PA61NG", limit: 1 });
    expect((await whole.call("investigator2", `/v1/enquiries/${other.body.enquiry}`)).status).toBe(404);
  });

  it("an operator asks nothing", async () => {
    const answer = await ask({ kind: "vrm", vrm: "PA61NG" }, "operator");
    expect([answer.status, answer.body.code]).toEqual([403, "NOT_AUTHORISED"]);
  });

  it("a read opens under an enquiry that found it, and for nobody else", async () => {
    const [readId] = await store(aRead(1, { vrm: "C0V3RED", at: aMoment() }));
    const analyst = await whole.call<Refused>("analyst", `/v1/reads/${readId}`);
    expect([analyst.status, analyst.body.rules]).toEqual([403, ["read-is-covered"]]);
    expect(await lastAudit("analyst", "read.open")).toMatchObject({
      outcome: "refused",
      subject: { read: readId },
    });
    await ask({ kind: "vrm", vrm: "C0V3RED" }, "analyst");
    const open = await whole.call<{ caution: string }>("analyst", `/v1/reads/${readId}`);
    expect(open.status).toBe(200);
    expect(open.body.caution).toMatch(/tells you about a number plate/);
    expect(await lastAudit("analyst", "read.open")).toMatchObject({
      outcome: "allowed",
      subject: { read: readId, under: { authority: "MID-2026-0417" } },
    });
    const looks = await whole.stores.audit.find({ actor: "analyst", action: "read.open", limit: 4 });
    expect(looks.map(({ outcome }) => outcome)).toEqual(["allowed", "asked", "refused", "asked"]);
    expect((await whole.call("analyst", `/v1/reads/${readId}/images/patch`)).status).toBe(404);
  });

  it("without a session nothing is said", async () => {
    expect((await whole.fetch("/v1/enquiries")).status).toBe(401);
    expect((await whole.fetch("/v1/reads/1-1795335330123")).status).toBe(401);
  });
});

describe("a question that cannot be asked", () => {
  it.each([
    ["that is no VRM", { kind: "vrm", vrm: "!!!" }, ["INPUT_INVALID", "VRM_INVALID"]],
    ["about an NRD nobody registered", { kind: "place", nrds: [999_999] }, ["INPUT_INVALID", "NRD_UNKNOWN"]],
    ["without a VRM", { kind: "vrm" }, ["INPUT_INVALID", "INVALID_TYPE"]],
    ["without a reason", { kind: "vrm", vrm: "PA61NG", reason: " " }, ["INPUT_INVALID", "TOO_SMALL"]],
  ])("%s is on record as failed", async (_what, question, codes) => {
    expect((await ask(question)).status).toBe(400);
    const entry = await lastAudit("investigator", "enquiry.ask");
    expect([entry?.outcome, entry?.subject["codes"]]).toEqual(["failed", codes]);
  });

  it("on the page is on record too", async () => {
    const { reply } = await fillIn({ kind: "vrm", vrm: "", reason: "Looking" });
    expect(reply.status).toBe(400);
    const entry = await lastAudit("investigator", "enquiry.ask");
    expect(entry).toMatchObject({ outcome: "failed", subject: { codes: ["INPUT_INVALID"] } });
  });
});

/** Fills in the form for an enquiry, as a browser sends it. */
async function fillIn(fields: Readonly<Record<string, string>>) {
  const cookie = `${SESSION_COOKIE}=${await whole.session("investigator")}`;
  const me = await whole.call<{ csrfToken: string }>("investigator", "/v1/session");
  const reply = await whole.fetch("/enquiries", {
    method: "POST",
    redirect: "manual",
    headers: { cookie, "content-type": "application/x-www-form-urlencoded", origin: whole.app.url },
    body: new URLSearchParams({ _csrf: me.body.csrfToken, ...fields }),
  });
  return { reply, cookie };
}

describe("the form for an enquiry", () => {
  it("asks the archive once, and is decided about when it is sent, before the search and after it", async () => {
    await store(aRead(1, { vrm: "0NCE0NLY" }));
    const search = vi.spyOn(whole.stores.reads, "byVrm");
    const decide = vi.spyOn(PolicyEngine.prototype, "decideEnquiry");
    const { reply, cookie } = await fillIn({
      kind: "vrm",
      vrm: "0NCE0NLY",
      authority: "MID-2026-0417",
      reason: "Where it was seen today",
      from: iso(Date.now() - 12 * HOUR).slice(0, 16),
      to: iso(Date.now() + 12 * HOUR).slice(0, 16),
    });
    expect([reply.status, search.mock.calls.length, decide.mock.calls.length]).toEqual([303, 0, 1]);
    const answer = await whole.fetch(String(reply.headers.get("location")), { headers: { cookie } });
    expect(await answer.text()).toContain("1 read");
    expect([answer.status, search.mock.calls.length, decide.mock.calls.length]).toEqual([200, 1, 3]);
    const written = await whole.stores.audit.find({ actor: "investigator", limit: 4 });
    expect(written.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      "enquiry.page allowed",
      "enquiry.page asked",
      "enquiry.ask allowed",
      "enquiry.ask asked",
    ]);
    expect(new Set(written.map(({ subject }) => subject["enquiry"])).size).toBe(1);
    expect(written[0]?.subject).toMatchObject({ vrm: "0NCE0NLY", count: 1, shown: 1 });
  });
});

describe("an authority that is withdrawn while its question is searched for", () => {
  const setState = (state: string) =>
    whole.stores.database.query("update authority set state = $1 where reference = 'MID-2026-0417'", [state]);

  it("hands out nothing: neither the answer, nor a page of it, nor a read", async () => {
    const [readId] = await store(aRead(1, { vrm: "1NFL1GHT" }));
    const before = await ask({ kind: "vrm", vrm: "1NFL1GHT" }, "analyst");
    expect(before.body.count).toBe(1);
    const { reads } = whole.stores;
    const [byVrm, byId] = [reads.byVrm.bind(reads), reads.byId.bind(reads)];
    vi.spyOn(reads, "byVrm").mockImplementation(async (...asked) => {
      const found = await byVrm(...asked);
      await setState("withdrawn");
      return found;
    });
    vi.spyOn(reads, "byId").mockImplementation(async (...asked) => {
      const found = await byId(...asked);
      await setState("withdrawn");
      return found;
    });
    for (const [path, action] of [
      [null, "enquiry.ask"],
      [`/v1/enquiries/${before.body.enquiry}`, "enquiry.page"],
      [`/v1/reads/${readId}`, "read.open"],
    ] as const) {
      await setState("approved");
      const reply =
        path === null
          ? await ask({ kind: "vrm", vrm: "1NFL1GHT" }, "analyst")
          : await whole.call<Refused>("analyst", path);
      expect([reply.status, reply.body.rules]).toEqual([403, ["authority-is-current"]]);
      const [ended, asked] = await whole.stores.audit.find({ actor: "analyst", action, limit: 2 });
      expect([asked?.outcome, ended?.outcome]).toEqual(["asked", "refused"]);
    }
    await setState("approved");
  });
});
