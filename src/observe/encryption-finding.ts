import type { Volume } from "./encrypted-volume.ts";
import type { Finding } from "./finding.ts";

/** What is known about encryption at rest, beside the images, which the service always encrypts (OPS-2). */
export interface AtRest {
  /** Parts of the archive that lie on a disk that ClickHouse does not encrypt; null where it does not say. */
  readonly plainParts: number | null;
  /** The volume of the governed store. */
  readonly governed: Volume;
  /** The operator says that the volumes are encrypted in a way that cannot be seen from here. */
  readonly said: boolean;
}

const NAME = "encryption at rest";

/** One line of the doctor's. It warns of what cannot be told as of what is not encrypted: somebody has to know. */
export function encryptionFinding({ plainParts, governed, said }: AtRest): Finding {
  const archive =
    plainParts === 0
      ? "archive encrypted"
      : plainParts === null
        ? "the archive's server does not say"
        : `${plainParts} parts of the archive on a disk that ClickHouse does not encrypt`;
  const volume = governed.encrypted ? `governed store on ${governed.by}` : `governed store: ${governed.why}`;
  const finding = `images encrypted; ${archive}; ${volume}`;
  if (plainParts === 0 && governed.encrypted) return { name: NAME, state: "well", finding, advice: "" };
  if (said)
    return { name: NAME, state: "well", finding: `${finding}; volumes said to be encrypted`, advice: "" };
  return {
    name: NAME,
    state: "warning",
    finding,
    advice:
      "Put the data folder, and what the servers keep, on encrypted volumes (LUKS); where they are, in a way that cannot be seen " +
      "from here, say so with WAYWARDEN_ENCRYPTED_VOLUMES=true.",
  };
}
