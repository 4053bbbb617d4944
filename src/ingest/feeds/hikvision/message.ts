import { Problem } from "../../../errors.ts";
import { boundaryOf, looksMultipart, splitMultipart, type Part } from "../multipart.ts";
import type { FeedLimits } from "../protocol.ts";
import { readXml } from "../xml.ts";
import { charsetOf, xmlText } from "../xml-text.ts";
import { eventOfQuery, eventOfXml, tolerateAmpersands, type HikvisionEvent } from "./event.ts";

/** One delivery taken apart. */
export interface HikvisionMessage {
  readonly event: HikvisionEvent;
  /** The parts beside the event; empty for a bare XML body. */
  readonly parts: readonly Part[];
}

const LESS_THAN = 0x3c;

function looksXml(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 64).findIndex((byte) => byte > 0x20 && byte < 0x7f);
  return start !== -1 && bytes[start] === LESS_THAN;
}

function readEvent(bytes: Buffer, contentType: string | undefined, limits: FeedLimits): HikvisionEvent {
  const text = tolerateAmpersands(xmlText(bytes, charsetOf(contentType)));
  const event = eventOfXml(readXml(text, limits));
  if (!event) throw new Problem("XML_INVALID", "The XML is not an EventNotificationAlert.");
  return event;
}

/**
 * Takes a delivery apart by its first bytes rather than its headers: multipart, bare XML, or everything in the query string.
 * @param search the raw query string, without the question mark.
 * @throws Problem XML_INVALID, XML_FORBIDDEN or INPUT_INVALID when there is no event to be found.
 */
export function readMessage(
  body: Buffer,
  contentType: string | undefined,
  search: string,
  limits: FeedLimits,
): HikvisionMessage {
  if (looksXml(body)) return { event: readEvent(body, contentType, limits), parts: [] };
  const boundary = boundaryOf(contentType);
  const parts =
    boundary !== null || looksMultipart(body) ? splitMultipart(body, boundary, limits.parts) : null;
  const xml = parts?.find((part) => looksXml(part.body));
  if (parts && xml) {
    return {
      event: readEvent(xml.body, xml.contentType, limits),
      parts: parts.filter((part) => part !== xml),
    };
  }
  const event = eventOfQuery(search);
  if (event) return { event, parts: parts ?? [] };
  throw new Problem("INPUT_INVALID", "There is no event in the body or the query string.");
}
