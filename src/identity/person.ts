import type { Role } from "../policy/roles.ts";

/** A named account (ACC-2), without its secrets. */
export interface Person {
  readonly id: number;
  readonly username: string;
  readonly fullName: string;
  readonly organisation: { readonly id: number; readonly name: string };
  readonly role: Role;
  readonly state: "active" | "suspended" | "ended";
}

/** What sign-in compares; never leaves identity. */
export interface Credentials {
  readonly person: Person;
  /** Argon2id, PHC text. */
  readonly passwordHash: string;
  /** Sealed under the master key, purpose `totp`. */
  readonly totpSecret: Buffer;
  /** The last TOTP step that opened a session. */
  readonly lastTotpStep: number;
}

export interface NewPerson {
  readonly username: string;
  readonly fullName: string;
  readonly organisation: number;
  readonly role: Role;
  readonly passwordHash: string;
  readonly totpSecret: Buffer;
}

/** A session as its holder's next request finds it. Times are epoch milliseconds UTC. */
export interface Session {
  readonly person: Person;
  readonly csrfToken: string;
  readonly created: number;
  readonly lastSeen: number;
  readonly expires: number;
}

/** People and sessions on record. */
export interface PersonBook {
  /** @throws Problem CONFLICT when the username is taken */
  add(person: NewPerson): Promise<Person>;
  all(): Promise<readonly Person[]>;
  byId(id: number): Promise<Person | undefined>;
  /**
   * Counts a sign-in attempt before it is judged, so that parallel guesses cannot outrun the count.
   * @returns the credentials, or why there are none: the name is unknown, or too many attempts failed
   */
  beginAttempt(
    username: string,
    limits: { now: number; failures: number; lockMs: number },
  ): Promise<Credentials | "unknown" | "locked">;
  /**
   * Takes a TOTP step for a person and clears the failures; false when that step or a later one was used before, unless
   * steps are `repeatable`.
   */
  useTotpStep(person: number, step: number, repeatable?: boolean): Promise<boolean>;
  openSession(session: {
    tokenHash: Buffer;
    person: number;
    csrfToken: string;
    created: number;
    expires: number;
  }): Promise<void>;
  session(tokenHash: Buffer): Promise<Session | undefined>;
  touchSession(tokenHash: Buffer, now: number): Promise<void>;
  closeSession(tokenHash: Buffer): Promise<void>;
  /** Deletes sessions that ended before a moment; answers how many. */
  forgetSessions(endedBefore: number): Promise<number>;
}
