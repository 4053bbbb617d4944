import { join, resolve } from "node:path";
import type { Settings } from "../../config.ts";
import { keyPlaceOf } from "../keys.ts";
import { keyPlaces } from "../../identity/keys/key-files.ts";
import { imageKeysOf } from "../stores.ts";

/** Where an installation keeps what a backup takes as files: each with the name it has in the backup. */
export function placesOf(settings: Settings) {
  const data = resolve(settings.data);
  const images = settings.images ?? join(data, "images");
  const imageKeys = imageKeysOf(settings);
  const { signing, log } = keyPlaces(keyPlaceOf(settings));
  return {
    /** Keys that sign; the master key is not among them. */
    signingKeys: [
      { name: "keys/log.pem", path: log },
      { name: "keys/signing.pem", path: signing },
    ],
    /** A folder a bucket, as encrypted as they lie. */
    segments: [
      { name: "images/days", folder: join(images, "days"), byDay: true },
      { name: "images/preserved", folder: join(images, "preserved"), byDay: false },
    ],
    /** A wrapped key a bucket. */
    imageKeys: [
      { name: "image-keys/days", folder: join(imageKeys, "images"), byDay: true },
      { name: "image-keys/preserved", folder: join(imageKeys, "preserved"), byDay: false },
    ],
  };
}
