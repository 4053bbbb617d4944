import { hash, verify } from "@node-rs/argon2";

/** The same characters typed on another keyboard or system are the same password. */
const folded = (password: string): string => password.normalize("NFKC");

/** Argon2id with the library's defaults, which are OWASP's (19 MiB, two passes). About 40 ms, off the main thread. */
export const hashPassword = (password: string): Promise<string> => hash(folded(password));

/** A hash of nothing anybody has, compared against when a username is unknown so that it costs the same. */
const decoy = hash("no such person");

/** Whether a password is the one that was hashed; with `undefined` it takes as long and is never right. */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const right = await verify(passwordHash ?? (await decoy), folded(password));
  return right && passwordHash !== undefined;
}
