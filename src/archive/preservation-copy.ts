import type { IndexedImage } from "./image-index.ts";
import type { ImageKind, ImageVault } from "./image-vault.ts";
import type { Read, ReadKey } from "./read.ts";

/** Copies of reads set apart for a stated purpose, which retention never touches (RET-3). Copying again changes nothing. */
export interface PreservedStore {
  /** Copies the rows of these reads; resolved with the keys that are now preserved, which lacks those the archive no longer has. */
  copyReads(preservation: string, keys: readonly ReadKey[]): Promise<readonly ReadKey[]>;
  /** Where the archive holds the images of a read. */
  imagesOf(key: ReadKey): Promise<readonly IndexedImage[]>;
  /** Which of these read ids are preserved under no reference at all. */
  missing(readIds: readonly string[]): Promise<readonly string[]>;
  insertImages(preservation: string, images: readonly IndexedImage[]): Promise<void>;
  /** What is preserved under this reference. */
  reads(preservation: string): Promise<readonly Read[]>;
  images(preservation: string, key: ReadKey): Promise<readonly IndexedImage[]>;
}

export interface PreservationParts {
  readonly store: PreservedStore;
  /** Images by day of capture. */
  readonly vault: Pick<ImageVault, "read">;
  /** Images under the preservation key. */
  readonly preserved: Pick<ImageVault, "append">;
}

/** What was copied, and which of the reads asked for the archive no longer held. */
export interface PreservationOutcome {
  readonly reads: number;
  readonly images: number;
  readonly missing: readonly ReadKey[];
}

const same = (a: ReadKey, b: ReadKey): boolean => a.nrd === b.nrd && a.captured === b.captured && a.n === b.n;

/**
 * Copies reads and their images into the preserved store, each image decrypted and encrypted anew under the preservation
 * key, so that destroying the day's key does not touch it.
 * @param preservation reference of the preservation
 */
export async function preserve(
  { store, vault, preserved }: PreservationParts,
  preservation: string,
  keys: readonly ReadKey[],
): Promise<PreservationOutcome> {
  let images = 0;
  for (const key of keys) {
    const already = new Set<ImageKind>((await store.images(preservation, key)).map(({ kind }) => kind));
    const found = (await store.imagesOf(key)).filter(({ kind }) => !already.has(kind));
    const copies = await Promise.all(
      found.map(async (image) => ({ ...key, kind: image.kind, jpeg: await vault.read(image, image) })),
    );
    if (copies.length === 0) continue;
    const locations = await preserved.append(copies);
    // Crash here: bytes that nothing points to; copying again writes the image a second time.
    await store.insertImages(
      preservation,
      found.map((image, i) => ({ ...image, ...(locations[i] as (typeof locations)[number]) })),
    );
    images += copies.length;
  }
  // Rows last: a read that counts as preserved has its images beside it.
  const copied = await store.copyReads(preservation, keys);
  return {
    reads: copied.length,
    images,
    missing: keys.filter((key) => !copied.some((one) => same(one, key))),
  };
}
