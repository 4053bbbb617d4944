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

/** People on record; their secrets are in the credential book, their sessions in the session book. */
export interface PersonBook {
  /** @throws Problem CONFLICT when the username is taken */
  add(person: NewPerson): Promise<Person>;
  all(): Promise<readonly Person[]>;
  byId(id: number): Promise<Person | undefined>;
  byUsername(username: string): Promise<Person | undefined>;
}
