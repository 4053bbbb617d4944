import { createHash, randomBytes } from "node:crypto";
import type { KnownSource, NewSource } from "./source.ts";
import type { SecretHashes, SourceStore } from "./source-store.ts";

/** What a source's senders identify themselves with; told once and never again. */
export interface SourceSecrets {
  readonly token: string;
  /** Null where the source has no secret path. */
  readonly pathKey: string | null;
}

/** 256 random bits need no slow hash: nobody guesses them. */
export const secretHash = (secret: string): string => createHash("sha256").update(secret).digest("hex");
const newSecret = (): string => randomBytes(32).toString("base64url");

/** New secrets for a source, and what is kept of them. */
export function newSecrets(hasPathKey: boolean): { secrets: SourceSecrets; hashes: SecretHashes } {
  const secrets = { token: newSecret(), pathKey: hasPathKey ? newSecret() : null };
  const pathKey = secrets.pathKey === null ? null : secretHash(secrets.pathKey);
  return { secrets, hashes: { token: secretHash(secrets.token), pathKey } };
}

/**
 * Registers a source; its token and path key are told here once and never again.
 * @throws Problem CONFLICT when the organisation has a source of that name
 */
export async function registerSource(
  store: Pick<SourceStore, "add">,
  { hasPathKey, ...source }: NewSource,
): Promise<{ source: KnownSource } & SourceSecrets> {
  const { secrets, hashes } = newSecrets(hasPathKey);
  return { source: await store.add(source, hashes), ...secrets };
}
