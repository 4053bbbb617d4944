import { Problem } from "../../../errors.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

/** Where the string that opened at `open` ends, or the end of the body. */
function endOfString(body: Buffer, open: number): number {
  for (let at = body.indexOf(QUOTE, open + 1); at !== -1; at = body.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (body[at - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return body.length;
}

/** The deepest nesting of a JSON text, found without parsing it. */
function depthOf(body: Buffer): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = endOfString(body, at);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return deepest;
}

/**
 * Parses a whole JSON body of bounded depth.
 * @throws Problem JSON_INVALID, or INPUT_INVALID for nesting beyond `maxDepth`.
 */
export function parseJson(body: Buffer, maxDepth: number): unknown {
  if (depthOf(body) > maxDepth) {
    throw new Problem("INPUT_INVALID", `The JSON is nested more than ${maxDepth} levels deep.`);
  }
  try {
    return JSON.parse(body.toString("utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Problem(
      "JSON_INVALID",
      `The body is not valid JSON: ${(error as Error).message.slice(0, 200)}`,
    );
  }
}
