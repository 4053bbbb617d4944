import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { aFeedRoom, type FeedRoom } from "./feed-room.fixture.ts";
import { anEvent } from "./hikvision/vectors.fixture.ts";

const READ = JSON.stringify({ nrd: "1", vrm: "AB12CDE", captured: "2026-11-22T08:15:30.123Z" });

let room: FeedRoom = aFeedRoom();
afterEach(async () => {
  await room.app.close();
  room = aFeedRoom();
});

async function post(url: string, type: string, body: Buffer, encoding = "gzip") {
  const headers = { "content-type": type, "content-encoding": encoding };
  const reply = await room.app.inject({ method: "POST", url, headers, body });
  return { status: reply.statusCode, text: reply.body };
}
const reads = (type: string, body: string | Buffer) => post("/v1/reads", type, gzipSync(body));

describe("a gzip body", () => {
  it.each(["application/json", "application/x-ndjson", "text/plain"])("of %s is unfolded", async (type) => {
    expect((await reads(type, READ)).text).toContain('"verdict":"stored"');
  });

  it("of another protocol is unfolded too", async () => {
    await post("/feeds/hikvision/key", "application/xml", gzipSync(anEvent()), "x-gzip");
    expect(room.intake.captures).toMatchObject([{ vrm: "KT66XYZ" }]);
  });

  it("of many lines is answered line by line", async () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => READ.replace("AB12CDE", `A${at * 7919}`)).join(
      "\n",
    );
    const { results, problem } = JSON.parse((await reads("application/x-ndjson", lines)).text);
    expect([results.length, problem]).toEqual([5_000, undefined]);
  });

  it.each(["application/json", "application/x-ndjson"])("of %s that is none is refused", async (type) => {
    const reply = await post("/v1/reads", type, Buffer.from(READ));
    expect([reply.status, reply.text.includes("gzip")]).toEqual([400, true]);
    const cut = gzipSync(READ).subarray(0, 40);
    expect((await post("/v1/reads", type, cut)).status).toBe(400);
    expect(room.intake.captures).toEqual([]);
  });

  it.each(["application/json", "application/x-ndjson"])(
    "of %s that unfolds out of proportion is refused, and never held",
    async (type) => {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
      expect(bomb.length).toBeLessThan(100_000);
      const reply = await post("/v1/reads", type, bomb);
      expect([reply.status, JSON.parse(reply.text).code]).toEqual([413, "TOO_LARGE"]);
    },
  );

  it("ends where it unfolds to more than anybody sends", async () => {
    await room.app.close();
    room = aFeedRoom(undefined, { inflatedBytes: 10_000, groupElements: 10 });
    const { results, problem } = JSON.parse(
      (await reads("application/x-ndjson", `${READ}\n`.repeat(500))).text,
    );
    expect(problem ?? { code: "TOO_LARGE" }).toMatchObject({ code: "TOO_LARGE" });
    expect(results?.length ?? 0).toBeLessThan(500);
  });
});
