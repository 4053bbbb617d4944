const HEAD_END = "\r\n\r\n";
/** A camera's event in the query string, with blanks in it (PROTOCOLS 2); and no other request, however a path can be written. */
const REQUEST_LINE =
  /^POST (\/feeds\/hikvision\/[\w-]{1,200}(?:\/[\w-]{1,200})?\?[\x21\x24-\x7e ]{1,4000}) HTTP\/1\.[01]$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*([\x20-\x7e\t]{0,4000}?)[ \t]*$/;

/** A request whose target an HTTP parser refuses. */
export interface MendedRequest {
  /** The target with its blanks encoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Reads the one request that cameras send and HTTP does not allow: an event in the query string with raw blanks. Only that
 * form, only when all of it arrived, and with no header twice, so that nobody can mean another request by it.
 * @param packet the bytes that the parser refused
 * @returns null for everything else
 */
export function requestWithBlank(packet: Buffer): MendedRequest | null {
  const end = packet.indexOf(HEAD_END);
  if (end === -1) return null;
  const [requestLine = "", ...lines] = packet.toString("latin1", 0, end).split("\r\n");
  const target = REQUEST_LINE.exec(requestLine)?.[1];
  if (target === undefined || !target.includes(" ")) return null;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ""] = HEADER.exec(line) ?? [];
    if (name === undefined || headers.has(name.toLowerCase())) return null;
    headers.set(name.toLowerCase(), value);
  }
  const rest = packet.subarray(end + HEAD_END.length);
  const length = headers.get("content-length") ?? "0";
  if (!/^\d{1,9}$/.test(length) || headers.has("transfer-encoding") || headers.has("expect")) return null;
  const body = rest.subarray(0, Number(length));
  // Empty lines after a request are allowed; anything else would be another one.
  const isWhole = body.length === Number(length) && rest.subarray(body.length).every(isLineEnd);
  if (!isWhole) return null;
  return { url: target.replaceAll(" ", "%20"), headers: Object.fromEntries(headers), body };
}

const isLineEnd = (byte: number): boolean => byte === 0x0d || byte === 0x0a;
