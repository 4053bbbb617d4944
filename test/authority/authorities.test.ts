import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  AuthorityInFullView as AuthorityInFull,
  AuthorityView,
} from "../../src/api/authorities/present.ts";
import { Audited } from "../../src/audit/audited.ts";
import { lapseOral } from "../../src/authority/lapse-oral.ts";
import { aRead, WholeApp, type Refused, type Reply } from "../app/whole-app.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const iso = (at: number): string => new Date(at).toISOString();

interface Answer extends Refused {
  readonly count: number;
}
type Wrong = Refused & { readonly errors: readonly { readonly path: string; readonly code: string }[] };

let whole: WholeApp;
let made = 0;

const aRequest = (differing: Record<string, unknown> = {}) => ({
  reference: `MID/2026/${++made}`,
  purpose: "law-enforcement",
  level: "serious",
  reason:
    "Series of farm burglaries; the van seen at each is to be followed back to where it is kept at night",
  vrms: ["fa12 rmr"],
  ...differing,
});

const post = <Body>(username: string, path: string, body: unknown): Promise<Reply<Body>> =>
  whole.call<Body>(username, `/v1/authorities${path}`, body);
const see = <Body>(username: string, path: string): Promise<Reply<Body>> =>
  whole.call<Body>(username, `/v1/authorities${path}`);

/** Asks the archive about a VRM as seen in a period that ends now. */
const ask = (authority: string, vrm = "FA12RMR", hours = 12, username = "investigator") =>
  whole.call<Answer>(username, "/v1/enquiries", {
    authority,
    reason: "Where the van was",
    kind: "vrm",
    vrm,
    from: iso(Date.now() - hours * HOUR),
    to: iso(Date.now()),
  });

async function requested(differing: Record<string, unknown> = {}): Promise<AuthorityView> {
  const reply = await post<AuthorityView>("investigator", "", aRequest(differing));
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body;
}

const idOf = (reference: string): string => encodeURIComponent(reference);
const because = { reason: "Necessary and proportionate" };

beforeAll(async () => {
  whole = await WholeApp.start();
  await whole.send([aRead(1, { vrm: "FA12RMR" }), aRead(1, { vrm: "ZZ99ZZZ" })]);
});
afterAll(() => whole?.remove());

describe("an authority", () => {
  it("opens the archive from its approval to its end, for its VRM and period and nothing else", async () => {
    const period = { from: iso(Date.now() - DAY), to: iso(Date.now() + DAY) };
    const { id, reference, state, scope } = await requested(period);
    expect([state, scope.vrms]).toEqual(["requested", ["FA12RMR"]]);
    const early = await ask(reference);
    expect([early.status, early.body.rules]).toEqual([403, ["authority-is-current"]]);

    const approved = await post<AuthorityView>("authoriser", `/${id}/approve`, because);
    expect([approved.status, approved.body.state]).toEqual([200, "approved"]);
    expect(approved.body.decided).toMatchObject({ by: { username: "authoriser" }, rank: "superintendent" });
    const answer = await ask(reference);
    expect([answer.status, answer.body.count]).toEqual([200, 1]);
    expect((await ask(reference, "ZZ99ZZZ")).body.rules).toEqual(["authority-covers-the-vrm"]);
    expect((await ask(reference, "FA12RMR", 48)).body.rules).toEqual(["authority-covers-the-period"]);

    const withdrawn = await post<AuthorityView>("investigator", `/${idOf(reference)}/withdraw`, because);
    expect([withdrawn.status, withdrawn.body.state]).toEqual([200, "withdrawn"]);
    expect((await ask(reference)).body.rules).toEqual(["authority-is-current"]);
    const again = await post<Refused>("authoriser", `/${id}/approve`, because);
    expect([again.status, again.body.code]).toEqual([409, "CONFLICT"]);

    const { body } = await see<AuthorityInFull>("authoriser", `/${idOf(reference)}?limit=2`);
    expect(body.history.map(({ event, by }) => [event, by?.username])).toEqual([
      ["requested", "investigator"],
      ["approved", "authoriser"],
      ["withdrawn", "investigator"],
    ]);
    expect(body.enquiries.items.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
    const older = await see<AuthorityInFull>("authoriser", `/${id}?limit=10&cursor=${body.enquiries.next}`);
    expect(older.body.enquiries.items.map(({ outcome, count }) => [outcome, count])).toEqual([
      ["refused", null],
      ["answered", 1],
      ["refused", null],
    ]);
  });

  it("is in the log with each step before the step is taken, refused ones too", async () => {
    const { id, reference } = await requested();
    await post("authoriser", `/${id}/refuse`, { reason: "Not limited to the burglaries" });
    await post("supervisor", `/${id}/withdraw`, because);
    await see("authoriser", `/${id}`);
    const logged = async (action: Parameters<typeof whole.stores.audit.find>[0]["action"]) =>
      (await whole.stores.audit.find({ ...(action === undefined ? {} : { action }), limit: 1 }))[0];
    expect(await logged("authority.add")).toMatchObject({
      actor: "investigator",
      outcome: "done",
      subject: { authority: reference, purpose: "law-enforcement", level: "serious", vrms: ["FA12RMR"] },
    });
    expect(await logged("authority.decide")).toMatchObject({
      actor: "authoriser",
      outcome: "done",
      subject: { authority: reference, decision: "refused", reason: "Not limited to the burglaries" },
    });
    expect(await logged("authority.open")).toMatchObject({
      actor: "authoriser",
      subject: { authority: reference },
    });
    const { id: second } = await requested();
    const refusal = await post<Refused>("supervisor", `/${second}/withdraw`, because);
    expect([refusal.status, refusal.body.rules]).toEqual([403, ["authority-is-withdrawn-by-its-own"]]);
    expect(await logged("authority.withdraw")).toMatchObject({ actor: "supervisor", outcome: "refused" });
  });

  it("is approved by another, of sufficient rank, in the organisation that asked", async () => {
    const { id } = await requested();
    const own = await post<Refused>("investigator", `/${id}/approve`, because);
    expect([own.status, own.body.rules]).toEqual([403, ["role-may-authority-decide"]]);
    expect((await post<Refused>("authoriser2", `/${id}/approve`, because)).status).toBe(404);

    const asked = aRequest({ level: "priority-volume" });
    const volume = await whole.call<AuthorityView>("investigator2", "/v1/authorities", asked);
    const tooLow = await post<Refused>("authoriser2", `/${volume.body.id}/approve`, because);
    expect([tooLow.status, tooLow.body.rules]).toEqual([403, ["exceptional-reads-need-rank"]]);
    expect(tooLow.body.needed?.[0]).toContain("superintendent");
    const { id: own2 } = await requested({ level: "priority-volume" });
    expect((await post<Refused>("authoriser", `/${own2}/approve`, because)).body.rules).toEqual([
      "exceptional-reads-need-rank",
    ]);
    const approveOn = (exceptional: string) =>
      post<AuthorityView & Wrong>("authoriser", `/${own2}/approve`, { ...because, exceptional });
    expect((await approveOn("xx")).body.errors).toMatchObject([
      { path: "exceptional", code: "CRITERION_UNKNOWN" },
    ]);
    const approved = await approveOn("life-at-risk");
    expect(approved.body.decided).toMatchObject({ exceptional: "life-at-risk" });
  });

  it("is never approved, extended or given by somebody who may rely on it", async () => {
    const { id } = await requested({ holders: ["investigator", "authoriser"] });
    const refused = await post<Refused>("authoriser", `/${id}/approve`, because);
    expect([refused.status, refused.body.rules]).toEqual([
      403,
      ["authority-serves-others-than-its-approver"],
    ]);
    const { body } = await see<AuthorityInFull>("authoriser", `/${id}`);
    expect(body.acts.find(({ act }) => act === "approve")?.whyNot).toContain("Another person to decide");
    const oral = { by: "authoriser", at: iso(Date.now() - HOUR) };
    const given = await post<Wrong>("investigator", "", aRequest({ holders: ["authoriser"], oral }));
    expect(given.body.errors).toMatchObject([{ path: "holders.0", code: "OWN_DECISION" }]);
  });

  it("serves 28 days at most, also when it is extended", async () => {
    const { id } = await requested({ validUntil: iso(Date.now() + 2 * DAY) });
    const wrong = async (body: unknown) =>
      (await post<Wrong>("authoriser", `/${id}/approve`, body)).body.errors;
    expect(await wrong({ ...because, until: iso(Date.now() + 29 * DAY) })).toMatchObject([{ path: "until" }]);
    expect(await wrong({ ...because, until: iso(Date.now() - DAY) })).toMatchObject([{ path: "until" }]);
    const later = await requested({ validFrom: iso(Date.now() + 5 * DAY) });
    const tooSoon = await post<Wrong>("authoriser", `/${later.id}/approve`, {
      ...because,
      until: iso(Date.now() + DAY),
    });
    expect(tooSoon.body.errors).toMatchObject([{ path: "until" }]);
    await post("authoriser", `/${id}/approve`, because);
    const extend = (days: number, username = "authoriser") =>
      post<AuthorityView & Wrong>(username, `/${id}/extend`, {
        ...because,
        until: iso(Date.now() + days * DAY),
      });
    expect((await extend(1)).body.errors).toMatchObject([{ path: "until", code: "VALIDITY_INVALID" }]);
    expect((await extend(29)).body.errors).toMatchObject([{ path: "until" }]);
    expect((await extend(20, "investigator")).status).toBe(403);
    const extended = await extend(27);
    expect([extended.status, Date.parse(extended.body.until) > Date.now() + 26 * DAY]).toEqual([200, true]);
  });

  it("of two who decide at once is decided by one", async () => {
    const { id } = await requested();
    const replies = await Promise.all([
      post("authoriser", `/${id}/approve`, because),
      post("authoriser", `/${id}/refuse`, because),
    ]);
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
  });
});

describe("a request for an authority", () => {
  it("is told everything that is wrong with it at once", async () => {
    const reply = await post<Wrong>("investigator", "", {
      reference: "12",
      purpose: "curiosity",
      level: "high",
      reason: "as discussed, for police purposes",
      vrms: ["AB1? CDE", ""],
      nrds: [999_999],
      area: { centre: { lat: 91, lon: 0 }, radiusMetres: 50_000 },
      from: iso(Date.now()),
      to: iso(Date.now() - DAY),
      validUntil: iso(Date.now() + 40 * DAY),
      holders: ["investigator2"],
      oral: { by: "nobody", at: iso(Date.now() - 2 * DAY) },
    });
    expect([reply.status, reply.body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(reply.body.errors.map(({ path }) => path)).toEqual([
      "reference",
      "purpose",
      "level",
      "reason",
      "vrms.0",
      "vrms.1",
      "nrds.0",
      "area.centre",
      "area.radiusMetres",
      "to",
      "validUntil",
      "holders.0",
      "oral.by",
      "oral.at",
    ]);
  });

  it("is about vehicles or a place, never about everything", async () => {
    const { vrms: _, ...unlimited } = aRequest();
    const reply = await post<Wrong>("investigator", "", unlimited);
    expect([reply.status, reply.body.errors]).toMatchObject([400, [{ path: "vrms", code: "SCOPE_MISSING" }]]);
    const area = { centre: { lat: 50.46, lon: -4.71 }, radiusMetres: 2000 };
    expect((await post("investigator", "", { ...unlimited, area })).status).toBe(201);
  });

  it("takes a reference that is free, and names people of the own organisation", async () => {
    const { reference, holders } = await requested({ holders: ["analyst"] });
    expect(holders).toEqual(["analyst"]);
    const taken = await post<Refused>("investigator", "", { ...aRequest(), reference });
    expect([taken.status, taken.body.code]).toEqual([409, "CONFLICT"]);
    await post("authoriser", `/${idOf(reference)}/approve`, because);
    expect((await ask(reference)).body.rules).toEqual(["authority-covers-the-person"]);
    expect((await ask(reference, "FA12RMR", 12, "analyst")).status).toBe(200);
  });
});

describe("an authority given orally", () => {
  const said = { by: "authoriser", at: iso(Date.now() - HOUR) };

  it("serves at once and for good when its giver, and nobody else, confirms it in writing", async () => {
    const { id, reference, state, oral } = await requested({ oral: said });
    expect([state, oral?.confirmed]).toEqual(["approved", null]);
    expect((await ask(reference)).status).toBe(200);
    expect((await ask(reference, "FA12RMR", 100 * 24)).body.rules).toEqual([
      "oral-authority-reaches-recent-reads",
    ]);
    const confirmed = await post<AuthorityView>("authoriser", `/${id}/confirm`, because);
    expect([confirmed.status, confirmed.body.oral?.confirmed === null]).toEqual([200, false]);
    expect((await ask(reference, "FA12RMR", 100 * 24)).status).toBe(200);
    expect((await post<Refused>("authoriser", `/${id}/confirm`, because)).status).toBe(409);
  });

  it("is claimed by nobody who has one that waits for its confirmation, or was withdrawn without", async () => {
    const claim = (username: string) =>
      whole.call<AuthorityView & Refused>(username, "/v1/authorities", aRequest({ oral: said }));
    // The analyst's of the demo is not confirmed yet.
    expect((await claim("analyst")).body.needed?.[0]).toContain("MID-2026-0433");
    const [refusal] = await whole.stores.audit.find({ action: "authority.add", limit: 1 });
    expect(refusal).toMatchObject({ actor: "analyst", outcome: "refused" });
    await post("authoriser", "/MID-2026-0433/confirm", because);
    const at = Date.now();
    const replies = await Promise.all([claim("analyst"), claim("analyst")]);
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    const given = replies.find(({ status }) => status === 201)?.body;
    await post("analyst", `/${given?.id}/withdraw`, because);
    expect((await claim("analyst")).body.rules).toEqual(["oral-authorities-are-confirmed"]);
    const [analyst] = await whole.stores.database.query<{ id: number }>(
      "select id from person where username = 'analyst'",
    );
    const settled = (since: number) => whole.stores.authorityLife.unsettledOral(analyst?.id ?? 0, since);
    expect([await settled(at), await settled(Date.now() + 1)]).toEqual([given?.reference, undefined]);
  });

  it("ends where it is not confirmed within 24 hours", async () => {
    const { id, reference } = await requested({ oral: said });
    const { authorityLife: store, audit, suspicions } = whole.stores;
    const lapse = (at: number) =>
      lapseOral({ store, audited: new Audited(audit), suspicions, access: { oralConfirmHours: 24 } }, at);
    await lapse(Date.now() + 22 * HOUR);
    expect((await ask(reference)).status).toBe(200);
    await lapse(Date.now() + 24 * HOUR);
    expect((await ask(reference)).body.rules).toEqual(["authority-is-current"]);
    const { body } = await see<AuthorityInFull>("investigator", `/${id}`);
    expect(body.history.at(-1)).toMatchObject({ event: "withdrawn", by: null });
    expect((await post<Refused>("authoriser", `/${id}/confirm`, because)).status).toBe(409);
    const { body: found } = await whole.call<{ items: { account: { username: string }; rule: string }[] }>(
      "supervisor",
      "/v1/suspicions",
    );
    expect(found.items.find(({ rule }) => rule === "oral-authority-never-confirmed")).toMatchObject({
      account: { username: "investigator" },
      effect: "flag",
    });
    const again = await post<Refused>("investigator", "", aRequest({ oral: said }));
    expect([again.status, again.body.rules]).toEqual([403, ["oral-authorities-are-confirmed"]]);
  });

  it("needs the second factor, given within the last minutes", async () => {
    await whole.stores.database.query(
      `update session set stepped_up = now() - interval '1 hour'
        where person_id = (select id from person where username = 'investigator')`,
    );
    const stale = await post<Refused>("investigator", "", aRequest({ oral: said }));
    expect([stale.status, stale.body.code]).toEqual([403, "STEP_UP_REQUIRED"]);
    await whole.call("investigator", "/v1/session/step-up", { totp: whole.totp() });
    expect((await post<Refused>("investigator", "", aRequest({ oral: said }))).body.code).toBe(
      "NOT_AUTHORISED",
    );
  });

  it("comes only from somebody who could approve it in writing", async () => {
    const by = async (username: string, differing = {}) =>
      (await post<Wrong>("investigator", "", aRequest({ oral: { ...said, by: username }, ...differing })))
        .body;
    const recent = { from: iso(Date.now() - DAY) };
    expect((await by("supervisor", recent)).rules).toEqual(["no-rule-permits"]);
    expect((await by("supervisor")).rules).toEqual(["older-reads-need-rank"]);
    expect((await by("authoriser", { level: "priority-volume" })).rules).toEqual([
      "exceptional-reads-need-rank",
    ]);
    expect((await by("investigator")).errors).toMatchObject([{ path: "oral.by", code: "OWN_DECISION" }]);
    expect((await by("authoriser2")).errors).toMatchObject([{ path: "oral.by", code: "PERSON_UNKNOWN" }]);
  });
});

describe("who sees which authorities", () => {
  const list = async (username: string, query = "") => {
    const all: AuthorityView[] = [];
    for (let cursor = ""; ;) {
      const { body } = await see<{ items: AuthorityView[]; next: string | null }>(
        username,
        `?limit=3${query}${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      all.push(...body.items);
      if (body.next === null) return all;
      cursor = body.next;
    }
  };

  it("an asker sees first what can be relied on now, an authoriser what waits for a decision", async () => {
    const asker = await list("investigator");
    expect(asker[0]).toMatchObject({
      reference: "MID-2026-0417",
      state: "approved",
      purpose: "law-enforcement",
    });
    const authoriser = await list("authoriser");
    expect(authoriser[0]).toMatchObject({ reference: "MID-2026-0431", state: "requested" });
    expect(new Set(authoriser.map(({ id }) => id)).size).toBe(authoriser.length);
    expect((await list("authoriser", "&state=requested")).map(({ state }) => state)).not.toContain(
      "approved",
    );
    const mine = await list("investigator", "&mine=true");
    expect(new Set(mine.map(({ asked }) => asked?.by.username))).toEqual(new Set(["investigator"]));
  });

  it("nobody of another organisation sees one, the national auditor sees all, an operator none", async () => {
    const { id, reference } = await requested();
    expect((await list("investigator2")).map((one) => one.organisation)).not.toContain(
      "Midshire Constabulary",
    );
    for (const name of [id, idOf(reference)]) {
      expect((await see<Refused>("investigator2", `/${name}`)).status).toBe(404);
      expect((await post<Refused>("investigator2", `/${name}/withdraw`, because)).status).toBe(404);
    }
    const [refused] = await whole.stores.audit.find({
      actor: "investigator2",
      action: "authority.open",
      limit: 1,
    });
    expect(refused).toMatchObject({ outcome: "refused" });
    const national = (await list("nationalauditor")).map((one) => one.organisation);
    expect(new Set(national)).toEqual(new Set(["Midshire Constabulary", "Northmoor Police"]));
    expect((await see<Refused>("operator", "")).status).toBe(403);
    expect((await see<Refused>("analyst", `/${id}`)).status).toBe(404);
  });

  it("and what they may do to one, with why not otherwise", async () => {
    const { id } = await requested();
    const acts = async (username: string) =>
      Object.fromEntries(
        (await see<AuthorityInFull>(username, `/${id}`)).body.acts.map(({ act, whyNot }) => [act, whyNot]),
      );
    expect(await acts("authoriser")).toMatchObject({ approve: null, refuse: null, withdraw: null });
    expect(await acts("investigator")).toMatchObject({ withdraw: null });
    expect((await acts("investigator"))["approve"]).toContain("One of the roles authoriser");
    expect((await acts("auditor"))["withdraw"]).toContain("Needed: To be the person who requested it");
    expect((await acts("authoriser"))["extend"]).toContain("only an authority in force");
  });
});
