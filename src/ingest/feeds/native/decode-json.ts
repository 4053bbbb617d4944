import { Problem } from "../../../errors.ts";
import type { Decoded } from "../../../read/capture.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { decodeNative } from "./decode-native.ts";
import { hasNameTwice, membersOf, shapeOf } from "./json-shape.ts";
import { LineSplitter, type Line } from "./line-splitter.ts";
import type { NativeOptions } from "./native-options.ts";

const BLANK = 0x20;

const refused = (message: string): Decoded => ({ refusal: { code: "JSON_INVALID", path: "", message } });
const AMBIGUOUS = refused(
  "Two members have one name, or it is nested too deep: nobody can tell what it says.",
);

/**
 * Decodes a whole JSON body: one read, or an array of them.
 * @returns one element for each read, in their order
 * @throws Problem JSON_INVALID; INPUT_INVALID for nesting beyond the limit or what is no object; TOO_LARGE for too many reads
 */
export function decodeJson(body: Buffer, source: FeedSource, options: NativeOptions): readonly Decoded[] {
  const { elements: most, jsonDepth } = options.limits;
  const text = body.toString("utf8").replace(/^\uFEFF/, "");
  const { depth, members } = shapeOf(text);
  if (depth > jsonDepth)
    throw new Problem("INPUT_INVALID", `The JSON is nested more than ${jsonDepth} levels deep.`);
  const value = parsed(text);
  if (typeof value !== "object" || value === null)
    throw new Problem("INPUT_INVALID", "Send one read as a JSON object, or several as an array of objects.");
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (elements.length > most) {
    const detail = `The array has ${elements.length} reads; send at most ${most}, or NDJSON of any length.`;
    throw new Problem("TOO_LARGE", detail);
  }
  return elements.map((element, index) =>
    membersOf(element, jsonDepth) === members[index] ? decodeNative(element, source, options) : AMBIGUOUS,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = `The body is not valid JSON: ${(error as Error).message.slice(0, 200)}`;
    throw new Problem("JSON_INVALID", detail);
  }
}

/** Decodes one line of an NDJSON body. */
export function decodeLine(line: Line, source: FeedSource, options: NativeOptions): Decoded {
  if (typeof line !== "string") {
    const message = `The line is longer than ${options.limits.lineBytes} bytes; it was skipped.`;
    return { refusal: { code: "ELEMENT_TOO_LARGE", path: "", message } };
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refused("The line is not valid JSON.");
  }
  return hasNameTwice(line, value, options.limits.jsonDepth)
    ? AMBIGUOUS
    : decodeNative(value, source, options);
}

/** Whether a whole body is one JSON object a line, although nothing says so. */
export function looksLines(body: Buffer): boolean {
  const end = body.indexOf("\n");
  const first =
    end === -1
      ? ""
      : body
          .toString("utf8", 0, end)
          .replace(/^\uFEFF/, "")
          .trim();
  if (!first.startsWith("{") || body.subarray(end).every((byte) => byte <= BLANK)) return false;
  try {
    JSON.parse(first);
    return true;
  } catch {
    return false;
  }
}

/** Decodes a whole body of lines. @throws Problem TOO_LARGE for more than one reply should answer */
export function decodeLines(body: Buffer, source: FeedSource, options: NativeOptions): readonly Decoded[] {
  const { lineBytes, elements: most } = options.limits;
  const decoded: Decoded[] = [];
  const lines = new LineSplitter(lineBytes);
  const gather = (line: Line): void => {
    if (decoded.push(decodeLine(line, source, options)) > most)
      throw new Problem("TOO_LARGE", `Send at most ${most} reads, or call the body application/x-ndjson.`);
  };
  lines.push(body, gather);
  lines.end(gather);
  return decoded;
}
