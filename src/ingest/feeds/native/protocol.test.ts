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
    const reply = await post(JSON.stringify([read("A"), read("B", { lane: 99 }), read("C"), 7]));
    expect(reply.body.results).toMatchObject([
      { index: 0, verdict: "stored", readId: "id-A" },
      { index: 1, verdict: "refused", code: "LANE_INVALID", path: "lane" },
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

  it("refuses an image that is none, and a body without a read", async () => {
    const bad = Buffer.concat([
      part("read", JSON.stringify(read("A"))),
      part("patch", "GIF89a"),
      Buffer.from("--x--"),
    ]);
    expect((await post(bad, TYPE)).body.results[0]).toMatchObject({ code: "IMAGE_INVALID", path: "patch" });
    expect((await post(part("patch", JPEG), TYPE)).body.code).toBe("INPUT_INVALID");
    expect((await post("nothing", TYPE)).body.code).toBe("INPUT_INVALID");
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
