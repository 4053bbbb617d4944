const BLANK = /[\t\n\r ]/;
const BLANKS = /[\t\n\r ]+/g;
const DATA_URL = /^data:[^,]{0,100};base64,/i;

/**
 * Decodes base64 of the standard or the URL alphabet, padded or not; line breaks and blanks between groups are let through,
 * because XML writers wrap, and so is the head of a data URL.
 * @returns the bytes, or null when the text is not base64.
 */
export function decodeBase64(text: string): Buffer | null {
  const bare = text.startsWith("data:") ? text.replace(DATA_URL, "") : text;
  return decodeExactly(bare) ?? (BLANK.test(bare) ? decodeExactly(bare.replace(BLANKS, "")) : null);
}

/** Node leaves out what is not base64 and stops at padding, so whatever else is there shows as missing bytes. */
function decodeExactly(text: string): Buffer | null {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const letters = text.length - padding;
  if (letters % 4 === 1) return null;
  const bytes = Buffer.from(text, "base64");
  return bytes.length === Math.floor((letters * 3) / 4) ? bytes : null;
}
