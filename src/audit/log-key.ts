import { createPublicKey, type KeyObject } from "node:crypto";
import { sha256 } from "./tlog/hash.ts";
import { noteSigner, type NoteSigner } from "./tlog/signed-note.ts";

/**
 * The signer of an installation's log. Its name, the log's origin, comes from the key itself: no two installations share it,
 * and it stays for as long as the key does. A new key is a new log.
 * @param privateKey Ed25519
 */
export function logSigner(privateKey: KeyObject): NoteSigner {
  const bytes = createPublicKey(privateKey).export({ format: "jwk" }).x as string;
  const hex = sha256(Buffer.from(bytes, "base64url")).toString("hex", 0, 8);
  return noteSigner(`waywarden.log/${hex}`, privateKey);
}
