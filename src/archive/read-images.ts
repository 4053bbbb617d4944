import type { Grant } from "../policy/grant.ts";
import type { ImageIndex } from "./image-index.ts";
import type { ImageKind, ImageVault } from "./image-vault.ts";
import type { ReadKey } from "./read.ts";

/** Images of one read, decrypted. */
export interface ReadImages {
  kindsOf(grant: Grant, key: ReadKey): Promise<readonly ImageKind[]>;
  /** JPEG bytes; null where there is none, or where the day's key is destroyed. */
  open(grant: Grant, key: ReadKey, kind: ImageKind): Promise<Buffer | null>;
}

/** Finds a read's images through the index and opens them in the vault. */
export const readImages = (parts: {
  readonly index: ImageIndex;
  readonly vault: Pick<ImageVault, "read">;
}): ReadImages => ({
  async kindsOf(grant, key) {
    return (await parts.index.find(grant, key)).map(({ kind }) => kind);
  },
  async open(grant, { nrd, captured, n }, kind) {
    const found = (await parts.index.find(grant, { nrd, captured, n })).find((image) => image.kind === kind);
    return found === undefined ? null : parts.vault.read(found, { nrd, captured, n, kind });
  },
});
