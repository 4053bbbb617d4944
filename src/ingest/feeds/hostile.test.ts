import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { capture22 } from "./bof2/vectors.fixture.ts";
import { aFeedRoom, JPEG } from "./feed-room.fixture.ts";
import { anEvent, multipart } from "./hikvision/vectors.fixture.ts";

const room = aFeedRoom();
afterAll(() => room.app.close());

const READ = JSON.stringify({
  nrd: "1",
  vrm: "AB12CDE",
  captured: "2026-11-22T08:15:30.123Z",
  position: { lat: 1, lon: 2 },
});
const EVENT = multipart([
  { name: "anpr.xml", body: anEvent() },
  { name: "detectionPicture.jpg", body: JPEG },
]);

const TARGETS = [
  { url: "/v1/reads", type: "application/json", body: READ, never: '"INTERNAL"' },
  { url: "/v1/reads", type: "application/x-ndjson", body: `${READ}\n${READ}\n`, never: '"INTERNAL"' },
  { url: "/bof2/services/InputCaptureWebService", type: "text/xml", body: capture22(), never: "9999:" },
  {
    url: "/feeds/hikvision/key",
    type: "multipart/form-data; boundary=boundary",
    body: EVENT,
    never: '"INTERNAL"',
  },
];

describe.each(TARGETS)("$url with $type", ({ url, type, body, never }) => {
  it("answers whatever damage was done to a message, and never with a fault of ours", async () => {
    const whole = Buffer.from(body);
    const damage = fc.record({
      at: fc.nat(whole.length),
      cut: fc.nat(40),
      insert: fc.uint8Array({ maxLength: 40 }),
      keep: fc.nat(whole.length),
    });
    await fc.assert(
      fc.asyncProperty(damage, fc.boolean(), async ({ at, cut, insert, keep }, truncate) => {
        const damaged = Buffer.concat([whole.subarray(0, at), insert, whole.subarray(at + cut)]);
        const payload = truncate ? damaged.subarray(0, keep) : damaged;
        const reply = await room.app.inject({
          method: "POST",
          url,
          headers: { "content-type": type },
          payload,
        });
        expect(reply.body).not.toContain(never);
        expect(reply.body).not.toBe("");
      }),
      { numRuns: 150 },
    );
  });
});
