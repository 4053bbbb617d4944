import { childOf, textOf, type XmlElement } from "../xml.ts";

/** One picture that an event announces. */
export interface AnnouncedPicture {
  readonly fileName: string;
  readonly type: string;
  readonly id: string;
}

/**
 * An event as a camera tells it, whichever way it came (XML or query string): texts as sent, empty where absent.
 * Speed is only known to have been there (READ-10); makes and models are vendor codes without a public table, so they are
 * left out.
 */
export interface HikvisionEvent {
  readonly eventType: string;
  /** True when the event carries a number plate block. */
  readonly hasPlate: boolean;
  readonly vrm: string;
  readonly uuid: string;
  readonly hasMoreData: boolean;
  readonly mac: string;
  readonly deviceUuid: string;
  readonly ipAddress: string;
  readonly channel: string;
  readonly dateTime: string;
  readonly absTime: string;
  readonly country: string;
  readonly direction: string;
  readonly lane: string;
  readonly confidence: string;
  readonly colour: string;
  readonly hasSpeed: boolean;
  readonly gps: XmlElement | undefined;
  readonly pictures: readonly AnnouncedPicture[];
}

const isSpeed = (text: string): boolean => text !== "" && Number(text) !== 0;

const NAME = "EventNotificationAlert";

/** The events in an XML document, in their order; none when it is something else. Elements go by local name. */
export function eventsOfXml(root: XmlElement): readonly HikvisionEvent[] {
  const alerts = root.name === NAME ? [root] : root.children.filter(({ name }) => name === NAME);
  return alerts.map(eventOf);
}

/** One `EventNotificationAlert`, from XML or JSON. */
export function eventOf(alert: XmlElement): HikvisionEvent {
  const anpr = childOf(alert, "ANPR");
  const vehicle = childOf(anpr, "vehicleInfo");
  const pictures = (childOf(anpr, "pictureInfoList") ?? childOf(alert, "pictureInfoList"))?.children ?? [];
  const absTime =
    textOf(alert, "absTime") || (pictures.map((picture) => textOf(picture, "absTime")).find(Boolean) ?? "");
  return {
    eventType: textOf(alert, "eventType"),
    hasPlate: childOf(anpr, "licensePlate") !== undefined,
    vrm: textOf(anpr, "licensePlate"),
    uuid: textOf(alert, "UUID"),
    hasMoreData: isTrue(textOf(alert, "hasMoreData") || textOf(anpr, "hasMoreData")),
    mac: textOf(alert, "macAddress"),
    deviceUuid: textOf(alert, "deviceUUID"),
    ipAddress: textOf(alert, "ipAddress"),
    channel: textOf(alert, "channelID") || textOf(alert, "dynChannelID"),
    dateTime: textOf(alert, "dateTime"),
    absTime,
    country: textOf(anpr, "country") || textOf(anpr, "CRIndex"),
    direction: textOf(anpr, "direction"),
    lane: textOf(anpr, "line") || textOf(anpr, "laneNo"),
    confidence: textOf(anpr, "confidenceLevel"),
    colour: textOf(vehicle, "color"),
    hasSpeed: isSpeed(textOf(vehicle, "speed")) || isSpeed(textOf(anpr, "speed")),
    gps: childOf(alert, "DeviceGPSInfo") ?? childOf(anpr, "DeviceGPSInfo"),
    pictures: pictures.map((picture) => ({
      fileName: textOf(picture, "fileName"),
      type: textOf(picture, "type"),
      id: textOf(picture, "pId"),
    })),
  };
}

const isTrue = (text: string): boolean => text.toLowerCase() === "true" || text === "1";

/** The event in a query string, or null when it names none. A `+` in the time's offset is not a blank. */
export function eventOfQuery(search: string): HikvisionEvent | null {
  const query = new URLSearchParams(search);
  const read = (...names: readonly string[]): string =>
    names.map((name) => query.get(name)?.trim()).find(Boolean) ?? "";
  const eventType = read("eventType");
  const hasPlate = query.has("licensePlate");
  if (!hasPlate && eventType === "") return null;
  return {
    eventType,
    hasPlate,
    vrm: read("licensePlate"),
    uuid: read("UUID"),
    hasMoreData: false,
    mac: read("macAddress"),
    deviceUuid: read("deviceUUID", "SN"),
    ipAddress: read("ipAddress"),
    channel: read("channelID"),
    dateTime: read("dateTime").replace(/ (?=\d\d:\d\d$)/, "+"),
    absTime: read("absTime"),
    country: read("country", "CRIndex"),
    direction: read("direction"),
    lane: read("line", "laneNo", "lane"),
    confidence: read("confidenceLevel"),
    colour: read("vehicleColor", "color"),
    hasSpeed: isSpeed(read("speed", "vehicleSpeed")),
    gps: undefined,
    pictures: [],
  };
}
