import type { Grant } from "../policy/grant.ts";
import type { ImageKind, ImageLocation } from "./image-vault.ts";
import type { ReadKey } from "./read.ts";

/** What was done to an image before it was kept: nothing, made smaller, or kept above the limit because it could not be. */
export const IMAGE_TREATMENTS = ["as-sent", "reencoded", "oversize"] as const;
export type ImageTreatment = (typeof IMAGE_TREATMENTS)[number];

/** Where one image of a read lies. */
export interface IndexedImage extends ReadKey, ImageLocation {
  readonly kind: ImageKind;
  readonly treatment: ImageTreatment;
}

/** Finds a read's images in the vault. */
export interface ImageIndex {
  /** Resolved means on disk (fsync). */
  insert(images: readonly IndexedImage[]): Promise<void>;
  /** At most one image a kind; none when the read lies before the grant's access floor (RET-1). */
  find(grant: Grant, key: ReadKey): Promise<readonly IndexedImage[]>;
}
