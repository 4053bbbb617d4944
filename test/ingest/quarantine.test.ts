import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aJpeg, aMoment, aRead, WholeApp, type Refused, type Reply, type Result } from "../app/whole-app.ts";
import { until } from "../until.ts";

interface Held {
  readonly id: string;
  readonly code: string;
  readonly received: string;
  readonly images: readonly string[];
}

let whole: WholeApp;

const sendOne = async (read: unknown): Promise<Result> => (await whole.send([read]))[0] as Result;
const held = async (id: string | undefined): Promise<Held | undefined> =>
  (await whole.call<{ items: readonly Held[] }>("estate", "/v1/quarantine?limit=100")).body.items.find(
    (one) => one.id === id,
  );
const release = (
  id: string | undefined,
  reason = "Checked with the owner",
): Promise<Reply<Refused & { readId: string }>> =>
  whole.call("estate", `/v1/quarantine/${id}/release`, { reason });
const discard = (id: string | undefined, reason = "Test device"): Promise<Reply<Refused>> =>
  whole.call("estate", `/v1/quarantine/${id}/discard`, { reason });

async function openAs(vrm: string, readId: string): Promise<Record<string, unknown>> {
  const now = Date.now();
  const asked = { kind: "vrm", vrm, authority: "MID-2026-0417", reason: "Looking for this vehicle" };
  const period = {
    from: new Date(now - 86_400_000).toISOString(),
    to: new Date(now + 3_600_000).toISOString(),
  };
  await whole.call("investigator", "/v1/enquiries", { ...asked, ...period });
  return (await whole.call<Record<string, unknown>>("investigator", `/v1/reads/${readId}`)).body;
}

beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());

describe("a read of an unknown NRD", () => {
  it("cannot be released before the NRD is registered, and then is stored as of when it came", async () => {
    const [patch, overview] = [await aJpeg(20), await aJpeg(220)];
    const read = aRead(77, {
      vrm: "QU4RNT",
      patch: patch.toString("base64"),
      overview: overview.toString("base64"),
    });
    const { quarantineId, code } = await sendOne(read);
    expect(code).toBe("NRD_UNKNOWN");
    const waiting = await held(quarantineId);
    expect(waiting).toMatchObject({ code: "NRD_UNKNOWN", images: ["patch", "overview"] });
    const early = await release(quarantineId);
    expect([early.status, early.body.code]).toEqual([409, "CONFLICT"]);
    expect(await held(quarantineId)).toBeDefined();

    const place = { name: "New site", type: "static", position: { lat: 50.5, lon: -4.6 } };
    const nrd = await whole.call<{ id: number }>("estate", "/v1/nrds", {
      feed: 43,
      source: 115,
      camera: 77,
      ...place,
    });
    expect(nrd.status).toBe(201);
    await whole.call("estate", `/v1/nrds/${nrd.body.id}/go-live`, { reason: "Accepted on site" });
    const released = await until(async () => {
      const reply = await release(quarantineId);
      expect(reply.status).toBe(200);
      return reply;
    });

    const stored = await openAs("QU4RNT", released.body.readId);
    expect(stored).toMatchObject({
      vrm: "QU4RNT",
      received: waiting?.received,
      images: ["patch", "overview"],
    });
    const image = await whole.call<ArrayBuffer>(
      "investigator",
      `/v1/reads/${released.body.readId}/images/patch`,
    );
    expect(Buffer.from(image.body)).toEqual(patch);
    expect(await held(quarantineId)).toBeUndefined();
    expect((await whole.call("estate", `/v1/quarantine/${quarantineId}/images/patch`)).status).toBe(404);
    expect(await sendOne(read)).toMatchObject({ verdict: "duplicate", readId: released.body.readId });
  });
});

describe("an objection that a person waives", () => {
  it.each([
    ["CLOCK_SKEW", 1, { at: Date.now() + 600_000, vrm: "W41VE1" }],
    ["POSITION_MISMATCH", 1, { position: { lat: 51.5, lon: -0.1 }, vrm: "W41VE2" }],
  ])("%s no longer keeps the read out, and it is stored once", async (code, camera, differing) => {
    const read = aRead(camera, differing);
    const { quarantineId, code: given } = await sendOne(read);
    expect(given).toBe(code);
    const { status, body } = await release(quarantineId);
    expect([status, body.readId]).toEqual([200, expect.stringMatching(/^\d+-\d+$/)]);
    expect(await openAs(differing.vrm, body.readId)).toMatchObject({ vrm: differing.vrm });
    // The cause stands, so the sender's repeat is the same read in quarantine, decided already.
    expect(await sendOne(read)).toMatchObject({ verdict: "quarantined", quarantineId });
    expect(await held(quarantineId)).toBeUndefined();
  });

  it("NRD_NOT_COLLECTING is waived for the one read, while its NRD stays suspended", async () => {
    await whole.call("estate", `/v1/nrds/${await whole.nrd(6)}/suspend`, { reason: "Roadworks this week" });
    const { quarantineId } = await until(async () => {
      const result = await sendOne(aRead(6, { vrm: "W41VE3" }));
      expect(result).toMatchObject({ code: "NRD_NOT_COLLECTING" });
      return result;
    });
    expect((await release(quarantineId)).status).toBe(200);
    expect(await sendOne(aRead(6))).toMatchObject({ code: "NRD_NOT_COLLECTING" });
  });
});

describe("a quarantined read captured longer ago than anybody may look", () => {
  it("is neither listed nor shown nor decided on, although it is kept", async () => {
    const at = Date.now() - 366.5 * 86_400_000;
    const { quarantineId } = await sendOne(aRead(96, { at, vrm: "L0NGAG0" }));
    expect(quarantineId).toBeDefined();
    expect(await held(quarantineId)).toBeUndefined();
    expect((await whole.call("estate", `/v1/quarantine/${quarantineId}`)).status).toBe(404);
    expect((await release(quarantineId)).status).toBe(404);
    expect((await discard(quarantineId)).status).toBe(404);
    expect((await whole.stores.quarantine.byId(quarantineId as string))?.state).toBe("held");
  });
});

describe("a decision about quarantine", () => {
  it("needs a reason", async () => {
    const { quarantineId } = await sendOne(aRead(98));
    for (const path of ["release", "discard"]) {
      for (const body of [{}, { reason: "" }, { reason: "   " }]) {
        expect((await whole.call("estate", `/v1/quarantine/${quarantineId}/${path}`, body)).status).toBe(400);
      }
    }
    expect(await held(quarantineId)).toBeDefined();
  });

  it("is made once, and is in the log", async () => {
    const patch = (await aJpeg(70)).toString("base64");
    const { quarantineId } = await sendOne(aRead(98, { patch }));
    expect((await whole.call("estate", `/v1/quarantine/${quarantineId}/images/patch`)).status).toBe(200);
    expect((await discard(quarantineId)).status).toBe(204);
    for (const again of [await discard(quarantineId), await release(quarantineId)]) {
      expect([again.status, again.body.code]).toEqual([409, "CONFLICT"]);
    }
    expect((await whole.call("estate", `/v1/quarantine/${quarantineId}/images/patch`)).status).toBe(404);
    const [entry] = await whole.stores.audit.find({ action: "quarantine.discard", limit: 1 });
    expect(entry).toMatchObject({
      actor: "estate",
      subject: { quarantined: quarantineId, reason: "Test device" },
    });
  });

  it("made by two people at once is made once", async () => {
    const { quarantineId } = await sendOne(aRead(1, { at: Date.now() + 700_000, vrm: "TW1CE" }));
    const replies = await Promise.all([release(quarantineId), discard(quarantineId), release(quarantineId)]);
    const kinds = replies.map(({ status }) => status);
    expect(kinds.every((status) => [200, 204, 409].includes(status))).toBe(true);
    expect(kinds.filter((status) => status !== 409)).not.toEqual([]);
    // Released and discarded at once is neither: whichever came first is what stands.
    const state = (await whole.stores.quarantine.byId(quarantineId as string))?.state;
    expect(state).toBe(kinds[1] === 204 ? "discarded" : "released");
  });

  it("is for the estate's people alone", async () => {
    const { quarantineId } = await sendOne(aRead(97, { at: aMoment() }));
    for (const username of ["operator", "investigator", "admin"]) {
      expect((await whole.call(username, `/v1/quarantine/${quarantineId}`)).status).toBe(403);
    }
  });
});
