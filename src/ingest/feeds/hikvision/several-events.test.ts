import { afterEach, describe, expect, it } from "vitest";
import { aFeedRoom, JPEG, type FeedRoom } from "../feed-room.fixture.ts";
import { anEvent, multipart, type FilePart } from "./vectors.fixture.ts";

const OVERVIEW = Buffer.concat([JPEG, Buffer.from("overview")]);
const MULTIPART = "multipart/form-data; boundary=boundary";
const jsonEvent = (licensePlate: string): object => ({
  ipAddress: "192.0.2.7",
  macAddress: "44:A6:42:00:11:22",
  channelID: 1,
  dateTime: "2026-11-22T08:15:30.500+00:00",
  eventType: "ANPR",
  ANPR: { country: 17, licensePlate, line: 2, direction: "forward", confidenceLevel: 91 },
});

let room: FeedRoom = aFeedRoom();
afterEach(async () => {
  await room.app.close();
  room = aFeedRoom();
});

async function post(body: Buffer | string, type = "application/xml") {
  const request = {
    method: "POST",
    url: "/feeds/hikvision/key",
    headers: { "content-type": type },
    body,
  } as const;
  const reply = await room.app.inject(request);
  return { status: reply.statusCode, text: reply.body };
}

describe("several events in one message", () => {
  const plated = (vrm: string): string => anEvent({ anpr: `<licensePlate>${vrm}</licensePlate>` });
  const part = (body: string | Buffer, name = "anpr.xml"): FilePart => ({ name, body });
  const vrms = (): string[] => room.intake.captures.map(({ vrm }) => vrm);

  it.each([
    ["in parts", multipart([part(plated("A")), part(plated("B"))])],
    [
      "after another kind",
      multipart([part(anEvent({ eventType: "VMD" })), part(plated("A")), part(plated("B"))]),
    ],
    ["after what cannot be read", multipart([part("<a>"), part(plated("A")), part(plated("B"))])],
    ["in one document", `<Events>${(plated("A") + plated("B")).replace(/<\?xml.*\?>/g, "")}</Events>`],
    ["in documents one behind the other", `${plated("A")}\n${plated("B")}\n`],
    ["as JSON", JSON.stringify([jsonEvent("A"), { EventNotificationAlert: jsonEvent("B") }])],
    ["as JSON in parts", multipart([part(JSON.stringify(jsonEvent("A")), "e"), part(plated("B"))])],
  ])("%s are all kept", async (_name, body) => {
    const reply = await post(body, Buffer.isBuffer(body) ? MULTIPART : "application/xml");
    expect(reply.text).toContain("<statusCode>1</statusCode>");
    expect(vrms()).toEqual(["A", "B"]);
  });

  it("keep their pictures apart: by name where they announce them, else by place", async () => {
    const announcing = anEvent({
      anpr:
        "<licensePlate>A</licensePlate><pictureInfoList><pictureInfo><pId>P1</pId><type>detectionPicture</type></pictureInfo>" +
        "</pictureInfoList>",
    });
    const picture = { name: "licensePlatePicture.jpg", body: JPEG };
    const parts = [part(announcing), part(plated("B")), picture, { name: "P1", body: OVERVIEW }];
    await post(multipart(parts), MULTIPART);
    expect(room.intake.captures).toMatchObject([
      { vrm: "A", overview: OVERVIEW },
      { vrm: "B", patch: JPEG },
    ]);
    expect(room.intake.captures[0]).not.toHaveProperty("patch");
  });

  it("are found among many parts, and a picture that begins like a document is a picture", async () => {
    const odd = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0x3c, 0x40]), Buffer.from("Exif")]);
    const empty = Array.from({ length: 60 }, (_, index) => part("", `p${index}.jpg`));
    await post(multipart([...empty, part(plated("A")), part(odd, "detectionPicture.jpg")]), MULTIPART);
    expect(room.intake.captures).toMatchObject([{ vrm: "A", overview: odd }]);
  });

  it("are read from JSON as from XML", async () => {
    await post(JSON.stringify(jsonEvent("KT66XYZ")), "application/json");
    expect(room.intake.captures).toEqual([
      {
        nrd: { kind: "device", key: "hikvision:44a642001122/1" },
        vrm: "KT66XYZ",
        captured: Date.UTC(2026, 10, 22, 8, 15, 30, 500),
        timeQuality: "offset",
        confidence: 91,
        direction: "towards",
        lane: 2,
        country: "GB",
      },
    ]);
  });
});
