import { hash } from "node:crypto";

/** Bytes in one hash of the tree. */
export const HASH_BYTES = 32;

/** The root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Buffer = sha256(Buffer.alloc(0));

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** SHA-256 of some bytes, as 32 bytes. */
export function sha256(bytes: Buffer): Buffer {
  return hash("sha256", bytes, "buffer");
}

/** The hash of a leaf (RFC 6962, 2.1): SHA-256 of 0x00 and the leaf's bytes. Answers 32 bytes (AUD-1). */
export function leafHashOf(leaf: Buffer): Buffer {
  return sha256(Buffer.concat([LEAF, leaf]));
}

/** The hash of two subtrees side by side (RFC 6962, 2.1): SHA-256 of 0x01, left and right. Answers 32 bytes (AUD-1). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.concat([NODE, left, right]));
}
