import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SESSION_COOKIE } from "../../src/api/http/access.ts";
import { FIRST_ORGANISATION, SECOND_ORGANISATION } from "../../src/cli/demo/facts.ts";
import { EstateIndex } from "../../src/estate/estate-index.ts";
import { registerSeenBy } from "../../src/estate/register-view.ts";
import type { Person } from "../../src/identity/person.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { projectRoot } from "../../src/project-root.ts";
import { registerSource } from "../../src/source/secrets.ts";
import type { NrdType } from "../../src/read/nrd.ts";
import { HitListener } from "../hit/hit-stream.ts";
import { aCaller } from "../identity/a-caller.ts";
import { AUTHORITY, LISTED, pass } from "../app/scene.ts";
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

describe("whoever tries what the register does not show them", () => {
  const REASON = "Seen leaving the scene of a burglary last night in Bodmin";
  const ask = (nrds: readonly number[], area: unknown = null, who = "investigator") => {
    const now = Date.now();
    return whole.call<Refused & { errors?: readonly { path: string; message: string }[] }>(
      who,
      "/v1/enquiries",
      {
        kind: "place",
        nrds,
        area,
        authority: AUTHORITY,
        reason: REASON,
        from: new Date(now - 3_600_000).toISOString(),
        to: new Date(now).toISOString(),
      },
    );
  };
  /** What was answered, with the number that was asked about left out. */
  const plain = ({ status, body }: { status: number; body: unknown }, id: number): unknown => [
    status,
    JSON.parse(
      JSON.stringify(body)
        .replaceAll(String(id), "N")
        .replace(/"(requestId|instance)":"[^"]*"/g, '"$1":""'),
    ),
  ];
  const UNKNOWN = 15_999_999;

  it("by its number is told what they are told of one that is not there", async () => {
    for (const covert of [nrds[OWN] ?? 0, nrds[OTHERS] ?? 0]) {
      const open = (nrd: number) => whole.call("estate", `/v1/nrds/${nrd}`);
      expect(plain(await open(covert), covert)).toEqual(plain(await open(UNKNOWN), UNKNOWN));
      expect(plain(await ask([covert]), covert)).toEqual(plain(await ask([UNKNOWN]), UNKNOWN));
      const authority = (nrd: number) =>
        whole.call("investigator", "/v1/authorities", {
          purpose: "law-enforcement",
          level: "serious",
          reason: REASON,
          nrds: [nrd],
        });
      const [hidden, none] = [await authority(covert), await authority(UNKNOWN)];
      expect(hidden.status).toBe(400);
      expect(plain(hidden, covert)).toEqual(plain(none, UNKNOWN));
    }
  });

  it("by area counts only what they may know of, so that no sum differs by a covert one", async () => {
    const area = { kind: "circle", centre: BODMIN, radiusMetres: 2_000 } as const;
    const index = new EstateIndex(whole.stores.nrds);
    await index.refresh();
    const policy = { engine: new PolicyEngine(loadPolicyPack(`${projectRoot}/policies/uk`)) };
    const seenBy = registerSeenBy(index, { policy, now: Date.now });
    const view = async (username: string): Promise<readonly number[]> => {
      const person = (await whole.stores.people.byUsername(username)) as Person;
      return seenBy(aCaller(person)).withinArea(area);
    };
    const [hidden, others] = [nrds[OWN] ?? 0, nrds[OTHERS] ?? 0];
    expect(await view("clearedestate")).toContain(hidden);
    expect(await view("estate")).not.toContain(hidden);
    for (const username of ["estate", "clearedestate"]) expect(await view(username)).not.toContain(others);
    expect((await ask([], area)).status).toBe(200);
  });

  it("by registering the same is told no more than of one that another force runs openly", async () => {
    const propose = (camera: number) =>
      whole.call<Refused>("estate", "/v1/nrds", {
        feed: 43,
        source: 115,
        camera,
        name: "Ours",
        type: "static",
        position: BODMIN,
      });
    const [covert, open] = [await propose(OTHERS), await propose(5)];
    expect([covert.status, covert.body.rules]).toEqual([403, ["nrd-is-the-organisation's"]]);
    expect(covert.body.detail.replace(String(OTHERS), "N")).toBe(open.body.detail.replace("/5.", "/N."));
    expect(covert.body.detail).not.toMatch(/registered/);
  });

  it("by the numbers of the register sees no gap: they do not count up", async () => {
    const all = (await whole.stores.nrds.list({ limit: 100 })).map(({ id }) => id);
    const steps = all.slice(1).map((id, at) => id - (all[at] ?? 0));
    expect(steps.filter((step) => step === 1).length).toBeLessThan(3);
  });

  it("by the metrics cannot subtract the register from what is counted", async () => {
    const counted = /waywarden_nrds (\d+)/.exec(await (await whole.fetch("/metrics")).text())?.[1];
    const shown = await whole.call<Page>("estate", "/v1/nrds?limit=100");
    expect(Number(counted)).toBe(shown.body.items.length);
  });
});

describe("a source that delivers for its own organisation alone", () => {
  it("is told of another's covert camera what it is told of one that is not there, and so are its people", async () => {
    const [own] = await whole.stores.organisations.ensure([FIRST_ORGANISATION]);
    const { token } = await registerSource(whole.stores.sources, {
      name: "Our gantries",
      organisation: own?.id ?? 0,
      protocol: "native",
      aggregator: false,
      byAddress: false,
      hasPathKey: false,
      allowedNetworks: [],
      positionUnit: "degrees",
      timeZone: "Europe/London",
      compoundReply: "array",
      nrd: null,
      agreement: null,
    });
    const send = async (camera: number) => {
      const reply = await whole.fetch("/v1/reads", {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify([aRead(camera, { vrm: "XX11XXX" })]),
      });
      const { results } = (await reply.json()) as {
        results: readonly { verdict: string; code?: string; detail?: string; quarantineId?: string }[];
      };
      return results[0];
    };
    await until(async () => expect((await send(998))?.verdict).toBe("quarantined"));
    const [covert, none] = [await send(OTHERS), await send(997)];
    const plain = (result: typeof covert, camera: number): unknown =>
      JSON.parse(
        JSON.stringify(result)
          .replaceAll(`camera ${camera}`, "camera N")
          .replace(/"quarantineId":"\d+"/, '"quarantineId":""'),
      );
    expect(plain(covert, OTHERS)).toEqual(plain(none, 997));
    const listed = (await whole.call<Page>("estate", "/v1/quarantine?limit=100")).body.items.map(
      ({ id }) => id,
    );
    for (const result of [covert, none]) {
      expect(listed).toContain(result?.quarantineId);
      expect((await whole.call("estate", `/v1/quarantine/${result?.quarantineId}`)).status).toBe(200);
    }
  });
});
