import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../errors.ts";
import { DOOR_CODES } from "../../../source/door.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { keepImage } from "../../keep-images.ts";
import { acceptAnyBody, mustClose, readBody } from "../body.ts";
import type { Protocol, ProtocolContext } from "../protocol.ts";
import { escapeXml } from "../xml.ts";
import { decodeEvent } from "./decode-event.ts";
import type { HikvisionEvent } from "./event.ts";
import { readMessages, type HikvisionMessage } from "./message.ts";
import { pairPictures, type Pictures } from "./pair-pictures.ts";
import { ShortMemory } from "./short-memory.ts";
import { TwoPhaseMemory, type FirstPhase } from "./two-phase.ts";

const CLOSED = new Set<string>(DOOR_CODES);
const LONGEST_NAME = 500;
const UNREADABLE = new Set(["XML_INVALID", "XML_FORBIDDEN", "INPUT_INVALID"]);

interface CameraRequest {
  Params: { key: string };
}

/**
 * Hikvision ISAPI cameras that post their events ("HTTP listening") to `/feeds/hikvision/<key>`, or any path below it.
 * Everything that can be read, or never will be, is answered with 200: a camera resends whatever is not, and may hold back
 * later events meanwhile (PROTOCOLS 2).
 */
export const hikvision: Protocol = {
  name: "hikvision",
  secretPath: "always",
  pathFor: (key) => `/feeds/hikvision/${key ?? ""}`,
  routes(app, context) {
    const memory = { twoPhase: new TwoPhaseMemory(), received: new ShortMemory<number>() };
    void app.register(async (scope) => {
      acceptAnyBody(scope);
      for (const url of ["/feeds/hikvision/:key", "/feeds/hikvision/:key/*"]) {
        scope.post<CameraRequest>(url, (request, reply) => receive(request, reply, context, memory));
      }
    });
  },
};

const TAKEN = { code: 1, text: "OK", sub: "ok" };
const LATER = { code: 2, text: "Device Busy", sub: "deviceBusy" };

/** The ISAPI reply; `remark` tells a person with a packet trace why nothing was kept. */
function answer(reply: FastifyReply, status: typeof TAKEN, remark?: string): FastifyReply {
  const note = remark === undefined ? "" : `<errorMsg>${escapeXml(remark.slice(0, 300))}</errorMsg>`;
  return reply
    .type("application/xml; charset=utf-8")
    .send(
      '<?xml version="1.0" encoding="UTF-8"?><ResponseStatus version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">' +
        `<requestURL>/feeds/hikvision</requestURL><statusCode>${status.code}</statusCode>` +
        `<statusString>${status.text}</statusString><subStatusCode>${status.sub}</subStatusCode>${note}</ResponseStatus>`,
    );
}

const acknowledge = (reply: FastifyReply, remark?: string): FastifyReply => answer(reply, TAKEN, remark);

/** A camera keeps what is not acknowledged and sends it again: what it wants where the door may open again. */
function comeAgain(reply: FastifyReply, { code, message, retryAfter }: Problem): FastifyReply {
  return answer(reply.code(503).header("retry-after", String(retryAfter)), LATER, `${code}: ${message}`);
}

async function receive(
  request: FastifyRequest<CameraRequest>,
  reply: FastifyReply,
  context: ProtocolContext,
  memory: Memory,
): Promise<FastifyReply> {
  try {
    const source = await context.sourceOf(request, request.params.key);
    const body = await readBody(request, context.limits);
    const search = request.url.split("?").slice(1).join("?");
    const messages = readMessages(body, request.headers["content-type"], search, context.limits);
    let remark: string | undefined;
    for (const message of messages) remark = (await take(message, { source, context, memory })) ?? remark;
    return acknowledge(reply, remark);
  } catch (error) {
    if (mustClose(error)) void reply.header("connection", "close");
    if (!(error instanceof Problem)) throw error;
    if (CLOSED.has(error.code)) return comeAgain(reply, error);
    if (!UNREADABLE.has(error.code)) throw error;
    context.unreadable(request, error);
    context.metrics.message("hikvision", "unreadable");
    return acknowledge(reply, `${error.code}: ${error.message}`);
  }
}

/** What a camera's messages are taken with. */
interface Taking {
  readonly source: FeedSource;
  readonly context: ProtocolContext;
  readonly memory: Memory;
}

/** What is remembered between messages: reads that announced more, and when an event first came. */
interface Memory {
  readonly twoPhase: TwoPhaseMemory;
  readonly received: ShortMemory<number>;
}

/** Takes one message; resolves when its data is durable, with the reason if nothing of it is kept. */
async function take({ event, parts }: HikvisionMessage, taking: Taking): Promise<string | undefined> {
  const { source, context, memory } = taking;
  const { intake, limits, metrics, now } = context;
  const count = (kind: string): void => metrics.message("hikvision", kind);
  const isRead = event.eventType.toUpperCase() === "ANPR" || event.hasPlate;
  const received = isRead ? firstReceived(event, taking) : now();
  const reception = { source, limits, believes: context.believes, received };
  const decoded = decodeEvent(event, pairPictures(parts, event.pictures), reception);
  const uuid = event.uuid === "" ? null : `${source.id}/${event.uuid.slice(0, 100)}`;
  const second = event.hasPlate && "capture" in decoded ? decoded.capture : null;
  const first = uuid === null ? undefined : memory.twoPhase.recall(uuid, second, now());
  if (first) {
    count("second-phase");
    await takePictures(first, pairPictures(parts, event.pictures), context, source);
    return undefined;
  }
  if (!isRead) {
    count(event.eventType.toLowerCase() === "heartbeat" ? "heartbeat" : "other-event");
    return undefined;
  }
  count("read");
  if (event.hasSpeed) count("speed-dropped");
  if ("capture" in decoded && decoded.capture.timeQuality === "receive-fallback") count("clock-wrong");
  const [outcome] = await intake.take([decoded], source);
  if (outcome?.verdict === "refused") {
    count("refused");
    return `${outcome.code}: ${outcome.message}`;
  }
  for (const { code } of outcome?.notes ?? []) if (DROPPED.has(code)) count("picture-dropped");
  const announcesMore = event.hasMoreData && event.hasPlate && uuid !== null;
  if (announcesMore && "capture" in decoded) memory.twoPhase.remember(uuid, decoded.capture, now());
  return undefined;
}

const DROPPED = new Set(["IMAGE_INVALID", "IMAGE_TOO_LARGE"]);

/** When an event first came, epoch ms: one that is sent again under a wrong clock stays the same read. */
function firstReceived(event: HikvisionEvent, { source, context, memory }: Taking): number {
  const now = context.now();
  const { uuid, mac, deviceUuid, ipAddress, channel, dateTime, absTime, vrm } = event;
  if (uuid === "" && dateTime === "" && absTime === "") return now;
  const all = [source.id, dateTime, absTime, vrm, uuid, mac, deviceUuid, ipAddress, channel];
  const name = all.join("/").slice(0, LONGEST_NAME);
  const first = memory.received.get(name, now);
  if (first === undefined) memory.received.put(name, now, now);
  return first ?? now;
}

async function takePictures(
  read: FirstPhase,
  pictures: Pictures,
  { intake, limits, metrics }: ProtocolContext,
  source: FeedSource,
): Promise<void> {
  const { nrd, vrm, captured } = read;
  for (const kind of ["patch", "overview"] as const) {
    const picture = pictures[kind];
    if (picture === undefined) continue;
    const { jpeg } = await keepImage(picture, kind, limits.imageBytes);
    if (jpeg) await intake.takeImage({ nrd, vrm, captured, resolutionMs: 1, kind, jpeg }, source);
    else metrics.message("hikvision", "picture-dropped");
  }
}
