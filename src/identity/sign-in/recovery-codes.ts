import { createHmac, randomInt } from "node:crypto";

/** Without letters and digits that are taken for each other on paper. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH = 16;
const SHAPE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** A new code of 80 random bits, in four groups for reading aloud. */
export const newRecoveryCode = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)])
    .join("")
    .replace(/(.{4})(?=.)/g, "$1-");

/** A code as typed, without spaces and hyphens; undefined for what cannot be one. */
export function readRecoveryCode(text: string): string | undefined {
  const code = text.slice(0, 100).toLowerCase().replace(/[\s-]/g, "");
  return SHAPE.test(code) ? code : undefined;
}

/** What is kept of a code: useless to whoever has the database but not the master key. */
export const recoveryHash = (masterKey: Buffer, code: string): Buffer =>
  createHmac("sha256", masterKey).update(`recovery code ${code}`).digest();
