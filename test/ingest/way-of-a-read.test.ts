import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anEvent, multipart } from "../../src/ingest/feeds/hikvision/vectors.fixture.ts";
import { onBothKindsOfStores } from "../servers/whole-twins.ts";
import { HitListener, type StreamedHit } from "../hit/hit-stream.ts";
import { aJpeg, aMoment, aRead, WholeApp, type Reply, type Result } from "../app/whole-app.ts";
import { until } from "../until.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface ReadView {
  readonly vrm: string | null;
  readonly lateness: string;
  readonly images: readonly string[];
  readonly [member: string]: unknown;
}

onBothKindsOfStores("the way of a read", (twin) => {
  let whole: WholeApp;
  let stream: HitListener;
  let listId: string;

  const sendOne = async (read: unknown): Promise<Result> => (await whole.send(read))[0] as Result;

  /** Asks for a VRM (or NRDs) over the last year, so that its reads may be opened. */
  async function ask(
    question: Record<string, unknown>,
    hours = 360 * 24,
  ): Promise<readonly { id: string; vrm: string | null }[]> {
    const now = Date.now();
    const period = {
      from: new Date(now - hours * HOUR).toISOString(),
      to: new Date(now + HOUR / 60).toISOString(),
    };
    const asked = { authority: "MID-2026-0417", reason: "Looking for this vehicle", ...period, ...question };
    const reply = await whole.call<{ items: readonly { id: string; vrm: string | null }[] }>(
      "investigator",
      "/v1/enquiries",
      asked,
    );
    expect(reply.body, JSON.stringify(reply.body)).toHaveProperty("items");
    return reply.body.items;
  }

  const open = (readId: string | undefined): Promise<Reply<ReadView>> =>
    whole.call<ReadView>("investigator", `/v1/reads/${readId}`);

  const image = async (readId: string | undefined, kind: string): Promise<Buffer> => {
    const reply = await whole.call<ArrayBuffer>("investigator", `/v1/reads/${readId}/images/${kind}`);
    expect(reply.status).toBe(200);
    return Buffer.from(reply.body);
  };

  const hitsOf = async (readId: string | undefined): Promise<readonly StreamedHit[]> => {
    const { body } = await whole.call<{ items: readonly StreamedHit[] }>("operator", "/v1/hits?limit=100");
    return body.items.filter((hit) => hit.readId === readId);
  };

  beforeAll(async () => {
    whole = await WholeApp.start(undefined, { settings: twin.settings });
    stream = await HitListener.open(whole);
    const lists = await whole.call<{ items: readonly { id: string; name: string }[] }>(
      "listmanager",
      "/v1/lists",
    );
    listId = lists.body.items[0]?.id as string;
  });
  afterAll(async () => {
    stream?.close();
    await whole?.remove();
  });

  describe("a read over the native form", () => {
    it("is stored, and the same again is a duplicate with the first one's id", async () => {
      const read = aRead(1, { vrm: "KT66 XYZ" });
      const first = await sendOne(read);
      expect(first.verdict).toBe("stored");
      expect(await sendOne(read)).toEqual({ index: 0, verdict: "duplicate", readId: first.readId });
    });

    it("is stored once when its copies arrive at the same moment", async () => {
      const read = aRead(1, { vrm: "LM52ABC" });
      const results = await Promise.all(Array.from({ length: 8 }, () => sendOne(read)));
      expect(results.filter(({ verdict }) => verdict === "stored")).toHaveLength(1);
      expect(results.filter(({ verdict }) => verdict === "duplicate")).toHaveLength(7);
      expect(new Set(results.map(({ readId }) => readId)).size).toBe(1);
      expect((await ask({ kind: "vrm", vrm: "LM52ABC" })).map(({ id }) => id)).toEqual([results[0]?.readId]);
    });

    it("is told from another vehicle of the same NRD and millisecond", async () => {
      const at = aMoment();
      const [one, two] = await whole.send([
        aRead(1, { at, vrm: "AA11AAA" }),
        aRead(1, { at, vrm: "BB11BBB" }),
      ]);
      expect([one?.verdict, two?.verdict]).toEqual(["stored", "stored"]);
      expect(two?.readId).not.toBe(one?.readId);
    });

    it("of an unknown NRD is set aside", async () => {
      expect(await sendOne(aRead(99))).toMatchObject({ verdict: "quarantined", code: "NRD_UNKNOWN" });
    });

    it("of an NRD that was suspended through the API is set aside from then on", async () => {
      expect((await sendOne(aRead(6))).verdict).toBe("stored");
      const nrd = await whole.nrd(6);
      const suspended = await whole.call("estate", `/v1/nrds/${nrd}/suspend`, {
        reason: "Roadworks this week",
      });
      expect(suspended.status).toBe(200);
      await until(async () => expect(await sendOne(aRead(6))).toMatchObject({ code: "NRD_NOT_COLLECTING" }));
    });

    it("from the future is set aside for its clock", async () => {
      expect(await sendOne(aRead(1, { at: Date.now() + 61_000 }))).toMatchObject({
        verdict: "quarantined",
        code: "CLOCK_SKEW",
      });
      expect(await sendOne(aRead(1, { at: Date.now() + 50_000, vrm: "SK3WED" }))).toMatchObject({
        verdict: "stored",
      });
    });

    it("from a year that no store holds is refused by itself, whatever the form, and its neighbours are kept", async () => {
      const beyond = (year: string) => ({ ...aRead(1), captured: `${year}-12-31T23:59:59.000-01:00` });
      const results = await whole.send([aRead(1), beyond("9999"), aRead(1), beyond("2100")]);
      expect(results.map(({ verdict, code }) => [verdict, code])).toEqual([
        ["stored", undefined],
        ["refused", "CAPTURED_INVALID"],
        ["stored", undefined],
        ["refused", "CAPTURED_INVALID"],
      ]);
    });

    it("of a fixed NRD that reports from far away is set aside; of a mobile one it is stored with its place", async () => {
      const position = { lat: 51.5, lon: -0.1 };
      expect(await sendOne(aRead(1, { position }))).toMatchObject({
        verdict: "quarantined",
        code: "POSITION_MISMATCH",
      });
      const moved = await sendOne(aRead(4, { position, vrm: "MOB1LE" }));
      expect(moved.verdict).toBe("stored");
      await ask({ kind: "vrm", vrm: "MOB1LE" });
      expect((await open(moved.readId)).body["position"]).toEqual(position);
    });

    it("with text that is no VRM is refused, with the place of the fault", async () => {
      expect(await sendOne(aRead(1, { vrm: "AB5' ABC" }))).toMatchObject({
        verdict: "refused",
        code: "VRM_INVALID",
        path: "vrm",
      });
    });

    it("without a readable VRM is kept as a passage", async () => {
      const { verdict, readId } = await sendOne(aRead(2, { vrm: "NO PLATE" }));
      expect(verdict).toBe("stored");
      await ask({ kind: "place", nrds: [await whole.nrd(2)] }, 2);
      expect((await open(readId)).body).toMatchObject({
        vrm: null,
        sent: "NO PLATE",
        vrmStyle: "No VRM could be read.",
      });
    });

    it("captured beyond retention is refused", async () => {
      const refused = await sendOne(aRead(1, { at: Date.now() - 367 * DAY - 1_000 }));
      expect(refused).toMatchObject({ verdict: "refused", code: "CAPTURED_BEYOND_RETENTION" });
    });

    it("never keeps a speed", async () => {
      const { readId } = await sendOne(aRead(1, { vrm: "SP33DY", speed: 143 }));
      await ask({ kind: "vrm", vrm: "SP33DY" });
      const { body } = await open(readId);
      expect(body.vrm).toBe("SP33DY");
      // Ids and times may have these digits too.
      const told = JSON.stringify(body)
        .replaceAll(readId ?? "", "")
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "");
      expect(told).not.toMatch(/speed|143/i);
      const columns = await whole.stores.clickhouse.query<{ name: string }>(
        "SELECT name FROM system.columns WHERE database = currentDatabase() AND lower(name) LIKE '%speed%'",
      );
      expect(columns).toEqual([]);
    });
  });

  describe("lists and hits", () => {
    const entry = { reason: "Seen at the scene", instruction: "Stop and report" };
    const add = async (vrm: string): Promise<string> => {
      const added = await whole.call<{ results: readonly { id: string; verdict: string }[] }>(
        "listmanager",
        `/v1/lists/${listId}/entries`,
        { vrm, ...entry },
      );
      expect(added.body.results[0]?.verdict).toBe("added");
      await whole.confirmEntries(listId);
      return added.body.results[0]?.id as string;
    };

    it("a listed VRM is one hit, on the stream and in the API, with its images", async () => {
      const [patch, overview] = [await aJpeg(10), await aJpeg(200)];
      const read = aRead(1, {
        vrm: "WA19 HKL",
        patch: patch.toString("base64"),
        overview: overview.toString("base64"),
      });
      const [{ readId }] = await Promise.all([sendOne(read), sendOne(read)]);
      await until(() => expect(stream.of(readId)).toHaveLength(1));
      await sendOne(read);
      const [hit, ...more] = await hitsOf(readId);
      expect(more).toEqual([]);
      expect(hit).toMatchObject({
        vrm: "WA19HKL",
        images: ["patch", "overview"],
        id: stream.of(readId)[0]?.id,
      });
      for (const [kind, sent] of [
        ["patch", patch],
        ["overview", overview],
      ] as const) {
        const reply = await whole.call<ArrayBuffer>("operator", `/v1/hits/${hit?.id}/images/${kind}`);
        expect(Buffer.from(reply.body)).toEqual(sent);
        const ofRead = await whole.call<ArrayBuffer>("operator", `/v1/reads/${readId}/images/${kind}`);
        expect(Buffer.from(ofRead.body)).toEqual(sent);
      }
      expect(stream.of(readId)).toHaveLength(1);
    });

    it("a wildcard entry matches", async () => {
      const { readId } = await sendOne(aRead(1, { vrm: "FX49 PLT" }));
      expect(await hitsOf(readId)).toHaveLength(1);
      const other = await sendOne(aRead(1, { vrm: "FX499PLT" }));
      expect(await hitsOf(other.readId)).toEqual([]);
    });

    it("a new entry matches once it is saved, and no longer once it is removed", async () => {
      const before = await sendOne(aRead(1, { vrm: "N3WONE" }));
      const id = await add("N3W ONE");
      const seen: (string | undefined)[] = [];
      const matches = async (): Promise<boolean> => {
        const { readId } = await sendOne(aRead(1, { vrm: "N3WONE" }));
        seen.push(readId);
        return (await hitsOf(readId)).length === 1;
      };
      await until(async () => expect(await matches()).toBe(true));
      expect(await hitsOf(before.readId)).toEqual([]);
      const removed = await whole.call(
        "listmanager",
        `/v1/lists/${listId}/entries/${id}`,
        { reason: "Found again" },
        "DELETE",
      );
      expect(removed.status).toBe(204);
      await until(async () => expect(await matches()).toBe(false));
    });

    it("a read later than the live limit is stored, called late, and raises no hit", async () => {
      const { verdict, readId } = await sendOne(aRead(1, { at: Date.now() - 25 * HOUR, vrm: "YK66OBD" }));
      expect(verdict).toBe("stored");
      await ask({ kind: "vrm", vrm: "YK66OBD" });
      expect((await open(readId)).body.lateness).toBe("late");
      expect(await hitsOf(readId)).toEqual([]);
    });

    it("a mobile NRD's read after 49 hours is a breach", async () => {
      const { readId } = await sendOne(aRead(4, { at: Date.now() - 49 * HOUR, vrm: "BR34CH" }));
      await ask({ kind: "vrm", vrm: "BR34CH" });
      expect((await open(readId)).body.lateness).toBe("breach");
    });
  });

  describe("the other forms", () => {
    it("NDJSON with a bad line stores the others and says which was bad", async () => {
      const lines = [aRead(1), "{not json", aRead(2)].map((line) =>
        typeof line === "string" ? line : JSON.stringify(line),
      );
      const { status, body } = await whole.post("application/x-ndjson", `${lines.join("\n")}\n`);
      expect(status).toBe(200);
      expect(body.results.map(({ index, verdict, code }) => [index, verdict, code])).toEqual([
        [0, "stored", undefined],
        [1, "refused", "JSON_INVALID"],
        [2, "stored", undefined],
      ]);
    });

    it("multipart carries images as they are", async () => {
      const [patch, overview] = [await aJpeg(30), await aJpeg(180)];
      const form = new FormData();
      form.append("read", JSON.stringify(aRead(1, { vrm: "MU17PRT" })));
      form.append("patch", new Blob([new Uint8Array(patch)], { type: "image/jpeg" }), "patch.jpg");
      form.append("overview", new Blob([new Uint8Array(overview)], { type: "image/jpeg" }), "overview.jpg");
      const { body } = await whole.post("", form);
      expect(body.results[0]?.verdict).toBe("stored");
      const readId = body.results[0]?.readId;
      await ask({ kind: "vrm", vrm: "MU17PRT" });
      expect(await image(readId, "patch")).toEqual(patch);
      expect(await image(readId, "overview")).toEqual(overview);
    });

    const soap = (operation: string, values: Record<string, string>): Promise<Response> =>
      whole.fetch("/bof2/services/InputCaptureWebService", {
        method: "POST",
        headers: { "content-type": "text/xml; charset=utf-8", soapaction: '""' },
        body:
          '<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>' +
          `<q:${operation} xmlns:q="http://input.webservices.bof2.anite.com">` +
          Object.entries({ signatureOfSender: "", username: "", ...values })
            .map(([name, value]) => `<${name}>${value}</${name}>`)
            .join("") +
          `</q:${operation}></e:Body></e:Envelope>`,
      });
    const key = (vrm: string, at: number): Record<string, string> => ({
      vrm,
      feedIdentifier: "43",
      sourceIdentifier: "115",
      cameraIdentifier: "1",
      captureTime: new Date(at).toISOString(),
    });

    it("BOF2 from this machine needs no token and is answered with the documented acknowledgement", async () => {
      const at = aMoment();
      const reply = await soap("sendCapture", {
        ...key("KT66 XYZ", at),
        confidencePercentage: "87",
        motionTowardCamera: "true",
      });
      expect(reply.status).toBe(200);
      expect(await reply.text()).toContain(`${at}!KT66 XYZ!43-115-1`);
      expect((await ask({ kind: "vrm", vrm: "KT66XYZ" })).map(({ id }) => id)).toContain(
        `${await whole.nrd(1)}-${at}`,
      );
    });

    it.each(["before", "after"])("BOF2 images that come %s their read are joined to it", async (order) => {
      const at = aMoment();
      const vrm = order === "before" ? "EA21LY" : "LA73LY";
      const jpeg = await aJpeg(order === "before" ? 60 : 90);
      const binary = { ...key(vrm, at), binaryImage: jpeg.toString("base64"), binaryDataType: "P" };
      const calls = [() => soap("addBinaryCaptureData", binary), () => soap("sendCapture", key(vrm, at))];
      for (const call of order === "before" ? calls : calls.reverse())
        expect((await call()).status).toBe(200);
      const [found] = await ask({ kind: "vrm", vrm });
      expect(await image(found?.id, "patch")).toEqual(jpeg);
      expect((await open(found?.id)).body.images).toEqual(["patch"]);
    });

    it("an image that comes after its read shows on the hit that the read raised", async () => {
      const at = aMoment();
      const jpeg = await aJpeg(70);
      expect((await soap("sendCapture", key("YK66OBD", at))).status).toBe(200);
      const binary = { ...key("YK66OBD", at), binaryImage: jpeg.toString("base64"), binaryDataType: "P" };
      expect((await soap("addBinaryCaptureData", binary)).status).toBe(200);
      const { body } = await whole.call<{ items: { vrm: string; images: string[] }[] }>(
        "operator",
        "/v1/hits?limit=5",
      );
      expect(body.items.find(({ vrm }) => vrm === "YK66OBD")?.images).toEqual(["patch"]);
    });

    it("a Hikvision camera posts to its secret path and is known by its device key", async () => {
      const position = { lat: 50.4, lon: -4.7 };
      const proposed = await whole.call<{ id: number }>("estate", "/v1/nrds", {
        feed: 43,
        source: 200,
        camera: 1,
        name: "Kiosk",
        type: "static",
        position,
        deviceKey: "hikvision:44a642001122/1",
      });
      expect(proposed.status).toBe(201);
      const live = await whole.call("estate", `/v1/nrds/${proposed.body.id}/go-live`, {
        reason: "Accepted on site",
      });
      expect(live.status).toBe(200);
      const jpeg = await aJpeg(140);
      const at = aMoment();
      const event = anEvent({
        dateTime: `<dateTime>${new Date(at).toISOString().replace("Z", "+00:00")}</dateTime>`,
      });
      const send = (): Promise<Response> =>
        whole.fetch(whole.access.feedPaths["hikvision"] as string, {
          method: "POST",
          headers: { "content-type": "multipart/form-data; boundary=boundary" },
          body: new Uint8Array(
            multipart([
              { name: "anpr.xml", type: "text/xml", body: event },
              { name: "licensePlatePicture.jpg", type: "image/jpeg", body: jpeg },
            ]),
          ),
        });
      await until(async () => {
        expect((await send()).status).toBe(200);
        expect(await ask({ kind: "place", nrds: [proposed.body.id] }, 2)).toHaveLength(1);
      });
      const readId = `${proposed.body.id}-${at}`;
      expect((await open(readId)).body).toMatchObject({ vrm: "KT66XYZ", lane: 2, images: ["patch"] });
      expect(await image(readId, "patch")).toEqual(jpeg);
    });

    it("a wrong secret path and a wrong token are refused", async () => {
      const body = JSON.stringify(aRead(1));
      const headers = { authorization: "Bearer wrong", "content-type": "application/json" };
      expect((await whole.fetch("/v1/reads", { method: "POST", headers, body })).status).toBe(401);
      expect((await whole.fetch("/feeds/hikvision/wrong", { method: "POST", body })).status).toBe(401);
    });
  });
});
