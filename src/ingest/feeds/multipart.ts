const HEADER_BYTES = 8_192;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DASH = 0x2d;

/** One part of a multipart body. Names are as written, possibly empty. */
export interface Part {
  readonly name: string;
  readonly fileName: string;
  readonly contentId: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** The boundary named by a Content-Type header; null when it names none. */
export function boundaryOf(contentType: string | undefined): string | null {
  const match = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^;\s]{1,200}))/i.exec(contentType ?? "");
  return match?.[1] ?? match?.[2] ?? null;
}

/** True when a body begins like a multipart one, whatever its header says. */
export function looksMultipart(body: Buffer): boolean {
  const start = firstInk(body);
  return body[start] === DASH && body[start + 1] === DASH;
}

function firstInk(body: Buffer): number {
  let at = 0;
  while (at < body.length && (body[at] as number) <= 0x20) at++;
  return at;
}

/** The line that separates parts: from the header, or else the body's own first line. */
function delimiterOf(body: Buffer, boundary: string | null): Buffer | null {
  if (boundary !== null) {
    for (const written of [`--${boundary}`, boundary]) {
      if (nextDelimiter(body, Buffer.from(written, "latin1"), 0) !== -1)
        return Buffer.from(written, "latin1");
    }
  }
  const start = firstInk(body);
  const end = body.indexOf(LINE_FEED, start);
  if (end === -1 || end - start > 200 || !looksMultipart(body)) return null;
  return Buffer.from(body.toString("latin1", start, end).trimEnd(), "latin1");
}

/** The next delimiter at the start of a line, or -1. */
function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  for (let at = body.indexOf(delimiter, from); at !== -1; at = body.indexOf(delimiter, at + 1)) {
    if (at !== 0 && body[at - 1] !== LINE_FEED) continue;
    const next = body[at + delimiter.length];
    if (
      next === undefined ||
      next === CARRIAGE_RETURN ||
      next === LINE_FEED ||
      next === DASH ||
      next === 0x20
    )
      return at;
  }
  return -1;
}

/** Where the part's headers end, with the blank line behind them; CRLF and LF may be mixed. */
function endOfHeaders(body: Buffer, from: number): { headers: string; start: number } | null {
  let lineStart = from;
  for (let end = body.indexOf(LINE_FEED, lineStart); end !== -1; end = body.indexOf(LINE_FEED, lineStart)) {
    const isBlank = end === lineStart || (end === lineStart + 1 && body[lineStart] === CARRIAGE_RETURN);
    if (isBlank) return { headers: body.toString("utf8", from, lineStart), start: end + 1 };
    lineStart = end + 1;
    if (lineStart - from > HEADER_BYTES) return null;
  }
  return null;
}

function header(headers: string, name: string): string {
  return new RegExp(`^${name}[ \\t]*:[ \\t]*(.*?)[ \\t]*\\r?$`, "im").exec(headers)?.[1] ?? "";
}

function parameter(disposition: string, name: string): string {
  const match = new RegExp(`(?:^|[;\\s])${name}=(?:"([^"]*)"|([^;\\s]*))`, "i").exec(disposition);
  return match?.[1] ?? match?.[2] ?? "";
}

/** A Content-Length is believed only when a delimiter follows right there: some devices always write 0 (PROTOCOLS 2, 3). */
function endOfPart(body: Buffer, delimiter: Buffer, start: number, declared: string): number {
  if (/^\d{1,9}$/.test(declared)) {
    const end = start + Number(declared);
    const next = nextDelimiter(body, delimiter, end);
    if (next !== -1 && next - end <= 2 && end <= body.length) return end;
  }
  const next = nextDelimiter(body, delimiter, start);
  if (next === -1) return body.length;
  const withoutLineFeed = Math.max(start, next - 1);
  const beforeIt = withoutLineFeed - 1;
  return beforeIt >= start && body[beforeIt] === CARRIAGE_RETURN ? beforeIt : withoutLineFeed;
}

/** The parts of a body, as many as were asked for; `more` when it has others behind them. */
export interface Parts {
  readonly parts: readonly Part[];
  readonly more: boolean;
}

/**
 * Takes a multipart body apart, as cameras write it: any boundary, LF-only lines, wrong or zero part lengths, text before the
 * first part, no closing delimiter (PROTOCOLS 0.3, 2).
 * @param boundary from the Content-Type header; null to go by the body's first line.
 * @returns at most `maxParts` parts, or null when the body is not multipart.
 */
export function splitMultipart(body: Buffer, boundary: string | null, maxParts: number): Parts | null {
  const delimiter = delimiterOf(body, boundary);
  if (delimiter === null) return null;
  const parts: Part[] = [];
  for (let at = nextDelimiter(body, delimiter, 0); at !== -1;) {
    const after = at + delimiter.length;
    if (body[after] === DASH && body[after + 1] === DASH) break;
    const lineEnd = body.indexOf(LINE_FEED, after);
    const head = lineEnd === -1 ? null : endOfHeaders(body, lineEnd + 1);
    if (head === null) break;
    if (parts.length === maxParts) return { parts, more: true };
    const end = endOfPart(body, delimiter, head.start, header(head.headers, "content-length"));
    const disposition = header(head.headers, "content-disposition");
    parts.push({
      name: parameter(disposition, "name"),
      fileName: parameter(disposition, "filename"),
      contentId: header(head.headers, "content-id").replace(/^<|>$/g, ""),
      contentType: header(head.headers, "content-type").toLowerCase(),
      body: body.subarray(head.start, end),
    });
    at = nextDelimiter(body, delimiter, end);
  }
  return { parts, more: false };
}
