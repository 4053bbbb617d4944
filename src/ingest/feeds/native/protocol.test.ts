import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Problem } from "../../../errors.ts";
import { aFeedRoom, JPEG, JPEG_64, type FeedRoom } from "../feed-room.fixture.ts";

const read = (vrm: string, more: object = {}): object => ({
  nrd: { feed: 43, source: 115, camera: 1 },
  vrm,
  captured: "2026-11-22T08:15:30.123Z",
  ...more,
});
const lines = (count: number, first = 0): string =>
  Array.from({ length: count }, (_, index) => `${JSON.stringify(read(`A${first + index}`))}\n`).join("");
const NDJSON = "application/x-ndjson";

let room: FeedRoom = aFeedRoom();
afterEach(async () => {
  await room.app.close();
  room = aFeedRoom();
});

async function post(body: string | Buffer, type = "application/json") {
  const reply = await room.app.inject({
    method: "POST",
    url: "/v1/reads",
    headers: { "content-type": type },
    body,
  });
  return { status: reply.statusCode, headers: reply.headers, body: reply.json() };
}

describe("POST /v1/reads with JSON", () => {
  it("answers one read with one verdict", async () => {
    const reply = await post(JSON.stringify(read("AB12CDE")));
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ results: [{ index: 0, verdict: "stored", readId: "id-AB12CDE" }] });
  });

  it("answers an array in its order, and a bad element harms no neighbour", async () => {
    const reply = await post(JSON.stringify([read("A"), read("B", { nrd: 7 }), read("C"), 7]));
    expect(reply.body.results).toMatchObject([
      { index: 0, verdict: "stored", readId: "id-A" },
      { index: 1, verdict: "refused", code: "NRD_MISSING", path: "nrd" },
      { index: 2, verdict: "stored", readId: "id-C" },
      { index: 3, verdict: "refused", code: "JSON_INVALID" },
    ]);
  });

  it("answers a single refused read with 200 and the verdict", async () => {
    const reply = await post(JSON.stringify(read("A".repeat(1_000_000))));
    expect([reply.status, reply.body.results[0].code]).toEqual([200, "VRM_INVALID"]);
  });

  it.each([
    ["what is no JSON", "{nope", "application/json", 400, "JSON_INVALID"],
    ["an empty body", "", "application/json", 400, "JSON_INVALID"],
    ["a bare value", "7", "application/json", 400, "INPUT_INVALID"],
    ["deep JSON", "[".repeat(100_000), "application/json", 400, "INPUT_INVALID"],
    ["a huge array", `[${"{},".repeat(10_000)}{}]`, "application/json", 413, "TOO_LARGE"],
    ["a huge body", `"${"x".repeat(9_000_000)}"`, "application/json", 413, "TOO_LARGE"],
    ["a form", "a=1", "application/x-www-form-urlencoded", 415, "MEDIA_TYPE_UNSUPPORTED"],
    ["a nonsense type", "a=1", "nonsense;;", 415, "MEDIA_TYPE_UNSUPPORTED"],
  ])("refuses %s", async (_name, body, type, status, code) => {
    const reply = await post(body, type);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });

  it("passes a busy archive on as 503", async () => {
    room.intake.before = () => {
      throw new Problem("ARCHIVE_BUSY", "busy", { retryAfter: 2 });
    };
    const reply = await post(JSON.stringify(read("A")));
    expect([reply.status, reply.headers["retry-after"]]).toEqual([503, "2"]);
  });

  it("counts speed and keeps none of it", async () => {
    await post(JSON.stringify(read("A", { speed: 70 })));
    expect(room.counted.get("native/speed-dropped")).toBe(1);
    expect(JSON.stringify(room.intake.captures)).not.toContain("70");
  });
});

describe("POST /v1/reads with multipart", () => {
  const part = (name: string, content: Buffer | string): Buffer =>
    Buffer.concat([
      Buffer.from(`--x\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n\r\n`),
      Buffer.from(content),
      Buffer.from("\r\n"),
    ]);
  const TYPE = "multipart/form-data; boundary=x";

  it("joins the read and its images", async () => {
    const body = Buffer.concat([
      part("read", JSON.stringify(read("A"))),
      part("patch", JPEG),
      part("overview", JPEG),
      Buffer.from("--x--"),
    ]);
    expect((await post(body, TYPE)).body.results[0].verdict).toBe("stored");
    expect(room.intake.captures[0]).toMatchObject({ vrm: "A", patch: JPEG, overview: JPEG });
  });

  it("keeps a read without an image that is none", async () => {
    const bad = Buffer.concat([
      part("read", JSON.stringify(read("A"))),
      part("patch", "GIF89a"),
      Buffer.from("--x--"),
    ]);
    expect((await post(bad, TYPE)).body.results[0]).toMatchObject({
      verdict: "stored",
      notes: [{ code: "IMAGE_INVALID", path: "patch" }],
    });
    expect(room.intake.captures[0]).not.toHaveProperty("patch");
  });

  it("refuses a body without a read, and one with more parts than are looked at", async () => {
    expect((await post(part("patch", JPEG), TYPE)).body.code).toBe("INPUT_INVALID");
    expect((await post("nothing", TYPE)).body.code).toBe("INPUT_INVALID");
    const many = Array.from({ length: 300 }, () => part("read", JSON.stringify(read("A"))));
    expect((await post(Buffer.concat(many), TYPE)).body.code).toBe("INPUT_INVALID");
    expect(room.intake.calls).toEqual([]);
  });

  it("answers every read, each with the images behind it", async () => {
    const body = Buffer.concat([
      part("read", JSON.stringify(read("A"))),
      part("platePatch", JPEG),
      part("read", JSON.stringify([read("B"), read("C")])),
      part("read", JSON.stringify(read("D"))),
      part("overviewImage", JPEG),
      Buffer.from("--x--"),
    ]);
    expect((await post(body, TYPE)).body.results).toMatchObject(
      ["A", "B", "C", "D"].map((vrm, index) => ({ index, verdict: "stored", readId: `id-${vrm}` })),
    );
    const images = room.intake.captures.map(({ patch, overview }) => [patch, overview]);
    expect(images).toEqual([[JPEG], [], [], [undefined, JPEG]].map(([a, b]) => [a, b]));
  });

  it.each([
    ["a name that nobody knows", ["holiday"], ["holiday"]],
    ["a second image of a kind", ["patch", "platePatch"], ["platePatch"]],
    ["the name of a method", ["constructor"], ["constructor"]],
  ])("notes a part with %s", async (_name, names, paths) => {
    const parts = [part("read", JSON.stringify(read("A"))), ...names.map((name) => part(name, JPEG))];
    const [result] = (await post(Buffer.concat(parts), TYPE)).body.results;
    expect(result.verdict).toBe("stored");
    expect(result.notes.map(({ path }: { path: string }) => path)).toEqual(paths);
  });
});

describe("POST /v1/reads, whatever the content type", () => {
  const one = JSON.stringify(read("A"));

  it.each(["text/plain", "application/octet-stream", "json", "", "application/x-www-form-urlencoded"])(
    "%j with what begins like JSON is JSON",
    async (type) => {
      expect((await post(one, type)).body.results).toMatchObject([{ verdict: "stored" }]);
      expect((await post(`[${one}]`, type)).body.results).toMatchObject([{ verdict: "stored" }]);
    },
  );

  it.each(["text/plain", "application/json"])("%j with one object a line is NDJSON", async (type) => {
    expect((await post(`${one}\n{bad\n${one}\n`, type)).body.results).toMatchObject([
      { verdict: "stored" },
      { verdict: "refused", code: "JSON_INVALID" },
      { verdict: "stored" },
    ]);
    expect((await post(JSON.stringify(read("A"), null, 2), type)).body.results).toHaveLength(1);
  });

  it("what begins like multipart is multipart", async () => {
    const form = `--b\nContent-Disposition: form-data; name="read"\n\n${one}\n--b--\n`;
    expect((await post(form, "text/plain")).body.results).toMatchObject([{ verdict: "stored" }]);
  });

  it("CloudEvents come one at a time and in a batch", async () => {
    const event = { specversion: "1.0", id: "1", source: "x", type: "t", data: read("A") };
    const single = await post(JSON.stringify(event), "application/cloudevents+json");
    expect(single.body.results).toMatchObject([{ verdict: "stored" }]);
    const batch = await post(JSON.stringify([event, event]), "application/cloudevents-batch+json");
    expect(batch.body.results).toHaveLength(2);
  });
});

describe("a name that is there twice", () => {
  const twice = `{"vrm":"ZZ99ZZZ",${JSON.stringify(read("A")).slice(1)}`;
  const inside = JSON.stringify(read("A")).replace('"feed":43', '"feed":43,"feed":44');
  const escaped = JSON.stringify(read("A")).replace('"vrm"', '"\\u0076rm":"B","vrm"');
  const colons = JSON.stringify(read("A", { make: 'a":"b', model: "{:,:}", "a\\:": { 'b"': [{ c: 1 }] } }));

  it.each([twice, inside, escaped])("is refused, and its neighbours are kept: %.40s", async (bad) => {
    const expected = [
      { verdict: "stored" },
      { verdict: "refused", code: "JSON_INVALID" },
      { verdict: "stored" },
    ];
    expect((await post(`[${colons},${bad},${colons}]`)).body.results).toMatchObject(expected);
    expect((await post(`${colons}\n${bad}\n${colons}`, NDJSON)).body.results).toMatchObject(expected);
    expect((await post(bad)).body.results).toMatchObject([expected[1]]);
  });

  it("is not looked for without end", async () => {
    const deep = `{"nrd":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`;
    expect((await post(`${deep}\n`, NDJSON)).body.results).toMatchObject([{ code: "JSON_INVALID" }]);
  });
});

describe("POST /v1/reads with NDJSON", () => {
  it("answers every line in its order, bad ones among them", async () => {
    const body = `${lines(2)}{bad\n\n${lines(1, 2)}${JSON.stringify(read("X", { patch: JPEG_64 }))}`;
    const { body: answer } = await post(body, NDJSON);
    expect(answer.results.map((result: { verdict: string }) => result.verdict)).toEqual([
      "stored",
      "stored",
      "refused",
      "stored",
      "stored",
    ]);
    expect(answer.results.map((result: { index: number }) => result.index)).toEqual([0, 1, 2, 3, 4]);
    expect(answer.problem).toBeUndefined();
  });

  it("answers an empty body with no results", async () => {
    expect((await post("", NDJSON)).body).toEqual({ results: [] });
    expect((await post("\n\n", NDJSON)).body).toEqual({ results: [] });
  });

  it("says 503 and accepts nothing when the first group finds the archive busy", async () => {
    await room.app.close();
    room = aFeedRoom(undefined, { groupElements: 10 });
    room.intake.before = () => {
      throw new Problem("ARCHIVE_BUSY", "busy", { retryAfter: 2 });
    };
    const reply = await post(lines(100), NDJSON);
    expect([reply.status, reply.headers["retry-after"], room.intake.calls.length]).toEqual([503, "2", 1]);
  });

  /** Sends over a real socket, in pieces, and resolves with status and text. */
  async function stream(
    pieces: readonly string[],
    { ends = true }: { readonly ends?: boolean } = {},
  ): Promise<{ status: number; text: string }> {
    if (!room.app.server.listening) await room.app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = room.app.server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const sending = httpRequest(
        { port, host: "127.0.0.1", path: "/v1/reads", method: "POST", headers: { "content-type": NDJSON } },
        (reply) => {
          let text = "";
          reply.setEncoding("utf8").on("data", (piece: string) => (text += piece));
          reply.on("end", () => resolve({ status: reply.statusCode ?? 0, text }));
          reply.on("error", reject);
        },
      );
      sending.on("error", reject);
      void (async () => {
        for (const piece of pieces) {
          await new Promise((sent) => sending.write(piece, sent));
        }
        if (ends) sending.end();
      })();
    });
  }

  it("keeps the order although groups finish in another, and loses nothing to a busy archive later on", async () => {
    let busy = 3;
    room.intake.before = async (call) => {
      if (call > 1 && busy-- > 0) throw new Problem("ARCHIVE_BUSY", "busy");
      await new Promise((wait) => setTimeout(wait, call % 2 === 0 ? 30 : 1));
    };
    const { status, text } = await stream(Array.from({ length: 20 }, (_, piece) => lines(50, piece * 50)));
    const { results, problem } = JSON.parse(text);
    expect([status, results.length, problem]).toEqual([200, 1_000, undefined]);
    expect(
      results.every(
        (result: { index: number; readId: string }, at: number) =>
          result.index === at && result.readId === `id-A${at}`,
      ),
    ).toBe(true);
    expect(room.intake.captures.length).toBe(1_000);
  });

  it("says where to send again when the archive stays busy", async () => {
    await room.app.close();
    room = aFeedRoom(undefined, { busySeconds: 0, groupElements: 10 });
    room.intake.before = (call) => {
      if (call > 1) throw new Problem("ARCHIVE_BUSY", "busy");
    };
    const { status, text } = await stream([lines(10), lines(10, 10), lines(10, 20)]);
    const { results, problem } = JSON.parse(text);
    expect([status, results.length, problem.code, problem.sendAgainFrom]).toEqual([
      200,
      10,
      "ARCHIVE_BUSY",
      10,
    ]);
  });

  it("ends a body that stops arriving", async () => {
    await room.app.close();
    room = aFeedRoom(undefined, { bodySeconds: 0.5 });
    const { text } = await stream([lines(3)], { ends: false });
    expect(JSON.parse(text)).toMatchObject({ problem: { code: "SLOW_BODY", sendAgainFrom: 3 } });
  });

  it("ends the reply early for a client that sends everything before it reads", async () => {
    await room.app.close();
    room = aFeedRoom(undefined, { replyElements: 1_000, busySeconds: 0.2, groupElements: 100 });
    const address = await room.app.listen({ port: 0, host: "127.0.0.1" });
    const text = await new Promise<string>((resolve, reject) => {
      const sent = Promise.withResolvers<void>();
      const sending = httpRequest(
        `${address}/v1/reads`,
        { method: "POST", headers: { "content-type": NDJSON } },
        (reply) => {
          const read = async (): Promise<void> => {
            await sent.promise;
            let body = "";
            for await (const piece of reply.setEncoding("utf8")) body += piece as string;
            resolve(body);
          };
          read().catch(reject);
        },
      );
      sending.on("error", reject);
      // Some 100 MB of answers: more than the buffers of a connection's two ends hold, on any machine.
      sending.end('{"nrd":"1"}\n'.repeat(600_000), () => sent.resolve());
    });
    const { results, problem } = JSON.parse(text);
    expect(problem).toMatchObject({ code: "SLOW_BODY", sendAgainFrom: results.length });
  });

  it("answers busy when too many bodies arrive at once, and takes the next", async () => {
    await room.app.close();
    room = aFeedRoom(undefined, { bufferedBytes: 1_000 });
    expect((await post("x".repeat(2_000), "application/json")).status).toBe(503);
    expect((await post("{}", "application/json")).status).not.toBe(503);
  });

  it("skips a line over the limit", async () => {
    await room.app.close();
    room = aFeedRoom(undefined, { lineBytes: 1_000 });
    const { body } = await post(`${lines(1)}"${"x".repeat(500_000)}"\n${lines(1, 1)}`, NDJSON);
    expect(body.results.map((result: { code?: string }) => result.code)).toEqual([
      undefined,
      "ELEMENT_TOO_LARGE",
      undefined,
    ]);
  });
});
