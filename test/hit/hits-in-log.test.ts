import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AUTHORITY, keepApart, LISTED, pass, raiseHit } from "../app/scene.ts";
import { WholeApp } from "../app/whole-app.ts";
import { until } from "../until.ts";
import { HitListener } from "./hit-stream.ts";

let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());

describe("whoever looks the log through for a VRM", () => {
  it("finds every look that showed it: the board, a list, a place, the stream, and what was set apart", async () => {
    const vrm = LISTED.medium;
    const listener = await HitListener.open(whole);
    const read = await pass(whole, vrm);
    await until(() => expect(listener.of(read)).toHaveLength(1));
    listener.close();
    await keepApart(whole, [{ vrm: `${vrm.slice(0, 4)} ${vrm.slice(4)}` }]);
    const now = Date.now();
    const asked = await whole.call<{ count: number }>("investigator", "/v1/enquiries", {
      kind: "place",
      nrds: [await whole.nrd(1)],
      authority: AUTHORITY,
      reason: "Seen leaving the scene of a burglary",
      from: new Date(now - 3_600_000).toISOString(),
      to: new Date(now + 60_000).toISOString(),
    });
    expect([asked.status, asked.body.count > 0]).toEqual([200, true]);
    await whole.call("operator", "/v1/hits?state=new");
    await whole.call("estate", "/v1/quarantine");
    const lists = (await whole.call<{ items: { id: string }[] }>("listmanager", "/v1/lists")).body.items;
    for (const { id } of lists) await whole.call("listmanager", `/v1/lists/${id}/entries?limit=500`);
    await until(async () => {
      const found = await whole.call<{ items: { action: string; outcome: string }[] }>(
        "auditor",
        `/v1/audit?vrm=${vrm}&limit=100&outcome=allowed`,
      );
      expect(new Set(found.body.items.map(({ action }) => action))).toEqual(
        new Set(["hit.list", "hit.stream", "list.open", "enquiry.ask", "quarantine.list"]),
      );
    });
  });
});

describe("what was done with a hit", () => {
  it("is found in the log by its VRM and by the NRD that saw it", async () => {
    const hit = await raiseHit(whole, LISTED.high);
    const { body } = await whole.call<{ vrm: string; readId: string }>("operator", `/v1/hits/${hit}`);
    await whole.call("operator", `/v1/hits/${hit}/acknowledge`, undefined, "POST");
    const actions = async (filter: { vrm: string } | { nrd: number }): Promise<readonly string[]> =>
      (await whole.stores.audit.find({ ...filter, actor: "operator", limit: 9 })).map(({ action }) => action);
    const nrd = Number(body.readId.split("-")[0]);
    const begun = await whole.stores.audit.find({ vrm: body.vrm, action: "hit.acknowledge", limit: 9 });
    expect(begun.map(({ outcome }) => outcome)).toEqual(["done", "asked"]);
    for (const filter of [{ vrm: body.vrm }, { nrd }])
      expect(await actions(filter)).toEqual(expect.arrayContaining(["hit.open", "hit.acknowledge"]));
  });
});
