import { createHmac, timingSafeEqual } from "node:crypto";

/** What a master key is known by: a code made with it, from which nobody can get it back (OPS-2). */
export const fingerprintOf = (masterKey: Buffer): Buffer =>
  createHmac("sha256", masterKey).update("waywarden master key fingerprint 1").digest();

/** As people compare it: its first eight bytes. */
export const fingerprintText = (fingerprint: Buffer): string => fingerprint.toString("hex", 0, 8);

export const sameFingerprint = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other);
