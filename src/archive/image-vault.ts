import type { ReadKey } from "./read.ts";

export const IMAGE_KINDS = ["patch", "overview"] as const;
export type ImageKind = (typeof IMAGE_KINDS)[number];

/** A JPEG of a read: the plate patch or the overview (READ-2). */
export interface ReadImage extends ReadKey {
  readonly kind: ImageKind;
  readonly jpeg: Buffer;
}

/** Where an image lies: the segment, and the byte range of the encrypted record in it. */
export interface ImageLocation {
  readonly segment: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Encrypted images, kept by the day of capture under a key of that day. Once the key is destroyed no copy of a segment
 * can be read again, wherever a backup may have put it (RET-1, RET-6). Days are `YYYY-MM-DD`, UTC.
 */
export interface ImageVault {
  /** Resolved with one location per image, in order, when all are on disk (fsync). */
  append(images: readonly ReadImage[]): Promise<readonly ImageLocation[]>;
  /** @throws Error when the day's key is destroyed, or the record is not the image of this read and kind */
  read(location: ImageLocation, of: ReadKey & { readonly kind: ImageKind }): Promise<Buffer>;
  /** Destroys the key, then the segments; nothing happens to a day that is not held. Safe to repeat. */
  destroyDay(day: string): Promise<void>;
  /** Days of which a key or a segment is left, oldest first. */
  daysHeld(): Promise<readonly string[]>;
  close(): Promise<void>;
}
