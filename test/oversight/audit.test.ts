import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  AuditEntryInFull,
  AuditEntryView,
  FindingInFullView,
  FindingView,
  ItemView,
  SampleView,
} from "../../src/api/audit/views.ts";
import { monthBefore } from "../../src/oversight/draw-month.ts";
import { FIRST, SECOND, startAfterMonth } from "./past-month.ts";
import type { Refused, WholeApp } from "../app/whole-app.ts";
import { until } from "../until.ts";

interface Items<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

describe("the work of auditors, on the whole service", () => {
  let whole: WholeApp;
  const month = monthBefore(Date.now());

  beforeAll(async () => {
    const own = Array.from({ length: 30 }, () => ({ actor: "investigator", organisation: FIRST }));
    const self = { actor: "auditor", organisation: FIRST, subject: { level: "audit" } };
    const place = { kind: "place", nrds: [7, 12], vrm: undefined };
    own[29] = { ...own[29]!, subject: place } as (typeof own)[number];
    const others = Array.from({ length: 3 }, () => ({ actor: "investigator2", organisation: SECOND }));
    whole = await startAfterMonth([...own, ...others, self]);
  }, 120_000);
  afterAll(async () => whole?.remove());

  const search = (who: string, query = "") =>
    whole.call<Items<AuditEntryView> & Refused>(who, `/v1/audit${query}`);
  const last = async (action: string, actor: string): Promise<AuditEntryView> => {
    const { body } = await search("nationalauditor", `?action=${action}&actor=${actor}&limit=1`);
    return body.items[0] as AuditEntryView;
  };

  describe("a search of the log", () => {
    it("shows an auditor the own organisation only, page by page", async () => {
      const seen: AuditEntryView[] = [];
      for (let cursor = ""; ;) {
        const { status, body } = await search("auditor", `?head=consultation&limit=20${cursor}`);
        expect(status).toBe(200);
        seen.push(...body.items);
        if (body.next === null) break;
        cursor = `&cursor=${body.next}`;
      }
      expect(new Set(seen.map(({ organisation }) => organisation))).toEqual(new Set([FIRST]));
      expect(seen.filter(({ action }) => action === "enquiry.ask")).toHaveLength(62);
      const indexes = seen.map(({ index }) => index);
      expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => b - a));
    });

    it("refuses an auditor another organisation, and the refusal is on record", async () => {
      const { status, body } = await search("auditor", `?organisation=${SECOND}`);
      expect([status, body.code, body.rules]).toEqual([403, "NOT_AUTHORISED", ["audit-own-organisation"]]);
      expect(await last("audit.search", "auditor")).toMatchObject({ outcome: "refused" });
      expect((await search("dpo", "?actor=investigator2")).body.items).toEqual([]);
    });

    it("shows a national auditor every organisation, and what the service itself did", async () => {
      const one = await search("nationalauditor", `?organisation=${SECOND}&action=enquiry.ask`);
      expect(one.body.items).toHaveLength(6);
      const service = await search("nationalauditor", "?actor=service");
      expect(service.body.items[0]).toMatchObject({ action: "service.start", organisation: null });
    });

    it("is refused to the Commissioner without a reason, and recorded with it", async () => {
      const without = await search("commissioner");
      expect([without.status, without.body.code]).toEqual([400, "INPUT_INVALID"]);
      const reason = "Yearly inspection 2026";
      const query = `?vrm=ab%2010%20cde&reason=${encodeURIComponent(reason)}`;
      const { body } = await search("commissioner", query);
      expect(body.items).toHaveLength(2);
      const entry = await last("audit.search", "commissioner");
      expect(entry.subject).toMatchObject({ reason, filter: { vrm: "AB10CDE" } });
    });

    it("needs the Commissioner's reason for patterns of use and findings too", async () => {
      const period = `from=${month}-01T00:00:00Z&to=${month}-28T00:00:00Z`;
      for (const [path, action] of [
        [`/v1/audit/charts?${period}`, "audit.charts"],
        ["/v1/audit/findings?limit=5", "audit.search"],
      ] as const) {
        const without = await whole.call<Refused>("commissioner", path);
        expect([without.status, without.body.code], path).toEqual([400, "INPUT_INVALID"]);
        expect((await whole.call("commissioner", `${path}&reason=Inspection`)).status, path).toBe(200);
        expect((await last(action, "commissioner")).subject).toMatchObject({ reason: "Inspection" });
      }
      expect((await whole.call<Refused>("commissioner", "/v1/audit/findings/1")).body.code).toBe(
        "INPUT_INVALID",
      );
    });

    it("finds by person, VRM, authority, outcome, head and time", async () => {
      const count = async (query: string) => (await search("auditor", query)).body.items.length;
      expect(await count("?vrm=AB11CDE")).toBe(2);
      expect(await count("?authority=MID-2026-0417&outcome=asked&limit=500&to=2026-01-01T00:00:00Z")).toBe(0);
      expect(await count("?authority=MID-2026-0417&outcome=asked&limit=500&actor=investigator")).toBe(30);
      expect(await count("?head=combination")).toBe(0);
      expect(await count("?nrd=12&outcome=asked")).toBe(1);
      expect(await count("?nrd=1")).toBe(0);
      expect((await search("auditor", "?vrm=%3F%3F")).status).toBe(400);
      expect((await search("auditor", "?head=nothing")).status).toBe(400);
      expect((await search("auditor", "?cursor=xyz")).body.code).toBe("CURSOR_INVALID");
    });

    it("is an entry itself, written before the answer, of each look", async () => {
      const before = await last("audit.search", "auditor");
      await search("auditor", "?actor=analyst");
      await search("auditor", "?actor=operator");
      const { body } = await search(
        "nationalauditor",
        "?action=audit.search&actor=auditor&outcome=allowed&limit=2",
      );
      expect(body.items.map(({ subject }) => subject["filter"])).toEqual([
        expect.objectContaining({ actor: "operator" }),
        expect.objectContaining({ actor: "analyst" }),
      ]);
      expect(body.items[1]?.index).toBeGreaterThan(before.index);
    });

    it("is for those who audit", async () => {
      for (const who of ["operator", "investigator", "estate", "admin", "supervisor"]) {
        expect((await search(who)).status, who).toBe(403);
        expect((await whole.call(who, "/v1/audit/0")).status, who).toBe(403);
        expect((await whole.call(who, "/v1/audit/samples")).status, who).toBe(403);
        expect((await whole.call(who, "/v1/audit/findings")).status, who).toBe(403);
      }
    });
  });

  describe("one entry", () => {
    it("comes with what its leaf commits to, its neighbours and its proof", async () => {
      const { status, body } = await whole.call<AuditEntryInFull>("auditor", "/v1/audit/0");
      expect(status).toBe(200);
      expect(body.entry).toMatchObject({
        index: 0,
        actor: "investigator",
        words: expect.stringContaining("AB10CDE"),
      });
      // It says that somebody set out: whether they may is not known yet, and nothing of theirs stands open.
      expect(body.entry).toMatchObject({ outcome: "asked" });
      expect(body.entry.leaf.sealed).toEqual(expect.arrayContaining(["actor", "vrm", "reason", "level"]));
      const [after] = body.neighbours;
      expect(after).toMatchObject({ outcome: "allowed", leaf: { open: expect.arrayContaining(["level"]) } });
      expect(body.neighbours.map(({ index }) => index)).toEqual([1]);
      expect(body.underAuthority.length).toBeGreaterThan(0);
      expect(body.place?.size).toBeGreaterThan(60);
    });

    it("of another organisation is not there, and the attempt is on record", async () => {
      const other = (await search("nationalauditor", `?organisation=${SECOND}&limit=1`)).body.items[0]!;
      const reply = await whole.call<Refused>("auditor", `/v1/audit/${other.id}`);
      expect([reply.status, reply.body.code]).toEqual([404, "NOT_FOUND"]);
      const beyond = await whole.call<Refused>("auditor", "/v1/audit/999999999");
      expect(beyond.body.detail).toBe(reply.body.detail);
      expect(await last("audit.entry", "auditor")).toMatchObject({
        outcome: "refused",
        subject: { entry: 999999999 },
      });
    });
  });

  describe("an export", () => {
    it("is a line an entry with a last line that counts them, and is logged as a disclosure", async () => {
      const reply = await whole.fetch("/v1/audit/export?reason=Inspection&action=enquiry.ask&limit=10", {
        headers: { authorization: `Bearer ${await whole.session("commissioner")}` },
      });
      expect(reply.headers.get("content-type")).toBe("application/x-ndjson");
      const lines = (await reply.text())
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines).toHaveLength(11);
      expect(lines.at(-1)).toEqual({ end: true, count: 10, next: expect.any(String) });
      const rest = await whole.fetch(
        `/v1/audit/export?reason=Inspection&action=enquiry.ask&cursor=${String(lines.at(-1)?.["next"])}`,
        { headers: { authorization: `Bearer ${await whole.session("commissioner")}` } },
      );
      const others = (await rest.text()).trim().split("\n");
      expect(JSON.parse(others.at(-1)!)).toMatchObject({ end: true, count: 58, next: null });
      expect(await last("audit.export", "commissioner")).toMatchObject({
        head: "disclosure",
        outcome: "done",
        subject: { count: 58, reason: "Inspection" },
      });
      expect((await whole.call("auditor", "/v1/audit/export?reason=Mine")).status).toBe(403);
      expect((await whole.call("commissioner", "/v1/audit/export")).status).toBe(400);
    });
  });

  it("shows everybody their own history and nobody else's", async () => {
    const { body } = await whole.call<Items<AuditEntryView>>("investigator", "/v1/history?limit=500");
    expect(new Set(body.items.map(({ actor }) => actor))).toEqual(new Set(["investigator"]));
    expect(body.items.filter(({ action }) => action === "enquiry.ask")).toHaveLength(60);
    const again = await whole.call<Items<AuditEntryView>>("investigator", "/v1/history?limit=1");
    expect(again.body.items[0]).toMatchObject({
      action: "history.open",
      words: "looked at their own history",
    });
    expect((await whole.fetch("/v1/history")).status).toBe(401);
  });

  describe("the month's sample", () => {
    const next = (who: string, path = "next") =>
      whole.call<{ item: ItemView | null } & Refused>(who, `/v1/audit/samples/${path}`, {});
    const samples = async (who: string) =>
      (await whole.call<Items<SampleView>>(who, "/v1/audit/samples")).body.items;

    it("is drawn by the service itself, or by a national auditor for a month that is over", async () => {
      const refused = await whole.call<Refused>("nationalauditor", "/v1/audit/samples", { month: "2099-01" });
      expect([refused.status, refused.body.code]).toEqual([400, "INPUT_INVALID"]);
      expect((await whole.call("auditor", "/v1/audit/samples", { month })).status).toBe(403);
      const drawn = await whole.call("nationalauditor", "/v1/audit/samples", { month });
      expect(drawn.status).toBe(201);
      const all = await samples("nationalauditor");
      expect(all.map(({ month: of, items, population }) => [of, items, population]).reverse()).toEqual([
        [month, 20, 31],
        [month, 3, 3],
      ]);
      const own = await samples("auditor");
      expect(own.map(({ organisation }) => organisation.id)).toEqual([FIRST]);
      expect(own[0]?.toRecheck).toBeNull();
    });

    it("gives the next enquiry, the same until it is done, and no other", async () => {
      const { body } = await next("auditor");
      const item = body.item!;
      expect(item.entry).toMatchObject({ organisation: FIRST, actor: "investigator", action: "enquiry.ask" });
      expect(item.task).toBe("review");
      expect(item.checklist.length).toBeGreaterThan(5);
      expect((await next("auditor")).body.item?.id).toBe(item.id);
      expect(await last("audit.entry", "auditor")).toMatchObject({ subject: { item: Number(item.id) } });
      for (let id = 1; id <= 23; id++) {
        if (String(id) === item.id) continue;
        expect((await whole.call("auditor", `/v1/audit/samples/items/${id}`)).status, String(id)).toBe(404);
      }
    });

    it("is reviewed with the whole checklist; a no says why and opens a finding", async () => {
      const item = (await next("auditor")).body.item!;
      const yes = Object.fromEntries(item.checklist.map(({ id }) => [id, { answer: "yes", note: "" }]));
      const review = (who: string, answers: object) =>
        whole.call<Refused & { errors: { path: string }[] }>(
          who,
          `/v1/audit/samples/items/${item.id}/review`,
          { answers },
        );
      expect((await review("auditor", {})).body.errors).toHaveLength(item.checklist.length);
      const [question] = item.checklist;
      const no = { ...yes, [question!.id]: { answer: "no", note: "" } };
      expect((await review("auditor", no)).body.errors.map(({ path }) => path)).toEqual([
        `answers.${question!.id}`,
      ]);
      const why = { ...yes, [question!.id]: { answer: "no", note: "Gives no case" } };
      expect((await review("nationalauditor", why)).status).toBe(404);
      expect((await review("auditor", why)).status).toBe(204);
      expect((await review("auditor", yes)).status).toBe(409);
      const { body } = await whole.call<Items<FindingView>>("auditor", "/v1/audit/findings");
      expect(body.items[0]).toMatchObject({
        state: "open",
        overdue: false,
        about: "investigator",
        item: item.id,
        entry: item.entry.id,
        title: question!.question,
      });
    });

    it("never gives an auditor an enquiry of their own, and runs out", async () => {
      for (let done = 1; ; done++) {
        const { item } = (await next("auditor")).body;
        if (item === null) break;
        expect(done).toBeLessThan(20);
        expect(item.entry.actor).not.toBe("auditor");
        const answers = Object.fromEntries(
          item.checklist.map(({ id }) => [id, { answer: "not-applicable", note: "" }]),
        );
        const path = `/v1/audit/samples/items/${item.id}/review`;
        expect((await whole.call("auditor", path, { answers })).status).toBe(204);
      }
      const [own] = await samples("auditor");
      expect(own!.items - own!.reviewed).toBeLessThanOrEqual(1);
    });

    it("is looked at again by the national auditor, whose disagreement is a finding", async () => {
      // The rest of the sample: what an auditor of the organisation asked, and what nobody there reviewed.
      for (let waiting = 1; ; waiting++) {
        const { item } = (await next("nationalauditor")).body;
        if (item === null) break;
        expect(waiting).toBeLessThan(6);
        const answers = Object.fromEntries(item.checklist.map(({ id }) => [id, { answer: "yes", note: "" }]));
        const path = `/v1/audit/samples/items/${item.id}/review`;
        expect((await whole.call("nationalauditor", path, { answers })).status).toBe(204);
      }
      // Drawn by a checkpoint that follows the last review, which is a moment away.
      const item = await until(async () => {
        const drawn = (await next("nationalauditor", "next-recheck")).body.item;
        if (drawn === null) throw new Error("No review is drawn yet");
        return drawn;
      });
      expect(item).toMatchObject({ task: "recheck", review: { by: "auditor" } });
      const path = `/v1/audit/samples/items/${item.id}/recheck`;
      expect((await whole.call("auditor", path, { agrees: true })).status).toBe(403);
      expect((await whole.call("nationalauditor", path, { agrees: false })).status).toBe(400);
      const disagrees = { agrees: false, note: "The authority had ended" };
      expect((await whole.call("nationalauditor", path, disagrees)).status).toBe(204);
      expect((await next("nationalauditor", "next-recheck")).body.item).toBeNull();
      const { body: all } = await whole.call<Items<FindingView>>("nationalauditor", "/v1/audit/findings");
      expect(all.items[0]).toMatchObject({ opened: { by: "nationalauditor" }, item: item.id });
      expect((await next("auditor", "next-recheck")).status).toBe(403);
    });
  });

  describe("a finding", () => {
    const change = (who: string, id: string, to: object) =>
      whole.call<Refused>(who, `/v1/audit/findings/${id}/changes`, to);

    it("is opened about an entry of one's remit, never about one's own", async () => {
      const open = (who: string, entry: string) =>
        whole.call<FindingInFullView & Refused>(who, "/v1/audit/findings", {
          entry,
          title: "Same VRM again",
          note: "Why?",
        });
      const made = await open("auditor", "0");
      expect(made.status).toBe(201);
      expect(made.body).toMatchObject({
        about: "investigator",
        owner: { username: "auditor" },
        mayChange: true,
      });
      const other = (await search("nationalauditor", `?organisation=${SECOND}&limit=1`)).body.items[0]!;
      expect((await open("auditor", other.id)).status).toBe(400);
      const mine = (await search("auditor", "?actor=auditor&limit=1")).body.items[0]!;
      expect((await open("auditor", mine.id)).body.rules).toEqual(["nobody-audits-themselves"]);
      const tried = await search("nationalauditor", "?action=finding.open&actor=auditor&limit=2");
      expect(tried.body.items.map(({ outcome }) => outcome)).toEqual(["refused", "asked"]);
      expect((await open("dpo", "0")).status).toBe(403);
    });

    it("is settled by its owner or an auditor, with its history, once from what was seen", async () => {
      const { body } = await whole.call<Items<FindingView>>(
        "auditor",
        "/v1/audit/findings?state=open&limit=1",
      );
      const { id } = body.items[0]!;
      const to = { seen: "open", state: "explained", note: "The case was named in the annex" };
      expect((await change("dpo", id, to)).body.rules).toEqual(["finding-owner-or-auditor"]);
      expect((await change("auditor", id, { ...to, state: "open", owner: "investigator" })).status).toBe(400);
      expect((await change("auditor", id, { ...to, state: "open", owner: "dpo" })).status).toBe(204);
      expect((await change("dpo", id, to)).status).toBe(204);
      expect((await change("auditor", id, to)).body.code).toBe("CONFLICT");
      const after = await whole.call<FindingInFullView>("auditor", `/v1/audit/findings/${id}`);
      expect(after.body).toMatchObject({
        state: "explained",
        owner: { username: "dpo" },
        closed: expect.any(String),
      });
      expect(after.body.history.map(({ by, state }) => [by, state])).toEqual([
        ["auditor", "open"],
        ["auditor", "open"],
        ["dpo", "explained"],
      ]);
      expect(await last("audit.entry", "auditor")).toMatchObject({ subject: { finding: id } });
      expect((await whole.call("auditor", "/v1/audit/findings/999")).status).toBe(404);
    });
  });

  describe("charts", () => {
    it("count the own organisation's patterns, and each look is an entry", async () => {
      const period = `from=${month}-01T00:00:00Z&to=${month}-28T00:00:00Z`;
      const { status, body } = await whole.call<Record<string, unknown>>(
        "auditor",
        `/v1/audit/charts?${period}`,
      );
      expect(status).toBe(200);
      expect(body).toMatchObject({
        organisation: { id: FIRST },
        byPerson: [
          { name: "investigator", count: 30 },
          { name: "auditor", count: 1 },
        ],
        byLevel: [
          { name: "serious", count: 30 },
          { name: "audit", count: 1 },
        ],
      });
      expect(await last("audit.charts", "auditor")).toMatchObject({ subject: { of: FIRST } });
      const all = await whole.call<Record<string, unknown>>("nationalauditor", `/v1/audit/charts?${period}`);
      expect(all.body).toMatchObject({ organisation: null, byPerson: [] });
      expect((await whole.call("auditor", `/v1/audit/charts?${period}&organisation=${SECOND}`)).status).toBe(
        403,
      );
      const beyond = await search("nationalauditor", "?action=audit.charts&actor=auditor&limit=2");
      expect(beyond.body.items.map(({ outcome }) => outcome)).toEqual(["refused", "asked"]);
      const backwards = "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z";
      expect((await whole.call("auditor", `/v1/audit/charts?${backwards}`)).status).toBe(400);
    });
  });
});
