import type { Refusal } from "../../read/capture.ts";
import { decodeBase64 } from "./base64.ts";

/** True for bytes that begin like a JPEG (FF D8 FF); nothing more is looked at on the way in. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length > 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/**
 * Checks an image's size and magic.
 * @param path the field it came in, for the refusal.
 * @returns the refusal, or null when the image may be kept.
 */
export function refuseImage(bytes: Buffer, path: string, maxBytes: number): Refusal | null {
  if (bytes.length > maxBytes) {
    return {
      code: "IMAGE_TOO_LARGE",
      path,
      message: `The image has ${bytes.length} bytes; send at most ${maxBytes}.`,
    };
  }
  if (!isJpeg(bytes)) {
    return {
      code: "IMAGE_INVALID",
      path,
      message: "The image is not a JPEG: it must begin with the bytes FF D8 FF.",
    };
  }
  return null;
}

/**
 * Decodes a base64 JPEG.
 * @returns the bytes, or the refusal that says what is wrong.
 */
export function decodeJpeg(text: string, path: string, maxBytes: number): Buffer | Refusal {
  // Four characters carry three bytes; a quarter more leaves room for line breaks.
  if (text.length > maxBytes * 1.7 + 8) {
    return {
      code: "IMAGE_TOO_LARGE",
      path,
      message: `The image is too large; send at most ${maxBytes} bytes.`,
    };
  }
  const bytes = decodeBase64(text);
  if (bytes === null) {
    return {
      code: "IMAGE_INVALID",
      path,
      message: "The image is not valid base64 (standard alphabet, with padding).",
    };
  }
  return refuseImage(bytes, path, maxBytes) ?? bytes;
}
