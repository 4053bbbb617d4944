import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Encrypts a small secret under the 32-byte master key (AES-256-GCM): version, nonce, tag, ciphertext.
 * @param purpose bound in, so that a secret sealed for one thing does not open as another, for example `totp`
 */
export function seal(masterKey: Buffer, plain: Buffer, purpose: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", masterKey, nonce).setAAD(Buffer.from(purpose));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), text]);
}

/**
 * Opens what `seal` made.
 * @throws Error when the key, the purpose or a single bit is not the one it was sealed with
 */
export function unseal(masterKey: Buffer, sealed: Buffer, purpose: string): Buffer {
  if (sealed.length < HEAD_BYTES || sealed[0] !== VERSION) throw new Error("This is not a sealed secret");
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", masterKey, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]);
}
