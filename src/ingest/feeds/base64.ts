const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;
const BLANK = /[\t\n\r ]+/g;

/**
 * Decodes base64 strictly: the standard alphabet, right length, padding only at the end; line breaks and blanks between
 * groups are let through, because XML writers wrap.
 * @returns the bytes, or null when the text is not base64.
 */
export function decodeBase64(text: string): Buffer | null {
  // A first look spares well-formed text a copy; the second look is only for wrapped or broken text.
  let compact = text;
  if (!ALPHABET.test(compact)) {
    compact = text.replace(BLANK, "");
    if (!ALPHABET.test(compact)) return null;
  }
  if (compact.length % 4 !== 0) return null;
  return Buffer.from(compact, "base64");
}
