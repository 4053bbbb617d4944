import type { Note } from "../../read/capture.ts";
import { decodeBase64 } from "./base64.ts";

/**
 * The bytes of a picture in base64; whether they are one is found out by `keepImages`.
 * @param path the field it came in, for the note
 * @returns the bytes, or the note that says why there are none
 */
export function decodePicture(text: string, path: string): Buffer | Note {
  return (
    decodeBase64(text) ?? {
      code: "IMAGE_INVALID",
      path,
      message: "The image was left out: it is not valid base64.",
    }
  );
}
