import { hash, verify } from "@node-rs/argon2";
import { availableParallelism } from "node:os";
import { FewAtOnce } from "../../flow/few-at-once.ts";

/**
 * Each hash takes a processor and 19 MiB: so many at once, whoever tries to sign in and from wherever, and the threads they
 * share with the archive and the images are never all theirs.
 */
const hashing = new FewAtOnce(Math.max(2, Math.min(4, availableParallelism())));
const inTurn = <T>(work: () => Promise<T>): Promise<T> => hashing.run("", work);

/** The same characters typed on another keyboard or system are the same password. */
const folded = (password: string): string => password.normalize("NFKC");

/** Argon2id with the library's defaults, which are OWASP's (19 MiB, two passes). About 40 ms, off the main thread. @throws Problem TOO_MANY_REQUESTS when too many wait */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(folded(password)));

/** A hash of nothing anybody has, compared against when a username is unknown so that it costs the same. */
const decoy = hash("no such person");

/** Whether a password is the one that was hashed; with `undefined` it takes as long and is never right. @throws as above */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const held = passwordHash ?? (await decoy);
  const right = await inTurn(() => verify(held, folded(password)));
  return right && passwordHash !== undefined;
}
