import { Problem } from "../../../errors.ts";
import { boundaryOf, looksMultipart, splitMultipart, type Part } from "../multipart.ts";
import type { FeedLimits } from "../protocol.ts";
import { readXml } from "../xml.ts";
import { charsetOf, xmlText } from "../xml-text.ts";
import { eventOfQuery, eventsOfXml, type HikvisionEvent } from "./event.ts";
import { eventsOfJson } from "./json-event.ts";

/** One event, and the parts that belong to it; none for a body without parts. */
export interface HikvisionMessage {
  readonly event: HikvisionEvent;
  readonly parts: readonly Part[];
}

/** Where a document ends and another may begin in the same body. */
const NEXT_DOCUMENT = /(?<=<\/(?:[\w.-]{1,40}:)?EventNotificationAlert\s{0,9}>)/;

/** Bytes that may stand before the first ink of a text: blanks, the halves of UTF-16, byte order marks. */
const BEFORE_INK = new Set([0, 0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf, 0xfe, 0xff]);

/** What the first ink of some bytes says they are. */
function looksLike(bytes: Buffer): "xml" | "json" | null {
  const start = bytes.subarray(0, 64).find((byte) => !BEFORE_INK.has(byte));
  if (start === 0x3c) return "xml";
  return start === 0x7b || start === 0x5b ? "json" : null;
}

function readEvents(
  bytes: Buffer,
  contentType: string | undefined,
  limits: FeedLimits,
): readonly HikvisionEvent[] {
  const text = xmlText(bytes, charsetOf(contentType));
  const events = eventsOfXml(readXml(text, limits));
  if (events.length === 0) throw new Problem("XML_INVALID", "The XML is not an EventNotificationAlert.");
  return events;
}

/** As above; where several documents stand in one body, the events of all that can be read. */
function readDocuments(
  bytes: Buffer,
  contentType: string | undefined,
  limits: FeedLimits,
): readonly HikvisionEvent[] {
  if (looksLike(bytes) === "json") return eventsOfJson(xmlText(bytes, charsetOf(contentType)), limits);
  try {
    return readEvents(bytes, contentType, limits);
  } catch (error) {
    const documents = xmlText(bytes, charsetOf(contentType)).split(NEXT_DOCUMENT, limits.parts);
    if (documents.length < 2) throw error;
    const read: HikvisionEvent[] = [];
    for (const document of documents) {
      const failed = attempt(() => read.push(...readEvents(Buffer.from(document), undefined, limits)));
      if (failed !== null && failed.code === "XML_FORBIDDEN") throw failed;
    }
    if (read.length === 0) throw error;
    return read;
  }
}

/** The Problem that some reading ended in; null when it went well. */
function attempt(read: () => unknown): Problem | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/**
 * A part belongs to the event that announces it, else to the event before it, else to the first.
 * @throws Problem the first of all, when there is no event
 */
function messagesOf(parts: readonly Part[], limits: FeedLimits): readonly HikvisionMessage[] {
  const messages: { readonly event: HikvisionEvent; readonly parts: Part[] }[] = [];
  const pictures: { readonly part: Part; readonly after: number }[] = [];
  let problem: Problem | null = null;
  for (const part of parts) {
    if (looksLike(part.body) !== null) {
      const failed = attempt(() => {
        const events = readDocuments(part.body, part.contentType, limits);
        messages.push(...events.map((event) => ({ event, parts: [] })));
      });
      if (failed === null) continue;
      problem ??= failed;
    }
    pictures.push({ part, after: Math.max(0, messages.length - 1) });
  }
  if (messages.length === 0 && problem !== null) throw problem;
  for (const { part, after } of pictures) {
    const announcing = messages.find(({ event }) => announces(event, part));
    (announcing ?? messages[after])?.parts.push(part);
  }
  return messages;
}

const announces = ({ pictures }: HikvisionEvent, { name, fileName, contentId }: Part): boolean =>
  pictures.some(({ id, fileName: announced }) =>
    [name, fileName, contentId].some((given) => given !== "" && (given === id || given === announced)),
  );

/**
 * Takes a delivery apart by its first bytes rather than its headers: multipart, bare XML or JSON, or everything in the query
 * string. What is acknowledged is kept, so every event in it counts, wherever it stands (READ-3).
 * @param search the raw query string, without the question mark.
 * @throws Problem XML_INVALID, XML_FORBIDDEN or INPUT_INVALID when there is no event to be found.
 */
export function readMessages(
  body: Buffer,
  contentType: string | undefined,
  search: string,
  limits: FeedLimits,
): readonly HikvisionMessage[] {
  if (looksLike(body) !== null)
    return readDocuments(body, contentType, limits).map((event) => ({ event, parts: [] }));
  const boundary = boundaryOf(contentType);
  const isMultipart = boundary !== null || looksMultipart(body);
  const parts = (isMultipart ? splitMultipart(body, boundary, limits.parts)?.parts : undefined) ?? [];
  const inQuery = eventOfQuery(search);
  if (inQuery) return [{ event: inQuery, parts }];
  const messages = messagesOf(parts, limits);
  if (messages.length > 0) return messages;
  throw new Problem("INPUT_INVALID", "There is no event in the body or the query string.");
}
