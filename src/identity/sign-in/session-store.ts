import type { Session } from "../person.ts";

/** How somebody came in: with which proof beside the password, or in its place. */
export type SignInMethod = "totp" | "recovery-code" | "passkey" | "provider";

/** A session to be opened. Times are epoch milliseconds UTC. */
export interface NewSession {
  readonly tokenHash: Buffer;
  readonly person: number;
  readonly csrfToken: string;
  readonly created: number;
  readonly expires: number;
  readonly method: SignInMethod;
  readonly address: string;
  readonly device: string;
}

/** A session as its owner sees it in the list of their own. */
export interface OwnSession {
  /** Names it to its owner; the secret cannot be found from it. */
  readonly id: string;
  readonly tokenHash: Buffer;
  readonly created: number;
  readonly lastSeen: number;
  readonly expires: number;
  readonly method: SignInMethod;
  readonly address: string;
  readonly device: string;
}

/** Sessions on record, by the SHA-256 of their secret (ACC-6). */
export interface SessionStore {
  open(session: NewSession): Promise<void>;
  find(tokenHash: Buffer): Promise<Session | undefined>;
  /** Notes a use, of the session and of the account. */
  touch(tokenHash: Buffer, now: number): Promise<void>;
  /** Notes that the second factor was given again. */
  stepUp(tokenHash: Buffer, now: number): Promise<void>;
  /** Counts a wrong code or password within a session. Out: how many there were; 0 where the session is gone. */
  countWrongProof(tokenHash: Buffer): Promise<number>;
  close(tokenHash: Buffer): Promise<void>;
  /** Those of one person that have not expired, the last used first. */
  ofPerson(person: number, now: number): Promise<readonly OwnSession[]>;
  /** Closes one of a person's own. Out: its secret's hash; undefined where it is not theirs or gone. */
  closeOne(person: number, id: string): Promise<Buffer | undefined>;
  /** Closes all of a person's but one. Out: the hashes of their secrets. */
  closeOthers(person: number, kept: Buffer | null): Promise<readonly Buffer[]>;
  /** Deletes sessions that ended before a moment; answers how many. */
  forget(endedBefore: number): Promise<number>;
}
