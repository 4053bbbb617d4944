import { createHash, randomBytes } from "node:crypto";
import { isPassword } from "./password.ts";
import type { Person, PersonBook, Session } from "./person.ts";
import { unseal } from "./sealed.ts";
import { totpStep } from "./totp.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The time of last use is written at most this often, so that reading pages does not mean writing rows. */
const TOUCH_MS = 15_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Limits of the policy pack (`pack.session`). */
export interface SessionLimits {
  readonly idleMinutes: number;
  readonly absoluteHours: number;
  readonly signInFailures: number;
  readonly lockMinutes: number;
}

export interface SignInParts {
  readonly people: PersonBook;
  readonly masterKey: Buffer;
  readonly limits: SessionLimits;
  readonly now: () => number;
  /** A TOTP code may open more than one session: for the demo, whose people and checks sign in side by side. */
  readonly repeatableCodes?: boolean;
}

/** What became of a sign-in. `why` is for the audit log only; the person is told one sentence for all of them. */
export type SignInResult =
  | {
      readonly outcome: "signed-in";
      /** 32 random bytes, base64url; only its SHA-256 is kept. */
      readonly token: string;
      readonly csrfToken: string;
      readonly person: Person;
      /** Epoch ms. */
      readonly expires: number;
      readonly steppedUp: number;
    }
  | {
      readonly outcome: "refused";
      readonly why: "unknown" | "password" | "totp" | "totp-reused" | "locked" | "not-active";
    };

const tokenHash = (token: string): Buffer => createHash("sha256").update(token).digest();
const newToken = (): string => randomBytes(32).toString("base64url");

/** Opens, recognises and closes sessions (ACC-2, ACC-6). */
export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /** Password and TOTP at once, so that nobody learns which of them was wrong; each TOTP step opens one session. */
  async signIn(given: {
    username: string;
    password: string;
    totp: string;
    address?: string;
  }): Promise<SignInResult> {
    const { people, masterKey, limits, now } = this.#parts;
    const moment = now();
    const attempt = await people.beginAttempt(given.username.trim().toLowerCase(), given.address ?? "", {
      now: moment,
      failures: limits.signInFailures,
      lockMs: limits.lockMinutes * MINUTE_MS,
    });
    const known = typeof attempt === "string" ? undefined : attempt;
    const rightPassword = await isPassword(given.password, known?.passwordHash);
    if (known === undefined) return refused(attempt as "unknown" | "locked");
    if (!rightPassword) return refused("password");
    const step = totpStep(unseal(masterKey, known.totpSecret, "totp"), given.totp, moment);
    if (step === undefined) return refused("totp");
    if (known.person.state !== "active") return refused("not-active");
    const repeatable = this.#parts.repeatableCodes === true;
    if (!(await people.useTotpStep(known.person.id, step, repeatable))) return refused("totp-reused");
    return this.#open(known.person, moment);
  }

  /** The session of a token, when it is known and neither idle nor old; using it keeps it from going idle. */
  async sessionOf(token: string): Promise<Session | undefined> {
    if (!TOKEN.test(token)) return undefined;
    const { people, limits, now } = this.#parts;
    const hash = tokenHash(token);
    const session = await people.session(hash);
    const moment = now();
    if (session === undefined || session.person.state !== "active") return undefined;
    if (session.expires <= moment || session.lastSeen + limits.idleMinutes * MINUTE_MS <= moment)
      return undefined;
    if (moment - session.lastSeen >= TOUCH_MS) await people.touchSession(hash, moment);
    return session;
  }

  /** The person a token belongs to. */
  async personOf(token: string): Promise<Person | undefined> {
    return (await this.sessionOf(token))?.person;
  }

  async signOut(token: string): Promise<void> {
    await this.#parts.people.closeSession(tokenHash(token));
  }

  async #open(person: Person, created: number): Promise<SignInResult> {
    const token = newToken();
    const csrfToken = newToken();
    const expires = created + this.#parts.limits.absoluteHours * HOUR_MS;
    await this.#parts.people.openSession({
      tokenHash: tokenHash(token),
      person: person.id,
      csrfToken,
      created,
      expires,
    });
    return { outcome: "signed-in", token, csrfToken, person, expires, steppedUp: created };
  }
}

const refused = (why: Extract<SignInResult, { outcome: "refused" }>["why"]): SignInResult => ({
  outcome: "refused",
  why,
});
