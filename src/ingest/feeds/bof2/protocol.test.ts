import { afterEach, describe, expect, it } from "vitest";
import { Problem } from "../../../errors.ts";
import { DOOR_CODES } from "../../../source/door.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { aFeedRoom, aSource, JPEG, JPEG_64, type FeedRoom } from "../feed-room.fixture.ts";
import { readXml } from "../xml.ts";
import {
  binary,
  capture22,
  capture23,
  captureAxis,
  captureGsoap,
  compact,
  COMPACT_ONE,
  COMPACT_TWO,
  compound22,
  compound23,
  compoundDotNet,
  envelope,
} from "./vectors.fixture.ts";

const CAPTURED = Date.UTC(2026, 10, 22, 8, 15, 30, 123);
const ACK = `${CAPTURED}!KT66 XYZ!43-115-2`;

let room: FeedRoom = aFeedRoom();
const withSource = (differing: Partial<FeedSource>): void => void (room = aFeedRoom(aSource(differing)));
afterEach(async () => {
  await room.app.close();
  room = aFeedRoom();
});

async function post(
  body: string | Buffer,
  url = "/bof2/services/InputCaptureWebService",
  headers: Record<string, string> = {},
) {
  const reply = await room.app.inject({
    method: "POST",
    url,
    headers: {
      "content-type": "text/xml; charset=utf-8",
      host: "bof.test:8081",
      soapaction: '""',
      ...headers,
    },
    body,
  });
  return { status: reply.statusCode, type: reply.headers["content-type"], text: reply.body };
}

/** The texts of the innermost elements of a reply. */
function values(text: string): string[] {
  const found: string[] = [];
  const walk = (element: ReturnType<typeof readXml>): void => {
    if (element.children.length === 0) found.push(element.text);
    element.children.forEach(walk);
  };
  walk(readXml(text, { xmlDepth: 20, xmlElements: 100 }));
  return found;
}

const fault = (reply: { status: number; text: string }): string =>
  `${reply.status} ${/<faultstring>([^<]{0,300})/.exec(reply.text)?.[1] ?? "no fault"}`;

describe("sendCapture", () => {
  it.each([
    ["inline values of 2.2", capture22(), "/bof2/services/InputCaptureWebService"],
    ["inline values of 2.3", capture23(), "/bof2/webservices/InputCaptureWebService"],
  ])("is read with %s", async (_name, body, url) => {
    const reply = await post(body, url);
    expect([reply.status, values(reply.text)]).toEqual([200, [ACK]]);
    expect(room.intake.captures).toEqual([
      {
        nrd: { kind: "identity", feed: 43, source: 115, camera: 2 },
        vrm: "KT66 XYZ",
        captured: CAPTURED,
        timeQuality: "utc",
        confidence: 87,
        direction: "towards",
        position: { lat: 51.5, lon: -0.5 },
        patch: JPEG,
        overview: JPEG,
      },
    ]);
  });

  it("is read through Axis references, with nil for none", async () => {
    expect(values((await post(captureAxis())).text)).toEqual([ACK]);
    const [capture] = room.intake.captures;
    expect(capture).toMatchObject({
      nrd: { feed: 43, source: 115, camera: 2 },
      confidence: 87,
      direction: "away",
      patch: JPEG,
    });
    expect(capture).not.toHaveProperty("overview");
  });

  it("is read through gSOAP references, in arc-minutes by the source's setting", async () => {
    withSource({ positionUnit: "arc-minutes" });
    await post(captureGsoap());
    const [capture] = room.intake.captures;
    expect(capture).toMatchObject({ patch: JPEG, overview: JPEG, captured: CAPTURED - 123 });
    expect(capture?.position?.lat).toBeCloseTo(51.5, 5);
    expect(capture?.position?.lon).toBeCloseTo(-0.5, 5);
  });

  it("may lack everything that is optional; .NET leaves nulls out and sends zeros for unset numbers", async () => {
    const none = {
      plateJpegImage: null,
      overviewJpegImage: "",
      latitude: "0",
      longitude: "0",
      confidencePercentage: "0",
    };
    await post(capture22({ ...none, signatureOfSender: null, username: null, motionTowardCamera: null }));
    expect(room.intake.captures).toEqual([
      {
        nrd: { kind: "identity", feed: 43, source: 115, camera: 2 },
        vrm: "KT66 XYZ",
        captured: CAPTURED,
        timeQuality: "utc",
        direction: "unknown",
      },
    ]);
  });

  it("keeps the read when the position cannot be one, so that a wrong unit costs no read", async () => {
    await post(capture22({ latitude: "3090", longitude: "-30" }));
    expect(room.intake.captures[0]).not.toHaveProperty("position");
  });

  it("without zone is in the source's zone, and says so", async () => {
    await post(capture22({ captureTime: "2026-07-01T09:00:00.5" }));
    expect(room.intake.captures[0]).toMatchObject({
      captured: Date.UTC(2026, 6, 1, 8, 0, 0, 500),
      timeQuality: "local-assumed",
    });
  });

  it("without a VRM is a passage without one", async () => {
    expect((await post(capture22({ vrm: null }))).status).toBe(200);
    expect(room.intake.captures[0]?.vrm).toBe("");
  });

  it("is acknowledged when it was set aside or is known already", async () => {
    room.intake.outcome = () => ({ verdict: "quarantined", code: "NRD_UNKNOWN", quarantineId: "q" });
    expect(values((await post(capture22())).text)).toEqual([ACK]);
    room.intake.outcome = () => ({ verdict: "duplicate", readId: "r" });
    expect(values((await post(capture22())).text)).toEqual([ACK]);
  });

  it("is answered in the shape of its version", async () => {
    const { text: reply22, type } = await post(capture22());
    expect(type).toBe("text/xml; charset=utf-8");
    expect(reply22).toContain('xmlns:ns1="http://bof.test:8081/bof2/services/InputCaptureWebService"');
    expect(reply22).toContain("<ns1:sendCaptureResponse ");
    expect(reply22).toContain('<sendCaptureReturn xsi:type="soapenc:string"');
    const { text: reply23 } = await post(capture23(), "/bof2/webservices/InputCaptureWebService");
    expect(reply23).toContain(
      '<ns2:sendCaptureResponse xmlns:ns2="http://input.ws.bof2.anite.com/"><return>',
    );
  });

  it("escapes what it gives back", async () => {
    const { text } = await post(capture22({ vrm: "A&amp;B&lt;" }), '/bof2/services/X"><y');
    expect(values(text)).toEqual([`${CAPTURED}!A&B<!43-115-2`]);
  });

  it.each([
    ["bad base64", { plateJpegImage: "****" }, "patch"],
    ["an image that is no picture", { overviewJpegImage: "R0lGODlh" }, "overview"],
  ])("with %s is kept without it", async (_name, differing, kind) => {
    expect(values((await post(capture22(differing))).text)).toEqual([ACK]);
    expect(room.intake.captures[0]).not.toHaveProperty(kind);
    expect(room.intake.elements[0]).toMatchObject({ notes: [{ code: "IMAGE_INVALID", path: kind }] });
  });

  it("may have a bare ampersand and characters that XML cannot carry", async () => {
    const reply = await post(capture22({ username: "Gate & Yard \u0001&#2;&#65;" }));
    expect(values(reply.text)).toEqual([ACK]);
  });

  it("may have what it refers to before it", async () => {
    const body = capture22({ cameraIdentifier: '<cameraIdentifier href="#i"/>' });
    const moved = body.replace(/(<\w+:Body>)/, '$1<id id="i">2</id>');
    expect(values((await post(moved)).text)).toEqual([ACK]);
  });

  it("is refused beside another in one Body, because only one could be answered", async () => {
    const call = /<(\w+:sendCapture)[ >][^]*<\/\1>/.exec(capture22())?.[0] ?? "";
    expect(fault(await post(envelope(call + call)))).toContain("500 0010");
    expect(room.intake.calls).toEqual([]);
  });

  it.each([
    ["no camera", { cameraIdentifier: null }, "cameraIdentifier"],
    ["a camera of words", { cameraIdentifier: "north" }, "cameraIdentifier"],
    ["no time", { captureTime: null }, "captureTime"],
    ["a time that is none", { captureTime: "yesterday" }, "captureTime"],
    ["a megabyte VRM", { vrm: "A".repeat(1_000_000) }, "vrm"],
  ])("with %s is refused for good with 0010", async (_name, differing, path) => {
    expect(fault(await post(capture22(differing)))).toContain(
      `500 0010: Invalid capture information: ${path}`,
    );
    expect(room.intake.elements).toHaveLength(1);
  });
});

describe("the address", () => {
  it.each([
    "/Bof2/Services/InputCaptureWebService",
    "/bof2/services/InputCaptureWebService/",
    "/BOF2/WEBSERVICES/InputCaptureWebService/?x=1",
    "/BOF2/services/inputcapturewebservice",
    "/bof2/webservices/INPUTCAPTUREWEBSERVICE",
    "/feeds/bof2/secret/services/InputCaptureWebService",
    "/feeds/bof2/secret/webservices/InputCaptureWebService",
  ])("may be %s", async (url) => expect((await post(capture22(), url)).status).toBe(200));

  it("tells nothing but the version: the call says what it is, whatever SOAPAction and content type", async () => {
    const headers = { "content-type": "application/octet-stream", soapaction: "http://elsewhere/" };
    expect((await post(compact(COMPACT_ONE), "/bof2/services/Whatever", headers)).status).toBe(200);
    expect((await post(capture22(), undefined, { "content-type": "nonsense;;" })).status).toBe(200);
  });

  it.each(DOOR_CODES)(
    "that is not let in now (%s) is fault 0001: it keeps its reads and comes again (READ-7)",
    async (code) => {
      expect(fault(await post(capture22(), `/feeds/bof2/${code}/services/X`))).toContain("500 0001");
      expect(room.intake.captures).toEqual([]);
    },
  );

  it.each(["/bof2/", "/Bof2/services", "/bof2/services/A/B", "/bof2/elsewhere/InputCaptureWebService"])(
    "%s fits no service, and says so as SOAP",
    async (url) => expect(fault(await post(capture22(), url))).toContain("500 0005"),
  );

  it("with a wrong key is fault 0003", async () => {
    expect(fault(await post(capture22(), "/feeds/bof2/wrong/services/X"))).toContain("500 0003");
  });
});

describe("sendCompactCapture", () => {
  it("is split at pipes and trimmed", async () => {
    expect(values((await post(compact(COMPACT_ONE))).text)).toEqual(["1795335330123!KT66XYZ!43-115-2"]);
    expect(room.intake.captures).toEqual([
      {
        nrd: { kind: "identity", feed: 43, source: 115, camera: 2 },
        vrm: "KT66XYZ",
        captured: 1795335330123,
        timeQuality: "utc",
        confidence: 87,
        direction: "towards",
        position: { lat: 51.5, lon: -0.5 },
      },
    ]);
  });

  it("may have lost its blanks and its last fields", async () => {
    await post(compact(COMPACT_TWO.replaceAll(" ", "")));
    await post(compact("||LM52ABC|43|115|3|1795335331000"));
    expect(room.intake.captures[0]).toMatchObject({ vrm: "LM52ABC", direction: "away" });
    expect(room.intake.captures[0]).not.toHaveProperty("confidence");
    expect(room.intake.captures[1]).toMatchObject({ vrm: "LM52ABC", direction: "unknown" });
  });

  it.each(["A,B,C", "", "| | A| 43| 115| 2| not-a-date", `${COMPACT_ONE}| extra`, "|".repeat(100_000)])(
    "%.20j is refused with 0010",
    async (text) => expect(fault(await post(compact(text)))).toContain("500 0010"),
  );
});

describe("sendCompoundCapture", () => {
  const BOTH = ["1795335330123!KT66XYZ!43-115-2", "1795335331000!LM52ABC!43-115-3"];

  it.each([
    ["Axis items", compound22([COMPACT_ONE, COMPACT_TWO], "captures")],
    ["PHP items", compound22([COMPACT_ONE, COMPACT_TWO], "item")],
    ["an array beside the call", compoundDotNet([COMPACT_ONE, COMPACT_TWO])],
    ["repeated elements", compound23([COMPACT_ONE, COMPACT_TWO])],
  ])("is read with %s", async (_name, body) => expect(values((await post(body)).text)).toEqual(BOTH));

  it("answers ERROR in the place of a bad one and keeps the others", async () => {
    expect(values((await post(compound22(["rubbish", COMPACT_ONE, ""]))).text)).toEqual([
      "ERROR",
      BOTH[0],
      "ERROR",
    ]);
    expect(room.intake.calls).toEqual([3]);
  });

  it("answers one string where the source wants one", async () => {
    withSource({ compoundReply: "string" });
    expect(values((await post(compound22([COMPACT_ONE, COMPACT_TWO]))).text)).toEqual([BOTH.join(",")]);
  });

  it("may be empty, and may not have more than fifty", async () => {
    expect((await post(compound22([]))).status).toBe(200);
    expect(fault(await post(compound22(Array.from({ length: 51 }, () => COMPACT_ONE))))).toContain(
      "500 0010",
    );
    expect((await post(compound22(Array.from({ length: 50 }, () => COMPACT_ONE)))).status).toBe(200);
  });
});

describe("addBinaryCaptureData", () => {
  it("answers the VRM and hands the image over with how finely the sender tells time", async () => {
    expect(values((await post(binary())).text)).toEqual(["KT66 XYZ"]);
    await post(binary({ binaryDataType: "O", captureTime: "2026-11-22T08:15:30Z" }));
    const nrd = { kind: "identity", feed: 43, source: 115, camera: 2 };
    expect(room.intake.images).toEqual([
      { nrd, vrm: "KT66 XYZ", captured: CAPTURED, resolutionMs: 1, kind: "patch", jpeg: JPEG },
      { nrd, vrm: "KT66 XYZ", captured: CAPTURED - 123, resolutionMs: 1000, kind: "overview", jpeg: JPEG },
    ]);
  });

  it.each([
    ["type C", { binaryDataType: "C" }],
    ["no image", { binaryImage: null }],
    ["no JPEG", { binaryImage: "R0lGODlh" }],
    ["no camera", { cameraIdentifier: null }],
  ])("with %s is fault 0050: three more tries at most", async (_name, differing) =>
    expect(fault(await post(binary(differing)))).toContain("500 0050"),
  );
});

describe("faults", () => {
  it("ping answers true", async () => {
    expect(
      values((await post(envelope('<a:ping xmlns:a="urn:x"><sourcePncId>1</sourcePncId></a:ping>'))).text),
    ).toEqual(["true"]);
  });

  it("a busy archive is 0002, also for a late image", async () => {
    room.intake.before = () => {
      throw new Problem("ARCHIVE_BUSY", "busy");
    };
    expect(fault(await post(capture22()))).toContain("500 0002");
    expect(fault(await post(binary()))).toContain("500 0002");
  });

  it("a fault of ours is 9999 and tells nothing", async () => {
    room.intake.before = () => {
      throw new Error("password=hunter2");
    };
    const reply = await post(capture22());
    expect(fault(reply)).toContain("500 9999");
    expect(reply.text).not.toContain("hunter2");
  });

  it.each(["getHotlistUpdates", "getRepoStatus", "doPNCCheck", "constructor", "__proto__", "toString"])(
    "%s is 0005",
    async (name) => expect(fault(await post(envelope(`<x:${name} xmlns:x="urn:x"/>`)))).toContain("500 0005"),
  );

  it("the invented integration that circulates is told so", async () => {
    const body =
      '<b:sendCompactCapture xmlns:b="http://bof.homeoffice.gov.uk/anpr"><b:compactCapture>A,B</b:compactCapture></b:sendCompactCapture>';
    expect(fault(await post(envelope(body)))).toContain("is of no BOF2 version");
  });

  it.each([
    ["no body", ""],
    ["no XML", "hello"],
    ["XML that is no SOAP", "<a/>"],
    ["an empty Body", envelope("")],
    ["XML cut short", capture22().slice(0, 400)],
    ["a billion laughs", `<!DOCTYPE a [<!ENTITY l "lol">]>${capture22({ vrm: "&l;" })}`],
    ["an external entity", `<!DOCTYPE a SYSTEM "http://127.0.0.1/x">${capture22()}`],
    ["100,000 levels", "<a>".repeat(100_000)],
    [
      "references in a circle",
      envelope(
        '<sendCapture><vrm href="#a"/></sendCapture><m id="a" href="#b"/><m id="b" href="#a"/>',
      ).replace("<vrm", '<feedIdentifier href="#a"/><vrm'),
    ],
    ["a reference to nothing", capture22({ vrm: '<vrm href="#gone"/>' })],
  ])("%s is 0010, never an empty answer", async (_name, body) =>
    expect(fault(await post(body))).toContain("500 0010"),
  );

  it("a body beyond the limit is 0010", async () => {
    expect(fault(await post(capture22({ vrm: "A".repeat(9_000_000) })))).toContain("500 0010");
  });

  it("many references to one big element cost no more than one", async () => {
    const items = Array.from({ length: 50 }, () => '<i href="#big"/>').join("");
    const body = envelope(
      `<sendCompoundCapture><captures>${items}</captures></sendCompoundCapture><m id="big">${JPEG_64.repeat(50_000)}</m>`,
    );
    expect(values((await post(body)).text)).toEqual(Array.from({ length: 50 }, () => "ERROR"));
  });
});

describe("encodings", () => {
  it("takes UTF-16, a byte order mark and NUL padding", async () => {
    expect((await post(Buffer.from(`\uFEFF${capture22()}`, "utf16le"))).status).toBe(200);
    expect((await post(`\uFEFF${capture22()}\0\0`)).status).toBe(200);
  });
});
