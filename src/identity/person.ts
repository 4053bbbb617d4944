import type { Standing } from "../policy/principal.ts";
import type { AccountKind, Role } from "../policy/roles.ts";

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

/** People on record; their secrets are in the credential store, their sessions in the session store. */
export interface PersonStore {
  /** @throws Problem CONFLICT when the username is taken */
  add(person: NewPerson): Promise<Person>;
  all(): Promise<readonly Person[]>;
  byId(id: number): Promise<Person | undefined>;
  byUsername(username: string): Promise<Person | undefined>;
}
