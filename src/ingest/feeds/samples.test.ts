// oxlint-disable no-console
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { aFeedRoom, aSource, NOW, type FeedRoom } from "./feed-room.fixture.ts";

const SAMPLES = join(import.meta.dirname, "../../../../shared/feeds/samples");
const present = existsSync(SAMPLES);
if (!present)
  console.warn("skipped: the samples of real feeds are not beside this project (../shared/feeds/samples)");

let room: FeedRoom = aFeedRoom(aSource({ positionUnit: "arc-minutes" }));
afterEach(async () => {
  await room.app.close();
  room = aFeedRoom(aSource({ positionUnit: "arc-minutes" }));
});

const filesIn = (folder: string, pattern: RegExp): string[] =>
  present ? readdirSync(join(SAMPLES, folder)).filter((name) => pattern.test(name)) : [];

/** Sends a stored HTTP request as it stands. */
async function replay(path: string) {
  const bytes = readFileSync(join(SAMPLES, path));
  const split = /\r?\n\r?\n/.exec(bytes.toString("latin1"));
  if (!split) throw new Error(`${path} is no HTTP request`);
  const [requestLine = "", ...rest] = bytes.toString("latin1", 0, split.index).split(/\r?\n/);
  const headers = Object.fromEntries(
    rest
      .map((line) => /^([^:]+):\s*(.*)$/.exec(line))
      .flatMap((match) => (match ? [[String(match[1]).toLowerCase(), String(match[2])]] : []))
      .filter(([name]) => name !== "content-length" && name !== "expect"),
  ) as Record<string, string>;
  const url = requestLine.split(" ")[1] ?? "";
  const body = bytes.subarray(split.index + split[0].length);
  const reply = await room.app.inject({ method: "POST", url, headers, body });
  return { status: reply.statusCode, text: reply.body };
}

const NRD = { kind: "identity", feed: 5, source: 1, camera: 12 };
const CAPTURED = Date.UTC(2024, 6, 1, 12, 34, 56, 789);
const requests = (operation: string): string[] => [
  ...filesIn("bof2/stack-generated", new RegExp(`-${operation}\\.http$`)).map(
    (name) => `bof2/stack-generated/${name}`,
  ),
  ...filesIn("bof2/constructed", new RegExp(`-${operation}-request\\.http$`)).map(
    (name) => `bof2/constructed/${name}`,
  ),
];

describe.skipIf(!present)("BOF2 requests of real SOAP stacks", () => {
  it.each(requests("sendCapture"))("%s", async (path) => {
    const reply = await replay(path);
    expect(reply.status).toBe(200);
    expect(reply.text).toContain(`>${CAPTURED}!BD51SMR!5-1-12<`);
    const [capture] = room.intake.captures;
    expect(capture).toMatchObject({ nrd: NRD, vrm: "BD51SMR", captured: CAPTURED, direction: "towards" });
    expect(capture?.confidence).toBe(path.includes("wcf") ? 90 : 95);
    expect(capture?.patch?.length).toBeGreaterThan(100);
    expect(capture?.overview).toEqual(capture?.patch);
    // The WCF sample is in degrees, under a source that sends arc-minutes.
    if (!path.includes("wcf")) {
      expect(capture?.position?.lat).toBeCloseTo(51.5217, 3);
      expect(capture?.position?.lon).toBeCloseTo(-0.6267, 3);
    }
  });

  it.each(requests("sendCompactCapture"))("%s", async (path) => {
    expect((await replay(path)).text).toContain(`>${CAPTURED}!BD51SMR!5-1-12<`);
    const [capture] = room.intake.captures;
    expect(capture).toMatchObject({
      nrd: NRD,
      vrm: "BD51SMR",
      captured: CAPTURED,
      confidence: 95,
      direction: "towards",
    });
    expect(capture?.position?.lat).toBeCloseTo(51.5217, 3);
  });

  it.each(requests("sendCompoundCapture"))("%s", async (path) => {
    const reply = await replay(path);
    expect(reply.status).toBe(200);
    const second = path.includes("bof23") ? "ERROR" : `${Date.UTC(2024, 6, 1, 12, 34, 57, 1)}!LM52ABC!5-1-13`;
    const texts = [...reply.text.matchAll(/>([^<>]+)</g)].map(([, text]) => text);
    expect(texts).toEqual([`${CAPTURED}!BD51SMR!5-1-12`, second]);
  });

  it.each(requests("addBinaryCaptureData"))("%s", async (path) => {
    expect((await replay(path)).text).toContain(">BD51SMR<");
    const kind = path.includes("php") ? "overview" : "patch";
    expect(room.intake.images[0]).toMatchObject({
      nrd: NRD,
      vrm: "BD51SMR",
      captured: CAPTURED,
      resolutionMs: 1,
      kind,
    });
  });

  it.each(requests("ping"))("%s", async (path) => expect((await replay(path)).text).toContain(">true<"));

  it.each(["getHotlistStatus", "getHotlistUpdates", "getRepoStatus", "setHotlistStatus"].flatMap(requests))(
    "%s is not offered yet, and says so",
    async (path) => {
      const reply = await replay(path);
      expect([reply.status, /0005: [^<]*/.test(reply.text)]).toEqual([500, true]);
    },
  );

  it.each(filesIn("bof2/unverified", /\.xml$/))("%s, which is invented, is refused clearly", async (name) => {
    const body = readFileSync(join(SAMPLES, "bof2/unverified", name));
    const reply = await room.app.inject({ method: "POST", url: "/bof2/services/AnprService", body });
    expect([reply.statusCode, reply.body.includes("0005: Unknown service")]).toEqual([500, true]);
    expect(room.intake.calls).toEqual([]);
  });
});

describe.skipIf(!present)("Hikvision events of real sites", () => {
  const send = async (name: string) => {
    const body = readFileSync(join(SAMPLES, "hikvision", name));
    const reply = await room.app.inject({
      method: "POST",
      url: "/feeds/hikvision/key",
      headers: { "content-type": "application/xml" },
      body,
    });
    expect(reply.statusCode).toBe(200);
    return room.intake.captures[0];
  };
  const device = (key: string) => ({ kind: "device", key: `hikvision:${key}` });

  it.each([
    [
      "anpr-cn-plate-prefix-colour-char.xml",
      {
        nrd: device("44a642f73a21/1"),
        vrm: "蓝苏A8HK52",
        captured: NOW,
        timeQuality: "receive-fallback",
        direction: "away",
        lane: 1,
        confidence: 78,
      },
    ],
    [
      "anpr-isapi-ns-pandawa-masuk.xml",
      {
        nrd: device("54c415f824f6/1"),
        vrm: "8369FQ",
        captured: Date.UTC(2022, 1, 10, 8, 27, 40),
        direction: "unknown",
        lane: 1,
        confidence: 100,
      },
    ],
    [
      "anpr-older-firmware-stdcgi-ver10.fixture.xml",
      {
        nrd: device("192.168.1.201/1"),
        vrm: "EL123AB",
        captured: Date.UTC(2020, 2, 10, 8, 12),
        direction: "towards",
        lane: 1,
        confidence: 85,
      },
    ],
    [
      "anpr-poland-deepinview-v58.anonymised.xml",
      {
        nrd: device("192.168.1.64/1"),
        vrm: "WX1234A",
        captured: Date.UTC(2026, 6, 5, 19, 44, 40),
        direction: "away",
        colour: "black",
        confidence: 92,
      },
    ],
    [
      "anpr-thai-tcg405-template.abridged.xml",
      {
        nrd: device("44a642f32ad7/1"),
        vrm: "%s",
        captured: Date.UTC(2024, 4, 7, 10, 48, 3, 847),
        direction: "towards",
        confidence: 98,
      },
    ],
  ])("%s", async (name, expected) => {
    const capture = await send(name);
    expect(capture).toMatchObject(expected);
    expect(capture).not.toHaveProperty("position");
    expect(capture).not.toHaveProperty("country");
  });

  it("query-string-variant.constructed.txt, with its raw blank encoded as a client must", async () => {
    const text = readFileSync(join(SAMPLES, "hikvision/query-string-variant.constructed.txt"), "utf8");
    const target =
      /^POST (.*) HTTP/
        .exec(text)?.[1]
        ?.replaceAll(" ", "%20")
        .replace("/anpr", "/feeds/hikvision/key/anpr") ?? "";
    await room.app.inject({ method: "POST", url: target });
    expect(room.intake.captures[0]).toMatchObject({
      nrd: device("aabbccddeeff/1"),
      vrm: "BD51 SMR",
      captured: Date.UTC(2024, 6, 1, 12, 34, 56),
      country: "GB",
      confidence: 97,
    });
  });
});
