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
    ["confidence 101", { ...PLAIN, confidence: 101 }, "CONFIDENCE_INVALID at confidence"],
    ["confidence text", { ...PLAIN, confidence: "94" }, "CONFIDENCE_INVALID at confidence"],
    ["direction in", { ...PLAIN, direction: "in" }, "DIRECTION_INVALID at direction"],
    ["lane 0", { ...PLAIN, lane: 0 }, "LANE_INVALID at lane"],
    ["lane 21", { ...PLAIN, lane: 21 }, "LANE_INVALID at lane"],
    ["country XX", { ...PLAIN, country: "XX" }, "COUNTRY_INVALID at country"],
    ["a position off the globe", { ...PLAIN, position: { lat: 91, lon: 0 } }, "POSITION_INVALID at position"],
    ["a position as text", { ...PLAIN, position: "51,0" }, "POSITION_INVALID at position"],
    ["a long make", { ...PLAIN, make: "F".repeat(1_000) }, "TEXT_INVALID at make"],
    ["bad base64", { ...PLAIN, patch: "/9j/*" }, "IMAGE_INVALID at patch"],
    ["base64 of bad length", { ...PLAIN, patch: "/9j/4" }, "IMAGE_INVALID at patch"],
    ["a PNG", { ...PLAIN, overview: "iVBORw0KGgoAAAANSUhEUg==" }, "IMAGE_INVALID at overview"],
    [
      "deep nesting",
      { ...PLAIN, x: JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`) },
      "JSON_INVALID at ",
    ],
  ])("refuses %s", (_name, element, expected) => expect(codeOf(element)).toBe(expected));

  it("refuses an image beyond the limit", () => {
    const big = Buffer.concat([JPEG, Buffer.alloc(DEFAULT_FEED_LIMITS.imageBytes)]).toString("base64");
    expect(codeOf({ ...PLAIN, patch: big })).toBe("IMAGE_TOO_LARGE at patch");
    expect(codeOf({ ...PLAIN, patch: big.repeat(2) })).toBe("IMAGE_TOO_LARGE at patch");
  });
});
