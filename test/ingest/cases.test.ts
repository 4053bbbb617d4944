import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aJpeg, aMoment, WholeApp, type Result } from "../app/whole-app.ts";
import { until } from "../until.ts";
import { files, howToSend, input, present, used } from "./cases.fixture.ts";

const HOUR = 3_600_000;
const VRM = "AB12CDE";
const DEVICE_KEY = "hikvision:44a642f73a21/1";
const MINI_JPEG_PLACE = "(jpeg)";
const LATE_IN_A_BACKLOG = 2_500;

interface Noted extends Result {
  readonly notes?: readonly { readonly code: string; readonly path: string }[];
}
interface ReadView {
  readonly vrm: string | null;
  readonly sent: string;
  readonly timeQuality: string;
  readonly make: string | null;
  readonly country: string | null;
  readonly images: readonly string[];
}

describe.skipIf(!present)("the cases of feeds", () => {
  let whole: WholeApp;
  let nrd: number;
  let drip: Promise<{ readonly heard: string; readonly seconds: number }>;

  const bytes = (latin1: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(latin1, "latin1"));
  const post = (
    path: string,
    type: string | null,
    body: Uint8Array<ArrayBuffer>,
    more = {},
  ): Promise<Response> =>
    whole.fetch(path.replace("/feeds/hikvision/<key>", whole.access.feedPaths["hikvision"] as string), {
      method: "POST",
      headers: {
        ...(path.startsWith("/v1/") ? { authorization: `Bearer ${whole.token}` } : {}),
        ...(type === null ? {} : { "content-type": type }),
        ...more,
      },
      body,
    });
  const send = (number: string, body = input(number)): Promise<Response> => {
    const { path, type } = howToSend(number);
    return post(path, type, bytes(body));
  };
  const resultsOf = async (reply: Response): Promise<readonly Noted[]> => {
    const text = await reply.text();
    expect([reply.status, text.slice(0, 300)]).toEqual([200, expect.stringContaining('"results"')]);
    return (JSON.parse(text) as { results: readonly Noted[] }).results;
  };
  const native = async (number: string, body?: string): Promise<readonly Noted[]> =>
    resultsOf(await send(number, body));
  const verdicts = (results: readonly Noted[]): readonly string[] => results.map(({ verdict }) => verdict);

  /** Reads of the NRD that the archive has, newest first; asking lets them be opened. */
  async function readsOf(): Promise<readonly string[]> {
    const now = Date.now();
    const asked = {
      authority: "MID-2026-0417",
      reason: "Looking for this vehicle",
      kind: "place",
      nrds: [nrd],
      from: new Date(now - 2 * HOUR).toISOString(),
      to: new Date(now + HOUR / 60).toISOString(),
    };
    const { body } = await whole.call<{ items: readonly { id: string }[] }>(
      "investigator",
      "/v1/enquiries",
      asked,
    );
    expect(body, JSON.stringify(body)).toHaveProperty("items");
    return body.items.map(({ id }) => id);
  }
  const open = async (readId: string | undefined): Promise<ReadView> => {
    await readsOf();
    const reply = await whole.call<ReadView>("investigator", `/v1/reads/${readId}`);
    expect(reply.status).toBe(200);
    return reply.body;
  };
  /** What a message to a camera's path left in the archive. */
  async function leaves(deliver: () => Promise<Response>): Promise<readonly ReadView[]> {
    const before = new Set(await readsOf());
    const reply = await deliver();
    expect([reply.status, await reply.text()]).toEqual([
      200,
      expect.stringContaining("<statusCode>1</statusCode>"),
    ]);
    const added = (await readsOf()).filter((id) => !before.has(id));
    return Promise.all(added.map(open));
  }
  const hitsOf = async (readId: string | undefined): Promise<number> => {
    const { body } = await whole.call<{ items: readonly { readId: string }[] }>(
      "operator",
      "/v1/hits?limit=100",
    );
    return body.items.filter((hit) => hit.readId === readId).length;
  };

  const acknowledged = async (reply: Response): Promise<void> =>
    expect([reply.status, await reply.text()]).toEqual([200, expect.stringMatching(/>\d+!AB12CDE!5-1-12</)]);
  const fault = async (reply: Response): Promise<string> => {
    expect(reply.status).toBe(500);
    return /<faultstring>(\d{4})/.exec(await reply.text())?.[1] ?? "none";
  };

  /** Writes bytes to a socket, goes on as `then` says, and resolves with what came back. */
  function speak(head: string, then: (socket: ReturnType<typeof connect>) => void): Promise<string> {
    const { port, hostname } = new URL(whole.app.url);
    return new Promise((resolve) => {
      let heard = "";
      const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true }, () => {
        socket.write(head);
        then(socket);
      });
      socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
      socket
        .on("end", () => socket.end())
        .on("error", () => {})
        .on("close", () => resolve(heard));
    });
  }
  const headOf = (version: string, type: string, length: number): string =>
    `POST /v1/reads HTTP/${version}\r\nHost: x\r\nAuthorization: Bearer ${whole.token}\r\n` +
    `Content-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;

  beforeAll(async () => {
    whole = await WholeApp.start();
    const proposed = await whole.call<{ id: number }>("estate", "/v1/nrds", {
      feed: 5,
      source: 1,
      camera: 12,
      name: "Case",
      type: "static",
      position: { lat: 50.4, lon: -4.7 },
      deviceKey: DEVICE_KEY,
    });
    nrd = proposed.body.id;
    await whole.call("estate", `/v1/nrds/${nrd}/go-live`, { reason: "Accepted on site" });
    const lists = await whole.call<{ items: readonly { id: string }[] }>("listmanager", "/v1/lists");
    const entry = { vrm: VRM, reason: "Seen at the scene", instruction: "Stop and report" };
    await whole.call("listmanager", `/v1/lists/${lists.body.items[0]?.id}/entries`, entry);
    await whole.confirmEntries(lists.body.items[0]?.id as string);
    await until(async () => {
      const read = {
        nrd: { feed: 5, source: 1, camera: 12 },
        vrm: VRM,
        captured: new Date(aMoment()).toISOString(),
      };
      const [result] = await whole.send(read);
      expect([result?.verdict, await hitsOf(result?.readId)]).toEqual(["stored", 1]);
    });
    used.add("51");
    const started = performance.now();
    drip = speak(headOf("1.1", "application/x-ndjson", 1_000), (socket) => {
      const trickle = setInterval(() => socket.write(" "), 2_000);
      socket.on("close", () => clearInterval(trickle));
    }).then((heard) => ({ heard, seconds: (performance.now() - started) / 1000 }));
  });
  afterAll(async () => {
    await whole?.remove();
  });

  describe("a time that no store holds", () => {
    it("01 is refused", async () => {
      expect(await native("01")).toMatchObject([{ verdict: "refused", code: "CAPTURED_INVALID" }]);
    });

    it.each(["02", "03"])("%s is refused by itself", async (number) => {
      expect(verdicts(await native(number))).toEqual(["stored", "refused", "stored"]);
    });

    it("03 is refused by itself late in a backlog", async () => {
      const [good = "", bad = ""] = input("03").split("\n");
      const { captured, ...read } = JSON.parse(good) as { captured: string };
      const goods = Array.from({ length: LATE_IN_A_BACKLOG + 500 }, (_, index) =>
        JSON.stringify({ ...read, vrm: `B${index}`, captured }),
      );
      const lines = [...goods.slice(0, LATE_IN_A_BACKLOG), bad, ...goods.slice(LATE_IN_A_BACKLOG)];
      const seconds = 20;
      const spread = lines.map((line, index) =>
        line.replace(captured, new Date(Date.parse(captured) - seconds * 1000 + index).toISOString()),
      );
      const results = await native("03", spread.join("\n"));
      expect(results).toHaveLength(lines.length);
      expect(results.filter(({ verdict }) => verdict !== "stored")).toMatchObject([
        { index: LATE_IN_A_BACKLOG, verdict: "refused", code: "CAPTURED_INVALID" },
      ]);
    });

    it.each(["04", "05"])("%s is fault 0010", async (number) =>
      expect(await fault(await send(number))).toBe("0010"),
    );

    it("06 is ERROR in its place", async () => {
      const reply = await send("06");
      const texts = [...(await reply.text()).matchAll(/>([^<>]+)</g)].map(([, text]) => text);
      expect([reply.status, texts]).toEqual([200, [expect.stringMatching(/!AB12CDE!5-1-12$/), "ERROR"]]);
    });

    it("08 is fault 0050", async () => expect(await fault(await send("08"))).toBe("0050"));
  });

  describe("an image, country or text that is no good", () => {
    it("10 a PNG is converted", async () => {
      const [result] = await native("10");
      expect(result).toMatchObject({
        verdict: "stored",
        notes: [{ code: "IMAGE_CONVERTED", path: "patch" }],
      });
      expect((await open(result?.readId)).images).toEqual(["patch"]);
    });

    it.each(["11", "12"])("%s costs no read over BOF2", async (number) => acknowledged(await send(number)));

    it("13 unpadded base64 is an image", async () => {
      const [result] = await native("13");
      expect(result).toEqual({ index: 0, verdict: "stored", readId: result?.readId });
      expect((await open(result?.readId)).images).toEqual(["patch"]);
    });

    it("14 an image beyond the limit costs no read", async () => {
      used.add("14");
      const jpeg = await aJpeg(33);
      const large = Buffer.concat([jpeg, Buffer.alloc(2_200_134 - jpeg.length)]).toString("base64");
      const body = input("12").replace("!!!", large);
      await acknowledged(await send("12", body));
    });

    it("15 an unknown country is left out", async () => {
      const [result] = await native("15");
      expect(result).toMatchObject({
        verdict: "stored",
        notes: [{ code: "COUNTRY_INVALID", path: "country" }],
      });
      expect((await open(result?.readId)).country).toBeNull();
    });

    it("49 bytes that are no text are taken out", async () => {
      const [result] = await native("49");
      expect(result).toMatchObject({ verdict: "stored", notes: [{ code: "TEXT_INVALID", path: "make" }] });
      expect((await open(result?.readId)).make).toBe("AB");
    });
  });

  describe("a Hikvision camera", () => {
    it.each(["07", "20", "21"])(
      "%s with a wrong clock is kept as of receipt, and alerts nobody",
      async (number) => {
        const before = new Set(await readsOf());
        const [read, ...more] = await leaves(() => send(number));
        expect([read?.vrm, read?.timeQuality, more]).toEqual([VRM, "receive-fallback", []]);
        const added = (await readsOf()).filter((id) => !before.has(id));
        expect(await hitsOf(added[0])).toBe(0);
      },
    );

    it("22 may write a raw blank into the request line", async () => {
      const key = (whole.access.feedPaths["hikvision"] as string).split("/").at(-1) as string;
      const before = new Set(await readsOf());
      const heard = await speak(input("22").replace("@KEY@", key), () => {});
      expect(heard).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*<statusCode>1<\/statusCode>/);
      const added = (await readsOf()).filter((id) => !before.has(id));
      expect(await Promise.all(added.map(open))).toMatchObject([{ vrm: VRM }]);
    });

    it("23 may write the plate's colour before the mark", async () => {
      expect(await leaves(() => send("23"))).toMatchObject([{ vrm: VRM, sent: `\u84dd${VRM}` }]);
    });

    it("24 may send many parts", async () => {
      expect(await leaves(() => send("24"))).toMatchObject([{ vrm: VRM }]);
    });

    it("25 may give one UUID to two vehicles", async () => {
      const [first = "", second = ""] = input("25").split(/^=== .*$/m);
      expect(await leaves(() => send("25", first.trim()))).toMatchObject([{ vrm: VRM }]);
      expect(await leaves(() => send("25", second.trim()))).toMatchObject([{ vrm: "CD34EFG" }]);
    });
  });

  describe("BOF2", () => {
    it.each(["30", "32"])("%s is acknowledged", async (number) => acknowledged(await send(number)));

    it("31 takes its path in any case, and says in SOAP where there is no service", async () => {
      used.add("31");
      const [first = "", second = ""] = [...input("31").matchAll(/POST (\S+)/g)].map(([, path]) => path);
      for (const path of [first, second])
        await acknowledged(await post(path, "text/xml", bytes(input("30"))));
      expect(await fault(await post("/Bof2/Elsewhere/X", "text/xml", bytes(input("30"))))).toBe("0005");
    });
  });

  describe("the native form", () => {
    it.each(["text/plain", null, "application/octet-stream", "json"])("40 is JSON as %s", async (type) => {
      expect(verdicts(await resultsOf(await post("/v1/reads", type, bytes(input("40")))))).toEqual([
        "stored",
      ]);
    });

    it("40 needs its token all the same", async () => {
      const init = { method: "POST", headers: { "content-type": "text/plain" }, body: input("40") };
      expect((await whole.fetch("/v1/reads", init)).status).toBe(401);
    });

    it("41 may be gzip", async () => {
      used.add("41");
      const packed = new Uint8Array(gzipSync(`${input("40")}\n`));
      const reply = await post("/v1/reads", "application/x-ndjson", packed, { "content-encoding": "gzip" });
      expect(verdicts(await resultsOf(reply))).toEqual(["stored"]);
    });

    it.each(["42", "43"])("%s is stored", async (number) => {
      expect(verdicts(await native(number))).toEqual(["stored"]);
    });

    it("44 a leap second is the first moment of the next", async () => {
      const today = new Date().toISOString().slice(0, 10);
      const yesterday = new Date(Date.parse(today) - 24 * HOUR).toISOString().slice(0, 10);
      const [result] = await native("44", input("44").replace("2026-11-29", yesterday));
      expect(result).toMatchObject({ verdict: "stored", readId: `${nrd}-${Date.parse(today)}` });
    });

    it("45 two reads in one form are two results", async () => {
      const results = await native("45");
      expect(verdicts(results)).toEqual(["stored", "stored"]);
      expect(results[0]?.readId).not.toBe(results[1]?.readId);
    });

    it("46 an image part may be called platePatch", async () => {
      const jpeg = (await aJpeg(44)).toString("latin1");
      const [result] = await native("46", input("46").replace(MINI_JPEG_PLACE, jpeg));
      expect((await open(result?.readId)).images).toEqual(["patch"]);
    });

    it("47 a repeat gives its image to the read that has none, and to no other", async () => {
      used.add("47");
      const read = JSON.parse(input("40")) as object;
      const withPatch = async (shade: number) =>
        (await whole.send({ ...read, patch: (await aJpeg(shade)).toString("base64") }))[0];
      const [first] = await whole.send(read);
      const { readId } = first as Result;
      expect(await withPatch(55)).toMatchObject({
        verdict: "duplicate",
        readId,
        notes: [{ code: "IMAGE_ADDED", path: "patch" }],
      });
      expect(await withPatch(99)).toEqual({ index: 0, verdict: "duplicate", readId });
      expect((await open(readId)).images).toEqual(["patch"]);
      const { body } = await whole.call<ArrayBuffer>("investigator", `/v1/reads/${readId}/images/patch`);
      expect(Buffer.from(body)).toEqual(await aJpeg(55));
    });

    it("48 a name that is there twice is refused", async () => {
      expect(await native("48")).toMatchObject([{ verdict: "refused", code: "JSON_INVALID" }]);
    });
  });

  describe("the connection", () => {
    it.each(["1.0", "1.1"])("50 a sender that closes its half gets its answer (HTTP/%s)", async (version) => {
      used.add("50");
      const read = input("40");
      const heard = await speak(`${headOf(version, "application/json", read.length)}${read}`, (socket) =>
        socket.end(),
      );
      expect(heard).toContain('"verdict":"stored"');
    });

    it("51 a body that never completes a line is cut", async () => {
      const { heard, seconds } = await drip;
      expect(heard).toContain("SLOW_BODY");
      expect(seconds).toBeLessThan(60);
    });
  });

  it("are all sent", () => expect([...used].sort()).toEqual([...files.keys()].sort()));
});
