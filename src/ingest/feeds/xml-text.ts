import { isUtf8 } from "node:buffer";
import { Problem } from "../../errors.ts";

/** Encodings that senders use, by the labels they write, as TextDecoder knows them. */
const ENCODINGS: Readonly<Record<string, string>> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "us-ascii": "utf-8",
  ascii: "utf-8",
  "iso-8859-1": "windows-1252",
  latin1: "windows-1252",
  "windows-1252": "windows-1252",
  cp1252: "windows-1252",
  "utf-16": "utf-16le",
  "utf-16le": "utf-16le",
  "utf-16be": "utf-16be",
  gb2312: "gb18030",
  gbk: "gb18030",
  gb18030: "gb18030",
};
const DECLARATION = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;

/** The encoding that the bytes themselves give away: a byte order mark, or `<` in two bytes. */
function encodingInBytes(bytes: Buffer): string | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return "utf-16be";
  return null;
}

function encodingOf(bytes: Buffer, charset: string | null): string {
  const seen = encodingInBytes(bytes);
  if (seen !== null) return seen;
  const declared = charset ?? DECLARATION.exec(bytes.toString("latin1", 0, 300))?.[1] ?? "utf-8";
  const label = declared.toLowerCase();
  const encoding = Object.hasOwn(ENCODINGS, label) ? ENCODINGS[label] : undefined;
  if (encoding === undefined)
    throw new Problem("XML_INVALID", `The encoding ${label.slice(0, 40)} is not accepted; send UTF-8.`);
  // Two-byte encodings show themselves in the bytes; a label that says so of one-byte text is wrong.
  return encoding.startsWith("utf-16") ? "utf-8" : encoding;
}

/** The charset of a Content-Type header, or null. */
export function charsetOf(contentType: string | undefined): string | null {
  return /;\s*charset\s*=\s*"?([^";\s]{1,40})/i.exec(contentType ?? "")?.[1] ?? null;
}

/**
 * Turns the bytes of an XML document into text: byte order mark, then the header's charset, then the XML declaration; NUL and
 * blank padding removed. Text that claims UTF-8 and is not is read as Windows-1252. What devices get wrong inside is put right:
 * a bare `&` is meant as one, and characters that XML cannot carry are left out (PROTOCOLS 0.3).
 * @throws Problem XML_INVALID for an encoding that is not accepted.
 */
export function xmlText(bytes: Buffer, charset: string | null): string {
  const encoding = encodingOf(bytes, charset);
  let text: string;
  if (encoding === "utf-8" && isUtf8(bytes)) text = bytes.toString("utf8");
  else text = new TextDecoder(encoding === "utf-8" ? "windows-1252" : encoding).decode(bytes);
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  return tolerant(withoutPadding(text).trimStart());
}

/** A `&` that begins no entity of XML's own and no character reference. */
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/g;
const REFERENCE = /&#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));/g;
/** Characters that XML cannot carry. */
// oxlint-disable-next-line no-control-regex
export const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function tolerant(text: string): string {
  const clean = text.search(NOT_XML) === -1 ? text : text.replace(NOT_XML, "");
  if (!clean.includes("&")) return clean;
  const escaped = clean.replace(BARE_AMPERSAND, "&amp;");
  return escaped.includes("&#") ? escaped.replace(REFERENCE, possible) : escaped;
}

const isUnfit = (character: string): boolean => character.replace(NOT_XML, "") === "";

function possible(reference: string, hexadecimal: string | undefined, decimal: string | undefined): string {
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter && !isUnfit(String.fromCodePoint(code)) ? reference : "";
}

/** A pattern that ends in `$` would try every blank of a long document; this looks at the end alone. */
function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

const isPadding = (code: number): boolean => code <= 0x20 || code === 0xa0;
