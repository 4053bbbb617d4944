const BLANK = /[\t\n\r ]/;
const BLANKS = /[\t\n\r ]+/g;

/**
 * Decodes base64 strictly: the standard alphabet, right length, padding only at the end; line breaks and blanks between
 * groups are let through, because XML writers wrap.
 * @returns the bytes, or null when the text is not base64.
 */
export function decodeBase64(text: string): Buffer | null {
  return decodeExactly(text) ?? (BLANK.test(text) ? decodeExactly(text.replace(BLANKS, "")) : null);
}

/** Node leaves out what is not base64, so a foreign character shows as missing bytes; only its URL-safe letters need a look. */
function decodeExactly(text: string): Buffer | null {
  if (text.length % 4 !== 0 || text.includes("-") || text.includes("_")) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = Buffer.from(text, "base64");
  return bytes.length === (text.length / 4) * 3 - padding ? bytes : null;
}
