import { Problem } from "../errors.ts";
import type { Grant } from "../policy/grant.ts";
import { rolesThatMay } from "../policy/roles.ts";
import type { ImageIndex } from "./image-index.ts";
import type { ImageKind, ImageVault } from "./image-vault.ts";
import type { ReadKey } from "./read.ts";

/** Images of one read, decrypted. */
export interface ReadImages {
  /** What there is and the grant lets be opened. */
  kindsOf(grant: Grant, key: ReadKey): Promise<readonly ImageKind[]>;
  /**
   * JPEG bytes; null where there is none, or where the day's key is destroyed.
   * @throws Problem NOT_AUTHORISED for an overview where the grant does not include them
   */
  open(grant: Grant, key: ReadKey, kind: ImageKind): Promise<Buffer | null>;
}

/** Finds a read's images through the index and opens them in the vault. */
export const readImages = (parts: {
  readonly index: ImageIndex;
  readonly vault: Pick<ImageVault, "read">;
}): ReadImages => ({
  async kindsOf(grant, key) {
    const kinds = (await parts.index.find(grant, key)).map(({ kind }) => kind);
    return grant.overviews ? kinds : kinds.filter((kind) => kind !== "overview");
  },
  async open(grant, { nrd, captured, n }, kind) {
    if (kind === "overview" && !grant.overviews) throw noOverviews();
    const found = (await parts.index.find(grant, { nrd, captured, n })).find((image) => image.kind === kind);
    return found === undefined ? null : parts.vault.read(found, { nrd, captured, n, kind });
  },
});

const noOverviews = (): Problem => {
  const needed = `One of the roles ${rolesThatMay("image.overview").join(", ")}.`;
  return new Problem("NOT_AUTHORISED", `Overview images show more than the plate. You need: ${needed}`, {
    extra: { rules: ["role-may-image-overview"], needed: [needed] },
  });
};
