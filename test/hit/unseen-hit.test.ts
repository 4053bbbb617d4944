import { afterAll, beforeAll, expect, it } from "vitest";
import { LISTED, raiseHit } from "../app/scene.ts";
import { WholeApp, type Refused } from "../app/whole-app.ts";

/** What nobody has seen is not confirmed (VOI-8). */
let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());

const act = (who: string, hit: string, step: string, body?: unknown) =>
  whole.call<Refused & { errors?: readonly { code: string }[] }>(
    who,
    `/v1/hits/${hit}/${step}`,
    body,
    "POST",
  );
const close = (who: string, hit: string) => act(who, hit, "disposition", { outcome: "arrest", note: "" });

it("a hit without an image is said to be unseen, and closed by a second person", async () => {
  const hit = await raiseHit(whole, LISTED.high);
  await act("operator", hit, "acknowledge");
  const confirmed = await act("operator", hit, "verify", { result: "confirmed" });
  expect([confirmed.status, confirmed.body.errors?.[0]?.code]).toEqual([400, "NO_IMAGE"]);
  expect((await act("operator", hit, "verify", { result: "no-image-seen" })).status).toBe(200);
  const alone = await close("operator", hit);
  expect([alone.status, alone.body.rules]).toEqual([403, ["unseen-hits-take-a-second-look"]]);
  expect((await close("listmanager", hit)).status).toBe(200);
});

it("a hit with an image is judged by it, also where it came after somebody had said there was none", async () => {
  const seen = await raiseHit(whole, LISTED.medium, { images: true });
  await act("operator", seen, "acknowledge");
  const unseen = await act("operator", seen, "verify", { result: "no-image-seen" });
  expect([unseen.status, unseen.body.errors?.[0]?.code]).toEqual([400, "IMAGE_THERE"]);

  const late = await raiseHit(whole, LISTED.low);
  await act("operator", late, "acknowledge");
  await act("operator", late, "verify", { result: "no-image-seen" });
  const { readId } = (await whole.call<{ readId: string }>("operator", `/v1/hits/${late}`)).body;
  await whole.stores.hits.addImages(readId, ["patch"]);
  expect((await close("listmanager", late)).status).toBe(409);
  expect((await act("operator", late, "verify", { result: "confirmed" })).status).toBe(200);
  expect((await close("operator", late)).status).toBe(200);
});
