import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../errors.ts";
import { DOOR_CODES } from "../../../source/door.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { acceptAnyBody, mustClose, readBody } from "../body.ts";
import type { Intake, Protocol, ProtocolContext } from "../protocol.ts";
import { escapeXml } from "../xml.ts";
import { decodeEvent } from "./decode-event.ts";
import { readMessage, type HikvisionMessage } from "./message.ts";
import { pairPictures, type Pictures } from "./pair-pictures.ts";
import { TwoPhaseMemory, type FirstPhase } from "./two-phase.ts";

const CLOSED = new Set<string>(DOOR_CODES);
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
    const twoPhase = new TwoPhaseMemory();
    void app.register(async (scope) => {
      acceptAnyBody(scope);
      for (const url of ["/feeds/hikvision/:key", "/feeds/hikvision/:key/*"]) {
        scope.post<CameraRequest>(url, (request, reply) => receive(request, reply, context, twoPhase));
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
  twoPhase: TwoPhaseMemory,
): Promise<FastifyReply> {
  try {
    const source = await context.sourceOf(request, request.params.key);
    const body = await readBody(request, context.limits);
    const search = request.url.split("?").slice(1).join("?");
    const message = readMessage(body, request.headers["content-type"], search, context.limits);
    return acknowledge(reply, await take(message, source, context, twoPhase));
  } catch (error) {
    if (mustClose(error)) void reply.header("connection", "close");
    if (!(error instanceof Problem)) throw error;
    if (CLOSED.has(error.code)) return comeAgain(reply, error);
    if (!UNREADABLE.has(error.code)) throw error;
    context.metrics.message("hikvision", "unreadable");
    return acknowledge(reply, `${error.code}: ${error.message}`);
  }
}

/** Takes one message; resolves when its data is durable, with the reason if nothing of it is kept. */
async function take(
  { event, parts }: HikvisionMessage,
  source: FeedSource,
  { intake, limits, metrics, now }: ProtocolContext,
  twoPhase: TwoPhaseMemory,
): Promise<string | undefined> {
  const count = (kind: string): void => metrics.message("hikvision", kind);
  const pictures = pairPictures(parts, event.pictures, limits.imageBytes, () => count("picture-dropped"));
  const uuid = event.uuid === "" ? null : `${source.id}/${event.uuid.slice(0, 100)}`;
  const first = uuid === null ? undefined : twoPhase.recall(uuid, now());
  if (first) {
    count("second-phase");
    await takePictures(first, pictures, source, intake);
    return undefined;
  }
  if (event.eventType.toUpperCase() !== "ANPR" && !event.hasPlate) {
    count(event.eventType.toLowerCase() === "heartbeat" ? "heartbeat" : "other-event");
    return undefined;
  }
  count("read");
  if (event.hasSpeed) count("speed-dropped");
  const decoded = decodeEvent(event, pictures, source, limits, now());
  const [outcome] = await intake.take([decoded], source);
  if (outcome?.verdict === "refused") {
    count("refused");
    return `${outcome.code}: ${outcome.message}`;
  }
  const announcesMore = event.hasMoreData && event.hasPlate && uuid !== null;
  if (announcesMore && "capture" in decoded) twoPhase.remember(uuid, decoded.capture, now());
  return undefined;
}

async function takePictures(
  read: FirstPhase,
  pictures: Pictures,
  source: FeedSource,
  intake: Intake,
): Promise<void> {
  const { nrd, vrm, captured } = read;
  for (const kind of ["patch", "overview"] as const) {
    const jpeg = pictures[kind];
    if (jpeg) await intake.takeImage({ nrd, vrm, captured, resolutionMs: 1, kind, jpeg }, source);
  }
}
