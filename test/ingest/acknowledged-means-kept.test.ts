import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import sharp from "sharp";
import { anEvent } from "../../src/ingest/feeds/hikvision/vectors.fixture.ts";
import { aJpeg, aRead, WholeApp, type Result } from "../app/whole-app.ts";
import { until } from "../until.ts";

/** Listed in the demo. */
const LISTED = "YK66OBD";

describe("what is acknowledged", () => {
  let whole: WholeApp;
  let camera: number;

  interface Hit {
    readonly readId: string;
    readonly nrd: number | string;
    readonly images: readonly string[];
  }
  const hits = async (): Promise<readonly Hit[]> =>
    (await whole.call<{ items: readonly Hit[] }>("operator", "/v1/hits?limit=100")).body.items;
  const sendOne = async (read: unknown): Promise<Result> => (await whole.send(read))[0] as Result;

  /** Writes bytes to a socket, closes our half if told to, and resolves with what came back. */
  function speak(bytes: string, closeHalf: boolean): Promise<string> {
    const { port, hostname } = new URL(whole.app.url);
    return new Promise((resolve) => {
      let heard = "";
      const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true }, () => {
        socket.write(bytes);
        if (closeHalf) socket.end();
      });
      socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
      socket.on("end", () => socket.end());
      socket.on("error", () => {}).on("close", () => resolve(heard));
    });
  }

  /** How many reads of the kiosk the archive holds with some time quality. */
  const stored = async (quality: string): Promise<number> => {
    const [row] = await whole.stores.clickhouse.query<{ reads: number }>(
      "SELECT count() AS reads FROM reads WHERE nrd = {nrd:UInt32} AND time_quality = {quality:String}",
      { nrd: camera, quality },
    );
    return row?.reads ?? 0;
  };
  const path = (): string => whole.access.feedPaths["hikvision"] as string;
  const event = (time: string, vrm = LISTED): string =>
    anEvent({ anpr: `<licensePlate>${vrm}</licensePlate>`, dateTime: `<dateTime>${time}</dateTime>` });

  beforeAll(async () => {
    whole = await WholeApp.start();
    const proposed = await whole.call<{ id: number }>("estate", "/v1/nrds", {
      feed: 43,
      source: 201,
      camera: 1,
      name: "Kiosk",
      type: "static",
      position: { lat: 50.4, lon: -4.7 },
      deviceKey: "hikvision:44a642001122/1",
    });
    camera = proposed.body.id;
    await whole.call("estate", `/v1/nrds/${camera}/go-live`, { reason: "Accepted on site" });
    await until(async () => {
      await whole.fetch(path(), { method: "POST", body: event(new Date().toISOString()) });
      expect(await stored("utc")).toBeGreaterThan(0);
    });
  });
  afterAll(async () => {
    await whole?.remove();
  });

  it("a PNG is kept as a JPEG, and shows on the hit", async () => {
    const png = await sharp({ create: { width: 40, height: 10, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const result = await sendOne(aRead(1, { vrm: LISTED, patch: png.toString("base64") }));
    expect(result).toMatchObject({ verdict: "stored", notes: [{ code: "IMAGE_CONVERTED", path: "patch" }] });
    const hit = (await hits()).find(({ readId }) => readId === result.readId);
    expect(hit?.images).toEqual(["patch"]);
    const reply = await whole.call<ArrayBuffer>("operator", `/v1/reads/${result.readId}/images/patch`);
    expect(await sharp(Buffer.from(reply.body)).metadata()).toMatchObject({ format: "jpeg", width: 40 });
  });

  it("an image that comes with the repeat of a read is the read's, and shows on its hit", async () => {
    const read = aRead(1, { vrm: LISTED });
    const { readId } = await sendOne(read);
    const jpeg = await aJpeg(20);
    const again = { ...read, overview: jpeg.toString("base64") };
    expect(await sendOne(again)).toMatchObject({
      verdict: "duplicate",
      readId,
      notes: [{ code: "IMAGE_ADDED", path: "overview" }],
    });
    expect(await sendOne(again)).toEqual({ index: 0, verdict: "duplicate", readId });
    expect((await hits()).find((hit) => hit.readId === readId)?.images).toEqual(["overview"]);
  });

  it("an image that comes with a repeat in the same message is kept too", async () => {
    const read = aRead(1, { vrm: "SA3EONE" });
    const [first, again] = await whole.send([read, { ...read, patch: (await aJpeg(1)).toString("base64") }]);
    expect(first?.verdict).toBe("stored");
    expect(again).toMatchObject({ verdict: "duplicate", notes: [{ code: "IMAGE_ADDED" }] });
  });

  it("a camera's read under a wrong clock is kept as of receipt, once, and alerts nobody", async () => {
    const before = (await hits()).length;
    for (const time of ["1970-01-01T00:00:05Z", "1970-01-01T00:00:05Z", "2071-01-01T00:00:00Z"])
      expect((await whole.fetch(path(), { method: "POST", body: event(time) })).status).toBe(200);
    expect([await stored("receive-fallback"), (await hits()).length]).toEqual([2, before]);
  });

  it("a camera's request with raw blanks is a read, and no other request with one is taken", async () => {
    const before = await stored("utc");
    const query = `channelID=1&dateTime=${new Date().toISOString()}&eventType=ANPR&licensePlate=KT66 XYZ&macAddress=44:a6:42:00:11:22`;
    const raw = (target: string): string => `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
    expect(await speak(raw(`${path()}?${query}`), false)).toMatch(/^HTTP\/1\.1 200 OK[^]*<statusCode>1</);
    expect(await stored("utc")).toBe(before + 1);
    expect(await speak(raw(`/feeds/hikvision/wrong?${query}`), false)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await speak(raw("/v1/reads?a=b c"), false)).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  });

  it.each(["1.0", "1.1"])("a sender of HTTP/%s that closes its half hears the answer", async (version) => {
    const text = JSON.stringify(aRead(1, { vrm: "HA1F" }));
    const head = `POST /v1/reads HTTP/${version}\r\nHost: x\r\nAuthorization: Bearer ${whole.token}\r\nContent-Length: ${text.length}\r\n\r\n`;
    expect(await speak(head + text, true)).toContain('"verdict":"stored"');
  });
});
