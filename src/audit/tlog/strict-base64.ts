/** The bytes of a standard base64 text; null unless the text is exactly how those bytes are written, padding included. */
export function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}
