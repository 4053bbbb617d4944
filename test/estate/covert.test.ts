import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SESSION_COOKIE } from "../../src/api/http/access.ts";
import { FIRST_ORGANISATION, SECOND_ORGANISATION } from "../../src/cli/demo/facts.ts";
import type { NrdType } from "../../src/read/nrd.ts";
import { HitListener } from "../hit/hit-stream.ts";
import { LISTED, pass } from "../app/scene.ts";
import { aJpeg, aRead, BODMIN, WholeApp, type Refused } from "../app/whole-app.ts";
import { until } from "../until.ts";

/** Cameras of the first organisation, covert; of the second, covert; of the first, under a certificate. */
const [OWN, OTHERS, CERTIFIED] = [50, 51, 52];

interface Page {
  readonly items: readonly { readonly id: string; readonly readId: string; readonly camera: number }[];
}

let whole: WholeApp;

/** Registers a live NRD; resolves when the service takes its reads. */
async function register(camera: number, type: NrdType, owner: string, certificate: string | null = null) {
  const [organisation] = await whole.stores.organisations.ensure([owner]);
  const nrd = await whole.stores.nrds.add({
    feed: 43,
    source: 115,
    camera,
    name: `Camera ${camera}`,
    type,
    organisation: organisation?.id ?? 0,
    road: "A30",
    direction: "E",
    lane: 1,
    position: BODMIN,
    deviceKey: null,
    dailyReads: null,
  });
  await whole.stores.database.query("update nrd set certificate = $2 where id = $1", [nrd.id, certificate]);
  await whole.stores.nrds.act(nrd.id, "go-live", "Assessed", null);
  await until(async () => {
    const [result] = await whole.send([{ ...aRead(camera), vrm: "" }]);
    expect(result?.verdict).toBe("stored");
  });
  return nrd.id;
}

async function join(username: string, role: "operator" | "estate", covert: boolean): Promise<void> {
  await whole.join(username, role, FIRST_ORGANISATION);
  await whole.stores.database.query("update person set covert = $2 where username = $1", [username, covert]);
}

/** Hits on record of a read, whoever may see them. */
const raised = (read: string) => whole.stores.hits.ofRead(read);

const nrds: Record<number, number> = {};
beforeAll(async () => {
  whole = await WholeApp.start();
  nrds[OWN] = await register(OWN, "covert", FIRST_ORGANISATION);
  nrds[OTHERS] = await register(OTHERS, "covert", SECOND_ORGANISATION);
  nrds[CERTIFIED] = await register(CERTIFIED, "static", FIRST_ORGANISATION, "S28-1");
  await join("cleared", "operator", true);
  await join("clearedestate", "estate", true);
});
afterAll(() => whole?.remove());

describe("a listed vehicle that passes", () => {
  it("another organisation's covert NRD raises no hit", async () => {
    expect(await raised(await pass(whole, LISTED.high, { camera: OTHERS }))).toEqual([]);
  });

  it("an NRD under a certificate raises no hit", async () => {
    expect(await raised(await pass(whole, LISTED.high, { camera: CERTIFIED }))).toEqual([]);
  });

  it("the own covert NRD raises a hit that only people cleared for it see", async () => {
    const [uncleared, cleared] = [await HitListener.open(whole), await HitListener.open(whole, "cleared")];
    const read = await pass(whole, LISTED.high, { camera: OWN, images: true });
    const [hit] = await raised(read);
    const path = `/v1/hits/${hit?.id}`;
    const readsOf = async (username: string) =>
      (await whole.call<Page>(username, "/v1/hits?limit=500")).body.items.map(({ readId }) => readId);
    const statusesOf = (username: string) =>
      Promise.all(
        [path, `${path}/images/patch`, `/v1/reads/${read}`].map(
          async (one) => (await whole.call(username, one)).status,
        ),
      );
    expect(await readsOf("cleared")).toContain(read);
    expect(await statusesOf("cleared")).toEqual([200, 200, 200]);
    await until(() => expect(cleared.of(read)).toHaveLength(1));
    expect(await readsOf("operator")).not.toContain(read);
    expect(await statusesOf("operator")).toEqual([404, 404, 403]);
    expect((await whole.call("operator", `${path}/acknowledge`, undefined, "POST")).status).toBe(404);
    const after = await pass(whole, LISTED.high);
    await until(() => expect(uncleared.of(after)).toHaveLength(1));
    expect(uncleared.of(read)).toEqual([]);
    uncleared.close();
    cleared.close();
  });
});

describe("what was set apart of a covert NRD", () => {
  async function setApart(camera: number): Promise<string> {
    const patch = (await aJpeg(30)).toString("base64");
    const [result] = await whole.send([aRead(camera, { at: Date.now() + 600_000, vrm: "C0VERT", patch })]);
    expect(result?.code).toBe("CLOCK_SKEW");
    return result?.quarantineId ?? "";
  }
  const seen = async (username: string, id: string) => {
    const listed = (await whole.call<Page>(username, "/v1/quarantine?limit=100")).body.items;
    const path = `/v1/quarantine/${id}`;
    const { status } = await whole.call(username, path);
    const image = await whole.call(username, `${path}/images/patch`);
    return [listed.some((one) => one.id === id), status, image.status];
  };

  it("is seen and decided by the owner's people with clearance alone", async () => {
    const id = await setApart(OWN);
    expect(await seen("estate", id)).toEqual([false, 404, 404]);
    const reason = "Not a vehicle";
    expect((await whole.call("estate", `/v1/quarantine/${id}/discard`, { reason })).status).toBe(404);
    expect(await seen("clearedestate", id)).toEqual([true, 200, 200]);
    expect((await whole.call("clearedestate", `/v1/quarantine/${id}/discard`, { reason })).status).toBe(204);
  });

  it("is not seen by another organisation, though its source delivered it", async () => {
    const id = await setApart(OTHERS);
    for (const username of ["estate", "clearedestate"])
      expect(await seen(username, id)).toEqual([false, 404, 404]);
  });
});

describe("the register", () => {
  const cameras = async (username: string) =>
    (await whole.call<Page>(username, "/v1/nrds?limit=100")).body.items.map(({ camera }) => camera);
  const statusOf = async (username: string, path: string) => (await whole.call(username, path)).status;

  it("shows a covert NRD to the owner's people with clearance, and to nobody else", async () => {
    const own = `/v1/nrds/${nrds[OWN]}`;
    expect(await cameras("clearedestate")).toContain(OWN);
    expect(await statusOf("clearedestate", own)).toBe(200);
    for (const username of ["estate", "operator", "investigator2", "auditor"]) {
      expect(await cameras(username)).not.toContain(OWN);
      expect(await statusOf(username, own)).toBe(404);
    }
    expect(await cameras("clearedestate")).not.toContain(OTHERS);
    expect(await statusOf("clearedestate", `/v1/nrds/${nrds[OTHERS]}`)).toBe(404);
    expect(await cameras("estate")).toContain(CERTIFIED);
  });

  it("lets nobody change or find by its page what they may not see", async () => {
    const reason = "Looking around";
    const reply = await whole.call("estate", `/v1/nrds/${nrds[OWN]}/suspend`, { reason });
    expect(reply.status).toBe(404);
    const page = await whole.fetch(`/nrds/${nrds[OWN]}`, {
      headers: { cookie: `${SESSION_COOKIE}=${await whole.session("estate")}`, accept: "text/html" },
    });
    expect(page.status).toBe(404);
  });

  it("takes no covert NRD from whoever would not see it again", async () => {
    const gate = { feed: 43, source: 115, camera: 60, name: "Gate", type: "covert", position: BODMIN };
    const refused = await whole.call<Refused>("estate", "/v1/nrds", gate);
    expect([refused.status, refused.body.rules]).toEqual([403, ["covert-reads-stay-with-their-owner"]]);
    expect((await whole.call("clearedestate", "/v1/nrds", gate)).status).toBe(201);
  });
});
