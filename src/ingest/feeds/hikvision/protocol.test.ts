import { afterEach, describe, expect, it } from "vitest";
import { Problem } from "../../../errors.ts";
import { DOOR_CODES } from "../../../source/door.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { aFeedRoom, aSource, JPEG, NOW, type FeedRoom } from "../feed-room.fixture.ts";
import { anEvent, multipart, type FilePart } from "./vectors.fixture.ts";

const CAPTURED = Date.UTC(2026, 10, 22, 8, 15, 30, 500);
const OVERVIEW = Buffer.concat([JPEG, Buffer.from("overview")]);
const NRD = { kind: "device", key: "hikvision:44a642001122/1" };
const XML_PART: FilePart = { name: "anpr.xml", type: "text/xml", body: anEvent() };

let room: FeedRoom = aFeedRoom();
const withSource = (differing: Partial<FeedSource>): void => void (room = aFeedRoom(aSource(differing)));
afterEach(async () => {
  await room.app.close();
  room = aFeedRoom();
});

async function post(
  body: Buffer | string,
  type: string | null = "application/xml",
  url = "/feeds/hikvision/key",
) {
  const headers = type === null ? {} : { "content-type": type };
  const reply = await room.app.inject({ method: "POST", url, headers, body });
  return { status: reply.statusCode, text: reply.body };
}

const MULTIPART = "multipart/form-data; boundary=boundary";
const only = () => {
  expect(room.intake.captures).toHaveLength(1);
  return room.intake.captures[0];
};

describe("a Hikvision event", () => {
  it("is read from a bare XML body and acknowledged with status code 1", async () => {
    const reply = await post(anEvent());
    expect(reply.status).toBe(200);
    expect(reply.text).toContain("<statusCode>1</statusCode>");
    expect(only()).toEqual({
      nrd: NRD,
      vrm: "KT66XYZ",
      captured: CAPTURED,
      timeQuality: "offset",
      confidence: 91,
      direction: "towards",
      lane: 2,
      country: "GB",
    });
  });

  it.each([
    "http://www.hikvision.com/ver20/XMLSchema",
    "http://www.isapi.org/ver20/XMLSchema",
    "http://www.std-cgi.com/ver10/XMLSchema",
  ])("may have the namespace %s", async (namespace) => {
    await post(anEvent({ namespace }));
    expect(only()?.vrm).toBe("KT66XYZ");
  });

  it("may have prefixes", async () => {
    await post(
      anEvent()
        .replace(/<(\/?)(?=[A-Za-z])/g, "<$1h:")
        .replace("xmlns=", "xmlns:h="),
    );
    expect(only()?.vrm).toBe("KT66XYZ");
  });

  it.each([
    ["NUL padding", `${anEvent()}\0\0\0`],
    ["a byte order mark", `\uFEFF${anEvent()}`],
    [
      "a bare ampersand",
      anEvent({
        head: "<macAddress>44a642001122</macAddress><channelName>Gate & Yard &amp; Ramp</channelName>",
      }),
    ],
  ])("may have %s", async (_name, body) => {
    await post(body);
    expect(only()).toMatchObject({ nrd: NRD, vrm: "KT66XYZ" });
  });

  it.each([null, "text/plain", "nonsense;;", "application/json", "multipart/form-data"])(
    "is found whatever the content type: %s",
    async (type) => {
      await post(anEvent(), type);
      expect(only()?.vrm).toBe("KT66XYZ");
    },
  );

  it("may be posted to any path below the key", async () => {
    await post(anEvent(), "text/xml", "/feeds/hikvision/key/ISAPI/Event/whatever.php?x=1");
    expect(only()?.vrm).toBe("KT66XYZ");
  });
});

describe("the fields of an event", () => {
  const read = async (anpr: string, more: object = {}) => {
    await post(anEvent({ anpr, ...more }));
    return only();
  };
  const plate = "<licensePlate>KT66XYZ</licensePlate>";

  it.each(["unknown", "蓝苏A8HK52", "กข1234", "٤٢١ ب ح"])("keep the plate %s as sent", async (vrm) =>
    expect((await read(`<licensePlate>${vrm}</licensePlate>`))?.vrm).toBe(vrm),
  );

  it.each([
    ["17", "GB"],
    ["39", "IE"],
    ["Poland", "PL"],
    ["DXB", "AE"],
    ["GBR", "GB"],
    ["46", undefined],
    ["826", undefined],
    ["", undefined],
  ])("fold the country %j", async (country, expected) =>
    expect((await read(`<country>${country}</country>${plate}`))?.country).toBe(expected),
  );

  it("take CRIndex where there is no country", async () => {
    expect((await read(`<CRIndex>17</CRIndex>${plate}`))?.country).toBe("GB");
  });

  it.each([
    ["forward", "towards"],
    ["reverse", "away"],
    ["unknown", "unknown"],
    ["", "unknown"],
  ])("read the direction %j", async (direction, expected) =>
    expect((await read(`${plate}<direction>${direction}</direction>`))?.direction).toBe(expected),
  );

  it("read the lane from line or laneNo and leave out what is none", async () => {
    expect((await read(`${plate}<laneNo>3</laneNo>`))?.lane).toBe(3);
    room.intake.elements.length = 0;
    expect(await read(`${plate}<line>0</line><confidenceLevel>255</confidenceLevel>`)).not.toHaveProperty(
      "lane",
    );
    expect(room.intake.captures[0]).not.toHaveProperty("confidence");
  });

  it("read the colour, never the codes for make and model", async () => {
    const vehicle =
      "<vehicleInfo><color>black</color><vehicleLogoRecog>1036</vehicleLogoRecog><vehileModel>3</vehileModel></vehicleInfo>";
    const capture = await read(plate + vehicle);
    expect(capture?.colour).toBe("black");
    expect(capture).not.toHaveProperty("make");
    expect(capture).not.toHaveProperty("model");
  });

  it("drop speed and count it, but not a speed of 0, which is none", async () => {
    await post(anEvent({ anpr: `${plate}<vehicleInfo><speed>0</speed></vehicleInfo>` }));
    expect(room.counted.get("hikvision/speed-dropped")).toBeUndefined();
    await post(anEvent({ anpr: `${plate}<vehicleInfo><speed>57</speed></vehicleInfo>` }));
    expect(room.counted.get("hikvision/speed-dropped")).toBe(1);
  });

  it("read the GPS block, and nothing from a zero one", async () => {
    const gps = (degree: number): string =>
      `<DeviceGPSInfo><longitudeType>W</longitudeType><latitudeType>N</latitudeType><Longitude><degree>${degree === 0 ? 0 : 1}</degree>` +
      `<minute>0</minute><sec>0</sec></Longitude><Latitude><degree>${degree}</degree><minute>${degree === 0 ? 0 : 30}</minute><sec>0.0</sec></Latitude></DeviceGPSInfo>`;
    expect((await read(plate, { head: gps(51) }))?.position).toEqual({ lat: 51.5, lon: -1 });
    room.intake.elements.length = 0;
    expect(await read(plate, { head: gps(0) })).not.toHaveProperty("position");
  });

  it("read the time with its offset, else absTime as local, else the receive time", async () => {
    expect(await read(plate, { dateTime: "<dateTime>2026-11-22T16:15:30+08:00</dateTime>" })).toMatchObject({
      captured: CAPTURED - 500,
      timeQuality: "offset",
    });
    room.intake.elements.length = 0;
    expect(await read(plate, { dateTime: "<absTime>20260722091530500</absTime>" })).toMatchObject({
      captured: Date.UTC(2026, 6, 22, 8, 15, 30, 500),
      timeQuality: "local-assumed",
    });
    room.intake.elements.length = 0;
    expect(await read(plate, { dateTime: "" })).toMatchObject({
      captured: NOW,
      timeQuality: "receive-fallback",
    });
  });

  it.each([
    "1970-01-01T08:00:05+08:00",
    "2000-01-01T00:04:11Z",
    "2034-01-04T15:57:03+08:00",
    "9999-12-31T23:59:59.000-01:00",
    "2026-11-22T08:17:31Z",
  ])("take the receive time for %s, and say that it is a guess", async (time) => {
    const dateTime = `<dateTime>${time}</dateTime>`;
    expect(await read(plate, { dateTime })).toMatchObject({
      captured: NOW,
      timeQuality: "receive-fallback",
    });
    expect(room.counted.get("hikvision/clock-wrong")).toBe(1);
  });

  it("keep a time that is late or a little ahead, because a camera may have had to wait", async () => {
    for (const time of ["2026-11-22T08:16:30Z", "2026-11-19T08:15:30Z", "2024-01-01T00:00:00Z"]) {
      room.intake.elements.length = 0;
      const capture = await read(plate, { dateTime: `<dateTime>${time}</dateTime>` });
      expect(capture).toMatchObject({ captured: Date.parse(time), timeQuality: "utc" });
    }
  });

  it("cut a long colour rather than drop it", async () => {
    const capture = await read(`${plate}<vehicleInfo><color>${"b".repeat(500)}</color></vehicleInfo>`);
    expect(capture?.colour).toBe("b".repeat(100));
  });

  it("name the device by MAC address, UUID or address", async () => {
    expect((await read(plate, { head: "<deviceUUID>DS 1</deviceUUID>" }))?.nrd).toEqual({
      kind: "device",
      key: "hikvision:DS 1/1",
    });
    room.intake.elements.length = 0;
    expect((await read(plate, { head: "" }))?.nrd).toEqual({ kind: "device", key: "hikvision:192.0.2.7/1" });
    withSource({ nrd: 12 });
    expect((await read(plate))?.nrd).toEqual({ kind: "id", id: 12 });
  });
});

describe("the pictures of an event", () => {
  const patch: FilePart = { name: "licensePlatePicture.jpg", type: "image/pjpeg", body: JPEG };
  const overview: FilePart = { name: "detectionPicture.jpg", type: "image/jpeg", body: OVERVIEW };
  const bothKept = () => expect(only()).toMatchObject({ vrm: "KT66XYZ", patch: JPEG, overview: OVERVIEW });

  it.each([
    ["boundary", MULTIPART, "\r\n"],
    ["MIME_boundary", "multipart/mixed; boundary=MIME_boundary", "\r\n"],
    [
      "------------------------0d1e2f",
      'multipart/form-data; boundary="------------------------0d1e2f"',
      "\r\n",
    ],
    ["boundary", MULTIPART, "\n"],
    ["boundary", "application/octet-stream", "\r\n"],
  ])("are paired by name with boundary %s as %s", async (boundary, type, newline) => {
    await post(multipart([XML_PART, overview, patch], boundary, newline), type);
    bothKept();
  });

  it("are paired by the picture list when parts are named by picture id", async () => {
    const list =
      "<pictureInfoList><pictureInfo><fileName>a.jpg</fileName><type>detectionPicture</type><pId>P1</pId></pictureInfo>" +
      "<pictureInfo><fileName>b.jpg</fileName><type>licensePlatePicture</type><pId>P2</pId></pictureInfo></pictureInfoList>";
    const xml = {
      name: "P0",
      type: "application/xml",
      body: anEvent({ anpr: `<licensePlate>KT66XYZ</licensePlate>${list}` }),
    };
    await post(
      multipart([xml, { ...overview, name: "P1" }, { ...patch, name: "x", fileName: "b.jpg" }]),
      MULTIPART,
    );
    bothKept();
  });

  it("may be empty parts of length 0, or be no pictures at all; the read is kept", async () => {
    const parts = [XML_PART, { ...patch, length: "0", body: "" }, { ...overview, body: "<html>" }];
    await post(multipart(parts), MULTIPART);
    expect(only()).toMatchObject({ vrm: "KT66XYZ" });
    expect(only()).not.toHaveProperty("patch");
    expect(room.counted.get("hikvision/picture-dropped")).toBe(1);
  });

  it("do not include the crop of the vehicle", async () => {
    await post(multipart([XML_PART, { ...overview, name: "vehiclePicture.jpg" }]), MULTIPART);
    expect(only()).not.toHaveProperty("overview");
  });
});

describe("a message in two phases", () => {
  it("is one read: the first message with the plate; the second brings its pictures", async () => {
    const first = anEvent({
      head: "<macAddress>44:a6:42:00:11:22</macAddress><hasMoreData>true</hasMoreData>",
    });
    await post(first);
    await post(multipart([XML_PART, { name: "detectionPicture.jpg", body: OVERVIEW }]), MULTIPART);
    expect(only()?.vrm).toBe("KT66XYZ");
    expect(room.intake.images).toEqual([
      { nrd: NRD, vrm: "KT66XYZ", captured: CAPTURED, resolutionMs: 1, kind: "overview", jpeg: OVERVIEW },
    ]);
  });

  it("is two reads where a camera gives one UUID to two vehicles, or to one that comes again", async () => {
    const event = (vrm: string, time: string): string =>
      anEvent({
        head: "<macAddress>44a642001122</macAddress><hasMoreData>true</hasMoreData>",
        anpr: `<licensePlate>${vrm}</licensePlate>`,
        dateTime: `<dateTime>2026-11-22T${time}Z</dateTime>`,
      });
    await post(event("KT66XYZ", "08:15:20"));
    await post(event("LM52ABC", "08:15:25"));
    await post(event("LM52ABC", "08:15:25.7"));
    await post(event("LM52ABC", "08:15:41"));
    expect(room.intake.captures.map(({ vrm }) => vrm)).toEqual(["KT66XYZ", "LM52ABC", "LM52ABC"]);
    expect(room.counted.get("hikvision/second-phase")).toBe(1);
  });

  it("is acknowledged when its pictures are none", async () => {
    await post(anEvent({ head: "<macAddress>44a642001122</macAddress><hasMoreData>true</hasMoreData>" }));
    const second = [XML_PART, { name: "detectionPicture.jpg", body: "<html>" }];
    expect((await post(multipart(second), MULTIPART)).status).toBe(200);
    expect([room.intake.images, room.counted.get("hikvision/picture-dropped")]).toEqual([[], 1]);
  });

  it("is one read under a wrong clock too, and so is what is sent again", async () => {
    const dateTime = "<dateTime>1970-01-01T00:00:05Z</dateTime>";
    for (let sent = 0; sent < 2; sent++) await post(anEvent({ dateTime }));
    const [first, again] = room.intake.captures;
    expect(again).toEqual(first);
  });

  it("is not assumed where no more data was announced", async () => {
    await post(anEvent());
    await post(anEvent());
    expect(room.intake.captures).toHaveLength(2);
  });
});

describe("what is no read", () => {
  it.each([
    ["heartBeat", "heartbeat"],
    ["VMD", "other-event"],
    ["videoloss", "other-event"],
    ["shelteralarm", "other-event"],
  ])("%s is acknowledged and counted", async (eventType, kind) => {
    const reply = await post(anEvent({ eventType }));
    expect([reply.status, room.intake.calls.length, room.counted.get(`hikvision/${kind}`)]).toEqual([
      200, 0, 1,
    ]);
  });

  it.each([
    ["nothing", ""],
    ["XML of something else", "<a/>"],
    ["XML cut short", anEvent().slice(0, 200)],
    ["a billion laughs", `<!DOCTYPE a [<!ENTITY l "lol">]>${anEvent()}`],
    ["an external entity", `<!DOCTYPE a SYSTEM "file:///etc/passwd">${anEvent()}`],
    ["100,000 levels", "<a>".repeat(100_000)],
    ["JSON", "{}"],
    ["JSON that is none", "{nope"],
    ["deep JSON", `{"eventType":"ANPR","ANPR":${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}}`],
  ])("%s is acknowledged, because the camera would send it for ever, and counted", async (_name, body) => {
    const reply = await post(body, MULTIPART);
    expect([reply.status, room.intake.calls.length, room.counted.get("hikvision/unreadable")]).toEqual([
      200, 0, 1,
    ]);
    expect(reply.text).toContain("<errorMsg>");
  });

  it.each([
    [
      "a megabyte plate",
      anEvent({ anpr: `<licensePlate>${"A".repeat(1_000_000)}</licensePlate>` }),
      "VRM_INVALID",
    ],
    ["no device", anEvent({ head: "" }).replace(/<ipAddress>.*?<\/ipAddress>/, ""), "NRD_MISSING"],
  ])("a read with %s is acknowledged with the reason and counted", async (_name, body, code) => {
    const reply = await post(body);
    expect([reply.status, room.counted.get("hikvision/refused")]).toEqual([200, 1]);
    expect(reply.text).toContain(code);
  });

  it("is answered 503 only when the archive is busy", async () => {
    room.intake.before = () => {
      throw new Problem("ARCHIVE_BUSY", "busy", { retryAfter: 2 });
    };
    expect((await post(anEvent())).status).toBe(503);
  });

  it.each(DOOR_CODES)("is answered 503 where the door is closed (%s): the camera keeps it", async (code) => {
    const reply = await post(anEvent(), "text/xml", `/feeds/hikvision/${code}`);
    expect(reply.status).toBe(503);
    expect(reply.text).toContain("<statusCode>2</statusCode>");
    expect(reply.text).toContain(code);
    expect(room.intake.captures).toEqual([]);
  });

  it("is refused from a sender without a right to send, and beyond the size limit", async () => {
    expect((await post(anEvent(), "text/xml", "/feeds/hikvision/wrong")).status).toBe(401);
    expect((await post(Buffer.alloc(9_000_000))).status).toBe(413);
  });
});

describe("the query-string variant", () => {
  const QUERY =
    "channelID=1&dateTime=2026-11-22T08:15:30.500+00:00&eventType=ANPR&country=17&licensePlate=KT66%20XYZ&lane=2" +
    "&direction=forward&confidenceLevel=91&macAddress=44:A6:42:00:11:22";

  it("is read, with the plus sign of the offset as it stands", async () => {
    await post("", null, `/feeds/hikvision/key/anpr?${QUERY}`);
    expect(only()).toEqual({
      nrd: NRD,
      vrm: "KT66 XYZ",
      captured: CAPTURED,
      timeQuality: "offset",
      confidence: 91,
      direction: "towards",
      lane: 2,
      country: "GB",
    });
  });
});
