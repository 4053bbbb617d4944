import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WholeApp } from "../../../test/app/whole-app.ts";
import { FIRST_ORGANISATION, SECOND_ORGANISATION } from "../../cli/demo/facts.ts";
import { ROUTES, urlOf } from "../paths.ts";

let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start(undefined, { demo: false, limits: { bodyBytes: 1024 * 1024 } });
  await whole.join("listmanager2", "listmanager", SECOND_ORGANISATION);
  await whole.join("estate2", "estate", SECOND_ORGANISATION);
});
afterAll(() => whole?.remove());

const post = async (username: string, url: string, payload: unknown, csv = false) =>
  whole.server.inject({
    method: "POST",
    url,
    payload: payload as string,
    headers: {
      ...(await whole.as(username)),
      "content-type": csv ? "text/csv; charset=utf-8" : "application/json",
    },
  });

describe("a list in CSV", () => {
  it("is answered row by row; one bad row harms no other", async () => {
    const list = (
      await post("listmanager", ROUTES.lists, {
        name: "Fleet",
        purpose: "Vehicles of the burglary team",
        priority: "low",
      })
    ).json().id;
    const url = urlOf(ROUTES.listEntries, { id: list });
    const csv = [
      "vrm,reason,instruction,valid_until",
      `AB12 CDE,Seen at a theft,Report,${new Date(Date.now() + 86_400_000).toISOString()}`,
      "not a plate at all!!,Reason,Report,",
      "CD34 EFG,Seen at a theft,Report,tomorrow",
      "EF56 GHJ,Seen at a theft,Report,",
    ].join("\n");
    const reply = await post("listmanager", url, csv, true);
    const { results, summary } = reply.json();
    expect(
      results.map(({ row, verdict, code }: { row: number; verdict: string; code?: string }) => [
        row,
        verdict,
        code,
      ]),
    ).toEqual([
      [1, "added", undefined],
      [2, "refused", "VRM_INVALID"],
      [3, "refused", "TIME_INVALID"],
      [4, "added", undefined],
    ]);
    expect(summary).toMatchObject({ added: 2, refused: 2 });
    const page = (
      await whole.server.inject({
        method: "GET",
        url: `${url}?limit=1`,
        headers: await whole.as("listmanager"),
      })
    ).json();
    expect([page.items.length, typeof page.next]).toEqual([1, "string"]);
    const rest = (
      await whole.server.inject({
        method: "GET",
        url: `${url}?limit=5&cursor=${page.next}`,
        headers: await whole.as("listmanager"),
      })
    ).json();
    expect([rest.items.length, rest.next]).toEqual([1, null]);
    const gone = await whole.server.inject({
      method: "DELETE",
      url: urlOf(ROUTES.listEntry, { id: list, entry: page.items[0].id }),
      payload: { reason: "Found again" },
      headers: await whole.as("listmanager"),
    });
    expect(gone.statusCode).toBe(204);
    expect(
      (await whole.server.inject({ method: "GET", url, headers: await whole.as("listmanager2") })).statusCode,
    ).toBe(404);
  });

  it("is refused where JSON with nothing in it comes instead", async () => {
    expect((await post("listmanager", urlOf(ROUTES.listEntries, { id: 1 }), [])).json().code).toBe(
      "INPUT_INVALID",
    );
    const cursor = await whole.server.inject({
      method: "GET",
      url: `${ROUTES.lists}?cursor=zzz`,
      headers: await whole.as("listmanager"),
    });
    expect(cursor.json().code).toBe("CURSOR_INVALID");
  });

  it("names nothing by ids beyond what a list, an entry or an NRD can have", async () => {
    const beyond = 2 ** 31;
    const get = async (username: string, url: string): Promise<[number, string]> => {
      const reply = await whole.server.inject({ method: "GET", url, headers: await whole.as(username) });
      return [reply.statusCode, reply.json().code];
    };
    const cursor = Buffer.from(`after-${beyond}`).toString("base64url");
    expect(await get("listmanager", urlOf(ROUTES.listEntries, { id: beyond }))).toEqual([404, "NOT_FOUND"]);
    expect(await get("estate", urlOf(ROUTES.nrd, { id: beyond }))).toEqual([404, "NOT_FOUND"]);
    expect(await get("listmanager", `${ROUTES.lists}?cursor=${cursor}`)).toEqual([400, "CURSOR_INVALID"]);
    expect(await get("estate", `${ROUTES.nrds}?cursor=${cursor}`)).toEqual([400, "CURSOR_INVALID"]);
  });
});

describe("a body larger than the limit", () => {
  it("is taken as a CSV stream and refused as JSON", async () => {
    const wide = "vrm,reason,instruction\n" + `AB12 CDE,${"x".repeat(15_000)},Report\n`.repeat(100);
    const url = urlOf(ROUTES.listEntries, { id: 1 });
    const csv = (await post("listmanager", url, wide, true)).json();
    expect(csv.summary).toEqual({ added: 0, updated: 0, unchanged: 0, refused: 100 });
    expect((await post("listmanager", url, `"${"x".repeat(1_500_000)}"`)).json().code).toBe("TOO_LARGE");
  });
});

describe("a register in CSV", () => {
  it("takes NRDs of the importer's organisation and refuses those of others", async () => {
    const csv = [
      "feed_id,source_id,camera_id,name,type,owner,road,direction,lane,latitude,longitude,daily_reads",
      `1,1,1,A1 north,static,${FIRST_ORGANISATION},A1,N,1,54.1,-1.2,1000`,
      `1,1,2,A1 south,static,${SECOND_ORGANISATION},A1,S,1,54.1,-1.2,1000`,
      `1,1,3,A1 west,flying,${FIRST_ORGANISATION},A1,S,1,54.1,-1.2,1000`,
    ].join("\n");
    const { results, summary } = (await post("estate", ROUTES.nrds, csv, true)).json();
    expect(results.map(({ verdict, code }: { verdict: string; code?: string }) => [verdict, code])).toEqual([
      ["added", undefined],
      ["refused", "OWNER_UNKNOWN"],
      ["refused", "TYPE_INVALID"],
    ]);
    expect(summary).toEqual({ added: 1, updated: 0, unchanged: 0, refused: 2 });
    const id = results[0].id as string;
    const live = await post("estate", urlOf(ROUTES.nrdGoLive, { id }), { reason: "Assessed and approved" });
    expect(live.json().state).toBe("live");
    expect((await post("estate", urlOf(ROUTES.nrdGoLive, { id }), { reason: "Once more" })).json().code).toBe(
      "CONFLICT",
    );
    expect(
      (await post("estate2", urlOf(ROUTES.nrdSuspend, { id }), { reason: "Not mine" })).json().rules,
    ).toEqual(["nrd-is-the-organisation's"]);
    const found = await whole.server.inject({
      method: "GET",
      url: `${ROUTES.nrds}?search=north&state=live`,
      headers: await whole.as("operator"),
    });
    expect(found.json().items).toHaveLength(1);
  });
});
