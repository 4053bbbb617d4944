import type { AccountKind, Role } from "../policy/roles.ts";

/** What decisions look at besides the roles (ACC-7). Dates are `YYYY-MM-DD`. */
export interface Standing {
  /** Of the policy pack's ranks; null for staff without one. */
  readonly rank: string | null;
  readonly vetting: string;
  readonly trainedOn: string | null;
  /** May see reads of covert NRDs of the own organisation. */
  readonly covert: boolean;
  readonly organisationState: "approved" | "suspended" | "withdrawn";
  /** Until when the organisation's written policy holds; null when it has none (ACC-1). */
  readonly organisationPolicyUntil: string | null;
}

/** A named account (ACC-2), without its secrets. */
export interface Person {
  readonly id: number;
  readonly username: string;
  readonly fullName: string;
  readonly organisation: { readonly id: number; readonly name: string };
  readonly roles: readonly Role[];
  /** User and administrator functions are never on one login (ACC-2). */
  readonly kind: AccountKind;
  readonly state: "invited" | "active" | "suspended" | "ended";
  readonly standing: Standing;
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
  readonly roles: readonly Role[];
  readonly rank?: string | null;
  readonly vetting?: string;
  /** `YYYY-MM-DD` */
  readonly trainedOn?: string | null;
  readonly covert?: boolean;
  /** Null until the person has enrolled. */
  readonly passwordHash: string | null;
  readonly totpSecret: Buffer | null;
}

/** A session as its holder's next request finds it. Times are epoch milliseconds UTC. */
export interface Session {
  readonly person: Person;
  readonly csrfToken: string;
  readonly created: number;
  readonly lastSeen: number;
  readonly expires: number;
  /** When the second factor was last given. */
  readonly steppedUp: number;
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
    network: string,
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
