import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LISTED, raiseHit } from "../app/scene.ts";
import { WholeApp } from "../app/whole-app.ts";

let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());

describe("what was done with a hit", () => {
  it("is found in the log by its VRM and by the NRD that saw it", async () => {
    const hit = await raiseHit(whole, LISTED.high);
    const { body } = await whole.call<{ vrm: string; readId: string }>("operator", `/v1/hits/${hit}`);
    await whole.call("operator", `/v1/hits/${hit}/acknowledge`, undefined, "POST");
    const actions = async (filter: { vrm: string } | { nrd: number }): Promise<readonly string[]> =>
      (await whole.stores.audit.find({ ...filter, actor: "operator", limit: 9 })).map(({ action }) => action);
    const nrd = Number(body.readId.split("-")[0]);
    for (const filter of [{ vrm: body.vrm }, { nrd }])
      expect(await actions(filter)).toEqual(expect.arrayContaining(["hit.open", "hit.acknowledge"]));
  });
});
