import { describe, expect, it } from "vitest";
import type { Decoded } from "../../../read/capture.ts";
import { aSource, JPEG, JPEG_64 } from "../feed-room.fixture.ts";
import { DEFAULT_FEED_LIMITS } from "../protocol.ts";
import { decodeNative } from "./decode-native.ts";

const PLAIN = {
  nrd: { feed: 43, source: 115, camera: 1 },
  vrm: "AB12 CDE",
  captured: "2026-11-22T08:15:30.123Z",
};
let speeds = 0;
const options = { limits: DEFAULT_FEED_LIMITS, onSpeed: () => void speeds++ };
const decode = (element: unknown, source = aSource()): Decoded => decodeNative(element, source, options);
const codeOf = (element: unknown): string => {
  const decoded = decode(element);
  return "refusal" in decoded ? `${decoded.refusal.code} at ${decoded.refusal.path}` : "capture";
};

describe("the native decoder", () => {
  it("reads everything that a read may carry", () => {
    const full = {
      ...PLAIN,
      confidence: 94,
      direction: "towards",
      lane: 2,
      country: "GBR",
      position: { lat: 51.49, lon: -0.56 },
      make: "FORD",
      model: "FOCUS",
      colour: "BLUE",
      patch: JPEG_64,
      overview: JPEG_64,
    };
    expect(decode(full)).toEqual({
      capture: {
        nrd: { kind: "identity", feed: 43, source: 115, camera: 1 },
        vrm: "AB12 CDE",
        captured: Date.UTC(2026, 10, 22, 8, 15, 30, 123),
        timeQuality: "utc",
        confidence: 94,
        direction: "towards",
        lane: 2,
        country: "GB",
        position: { lat: 51.49, lon: -0.56 },
        make: "FORD",
        model: "FOCUS",
        colour: "BLUE",
        patch: JPEG,
        overview: JPEG,
      },
    });
  });

  it("takes the register's id, and none at all behind a secret path", () => {
    expect(decode({ ...PLAIN, nrd: "123" })).toMatchObject({ capture: { nrd: { kind: "id", id: 123 } } });
    const { nrd: _nrd, ...without } = PLAIN;
    expect(decode(without, aSource({ nrd: 7 }))).toMatchObject({ capture: { nrd: { kind: "id", id: 7 } } });
    expect(codeOf(without)).toBe("NRD_MISSING at nrd");
  });

  it.each([null, ""])("takes %j as a passage without a VRM", (vrm) =>
    expect(decode({ ...PLAIN, vrm })).toMatchObject({ capture: { vrm: "" } }),
  );

  it("keeps an offset as less certain than UTC", () => {
    const decoded = decode({ ...PLAIN, captured: "2026-11-22T09:15:30.123+01:00" });
    expect(decoded).toMatchObject({
      capture: { captured: Date.UTC(2026, 10, 22, 8, 15, 30, 123), timeQuality: "offset" },
    });
  });

  it("drops speed and says so, and ignores what it does not know", () => {
    speeds = 0;
    const decoded = decode({ ...PLAIN, speed: 48, unknown: { deep: [1] }, confidence: null });
    expect(decoded).toEqual(decode(PLAIN));
    expect(speeds).toBe(1);
  });

  it("is not moved by __proto__", () => {
    const decoded = decode(
      JSON.parse(`{"__proto__": {"lane": 3}, "nrd": "1", "vrm": "A", "captured": "${PLAIN.captured}"}`),
    );
    expect("capture" in decoded && decoded.capture.lane).toBeUndefined();
    expect(codeOf(JSON.parse(`{"nrd": {"__proto__": {"feed": 1, "source": 1, "camera": 1}}}`))).toBe(
      "NRD_MISSING at nrd.feed",
    );
  });

  it.each([
    ["no object", [], "JSON_INVALID at "],
    ["no object", 7, "JSON_INVALID at "],
    ["a feed of text", { ...PLAIN, nrd: { feed: "43", source: 1, camera: 1 } }, "NRD_MISSING at nrd.feed"],
    [
      "a fractional camera",
      { ...PLAIN, nrd: { feed: 43, source: 1, camera: 1.5 } },
      "NRD_MISSING at nrd.camera",
    ],
    ["an id of words", { ...PLAIN, nrd: "camera one" }, "NRD_MISSING at nrd"],
    ["no VRM", { ...PLAIN, vrm: undefined }, "VRM_INVALID at vrm"],
    ["a megabyte VRM", { ...PLAIN, vrm: "A".repeat(1_000_000) }, "VRM_INVALID at vrm"],
    ["no time", { ...PLAIN, captured: undefined }, "CAPTURED_INVALID at captured"],
    [
      "a time without zone",
      { ...PLAIN, captured: "2026-11-22T08:15:30.123" },
      "CAPTURED_INVALID at captured",
    ],
    ["a time of digits", { ...PLAIN, captured: 1719837296789 }, "CAPTURED_INVALID at captured"],
    [
      "deep nesting",
      { ...PLAIN, x: JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`) },
      "JSON_INVALID at ",
    ],
  ])("refuses %s", (_name, element, expected) => expect(codeOf(element)).toBe(expected));

  const WHITE = "\u200b";

  it.each([
    ["confidence 101", { confidence: 101 }, "CONFIDENCE_INVALID at confidence"],
    ["confidence text", { confidence: "94" }, "CONFIDENCE_INVALID at confidence"],
    ["direction in", { direction: "in" }, "DIRECTION_INVALID at direction"],
    ["lane 0", { lane: 0 }, "LANE_INVALID at lane"],
    ["lane 21", { lane: 21 }, "LANE_INVALID at lane"],
    ["country XX", { country: "XX" }, "COUNTRY_INVALID at country"],
    ["a country of numbers", { country: 826 }, "COUNTRY_INVALID at country"],
    ["a position off the globe", { position: { lat: 91, lon: 0 } }, "POSITION_INVALID at position"],
    ["a position as text", { position: "51,0" }, "POSITION_INVALID at position"],
    ["a make of numbers", { make: 7 }, "TEXT_INVALID at make"],
    ["bad base64", { patch: "/9j/*" }, "IMAGE_INVALID at patch"],
    ["base64 of bad length", { patch: "/9j/4" }, "IMAGE_INVALID at patch"],
    ["an image of numbers", { overview: [255, 216] }, "IMAGE_INVALID at overview"],
  ])("keeps the read without %s, and notes it", (_name, more, expected) => {
    const { notes = [], ...decoded } = decode({ ...PLAIN, ...more }) as Extract<Decoded, { capture: object }>;
    expect(decoded).toEqual(decode(PLAIN));
    expect(notes.map(({ code, path }) => `${code} at ${path}`)).toEqual([expected]);
  });

  it.each([
    ["F".repeat(1_000), "F".repeat(100), "TEXT_CUT"],
    [`${"F".repeat(99)}\u{1f697}${"F".repeat(50)}`, "F".repeat(99), "TEXT_CUT"],
    ["FO\0RD", "FORD", "TEXT_INVALID"],
    ["FORD\r\n", "FORD", "TEXT_INVALID"],
    ["FO\ufffdRD\ud800", "FORD", "TEXT_INVALID"],
    [`FO${WHITE}RD`, "FORD", "TEXT_INVALID"],
    ["ŠKODA", "ŠKODA", undefined],
    ["\0", undefined, "TEXT_INVALID"],
  ])("keeps of the make %.12j only what a text may hold", (make, kept, code) => {
    const decoded = decode({ ...PLAIN, make }) as Extract<Decoded, { capture: object }>;
    expect([decoded.capture.make, decoded.notes?.[0]?.code]).toEqual([kept, code]);
  });

  it.each([
    ["padded", JPEG_64],
    ["unpadded", JPEG_64.replace(/=+$/, "")],
    ["of the URL alphabet", Buffer.from([0xff, 0xfb, 0xef, 0xbe]).toString("base64url")],
    ["wrapped", `${JPEG_64.slice(0, 8)}\r\n${JPEG_64.slice(8)}`],
    ["in a data URL", `data:image/jpeg;base64,${JPEG_64}`],
  ])("takes base64 that is %s", (_name, patch) => {
    const bytes = Buffer.from(patch.replace(/^data:.*,/, ""), "base64");
    expect(decode({ ...PLAIN, patch })).toEqual({ capture: expect.objectContaining({ patch: bytes }) });
  });

  it("takes the read out of a CloudEvent, and its time from the event where it has none", () => {
    const event = { specversion: "1.0", id: "1", source: "nrd", type: "uk.anpr.read.v1" };
    expect(decode({ ...event, data: PLAIN })).toEqual(decode(PLAIN));
    const base64 = Buffer.from(JSON.stringify(PLAIN)).toString("base64");
    expect(decode({ ...event, data_base64: base64 })).toEqual(decode(PLAIN));
    const { captured, ...without } = PLAIN;
    expect(decode({ ...event, time: captured, data: without })).toEqual(decode(PLAIN));
    expect(codeOf({ ...event, data: "text" })).toBe("JSON_INVALID at data");
    expect(codeOf(event)).toBe("JSON_INVALID at data");
  });
});
