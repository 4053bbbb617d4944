import { hash, verify } from "@node-rs/argon2";

/** Argon2id with the library's defaults, which are OWASP's (19 MiB, two passes). About 40 ms, off the main thread. */
export const hashPassword = (password: string): Promise<string> => hash(password);

/** A hash of nothing anybody has, compared against when a username is unknown so that it costs the same. */
const decoy = hash("no such person");

/** Whether a password is the one that was hashed; with `undefined` it takes as long and is never right. */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const right = await verify(passwordHash ?? (await decoy), password);
  return right && passwordHash !== undefined;
}
