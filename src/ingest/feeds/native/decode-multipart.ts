import { Problem } from "../../../errors.ts";
import type { Decoded } from "../../../read/capture.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { refuseImage } from "../jpeg.ts";
import { splitMultipart } from "../multipart.ts";
import { decodeNative, type NativeOptions } from "./decode-native.ts";
import { parseJson } from "./json-shape.ts";

const IMAGE_PARTS = ["patch", "overview"] as const;

/**
 * Decodes a multipart body: one part `read` with the JSON of one read, and JPEG parts `patch` and `overview`.
 * @throws Problem INPUT_INVALID when the body cannot be taken apart, JSON_INVALID when `read` is not JSON.
 */
export function decodeMultipart(
  body: Buffer,
  boundary: string | null,
  source: FeedSource,
  options: NativeOptions,
): Decoded {
  const { limits } = options;
  const parts = splitMultipart(body, boundary, limits.parts);
  const read = parts?.find(({ name }) => name === "read");
  if (!parts || !read) {
    throw new Problem(
      "INPUT_INVALID",
      `Send a part named read, and JPEG parts patch and overview; at most ${limits.parts}.`,
    );
  }
  const decoded = decodeNative(parseJson(read.body, limits.jsonDepth), source, options);
  if ("refusal" in decoded) return decoded;
  const images: { patch?: Buffer; overview?: Buffer } = {};
  for (const name of IMAGE_PARTS) {
    const part = parts.find((one) => one.name === name);
    if (!part || part.body.length === 0) continue;
    const refusal = refuseImage(part.body, name, limits.imageBytes);
    if (refusal) return { refusal };
    images[name] = part.body;
  }
  return { capture: { ...decoded.capture, ...images } };
}
