import type { Credentials, Person } from "../person.ts";

/** What a person proves at the end of an enrolment. */
export interface NewCredentials {
  readonly passwordHash: string;
  /** Sealed under the master key, purpose `totp`. */
  readonly totpSecret: Buffer;
  /** The TOTP step that proved it, which opens no session any more. */
  readonly totpStep: number;
  readonly recoveryHashes: readonly Buffer[];
  /** Epoch milliseconds UTC. */
  readonly now: number;
}

/** What people prove themselves with, on record: password, TOTP, recovery codes, enrolments. Only hashes and sealed secrets. */
export interface CredentialStore {
  /** Undefined for an unknown name and for one who has not enrolled. */
  byUsername(username: string): Promise<Credentials | undefined>;
  byPerson(person: number): Promise<Credentials | undefined>;
  /** Takes a TOTP step; false when that step or a later one was used before, unless steps are `repeatable`. */
  useTotpStep(person: number, step: number, repeatable?: boolean): Promise<boolean>;
  setPassword(person: number, passwordHash: string): Promise<void>;

  recoveryLeft(person: number): Promise<number>;
  /** New codes; those before are worth nothing any more. */
  replaceRecovery(person: number, hashes: readonly Buffer[]): Promise<void>;
  /** Whether a code is one of the person's that was not used. */
  isRecovery(person: number, hash: Buffer): Promise<boolean>;
  /** Uses a code up; false when it is not one of the person's, or was used. */
  useRecovery(person: number, hash: Buffer, now: number): Promise<boolean>;

  /** A one-time link; those of the same person before it no longer work. */
  addEnrolment(enrolment: {
    tokenHash: Buffer;
    person: number;
    by: number | null;
    now: number;
    expires: number;
  }): Promise<void>;
  /** Whose an enrolment is that can be used now: neither used nor expired, and its person invited or active. */
  enrolmentOf(tokenHash: Buffer, now: number): Promise<Person | undefined>;
  /**
   * Uses the link up, sets everything, makes an invited person active, and takes away what proved the person before: passkeys,
   * recovery codes, sessions. All of it or nothing; false when the link no longer works.
   */
  enrol(tokenHash: Buffer, credentials: NewCredentials): Promise<boolean>;
  /** Deletes links that expired before a moment; the log keeps who enrolled. */
  forgetEnrolments(expiredBefore: number): Promise<number>;
}
