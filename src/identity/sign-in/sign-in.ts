import { sessionActs } from "../../audit/acts/session.ts";
import type { Audited } from "../../audit/audited.ts";
import { actorFrom } from "../caller.ts";
import { Problem } from "../../errors.ts";
import type { AttemptStore } from "./attempt-store.ts";
import type { CredentialStore } from "./credential-store.ts";
import { FewAtOnce } from "../../flow/few-at-once.ts";
import { orNotReady } from "./or-not-ready.ts";
import { OneAtATime } from "../../flow/one-at-a-time.ts";
import { isPassword } from "./password.ts";
import type { Credentials, Person, Session } from "../person.ts";
import { readRecoveryCode, recoveryHash } from "./recovery-codes.ts";
import { unseal } from "../keys/sealed.ts";
import type { SignInMethod } from "./session-store.ts";
import type { RefusedResult, Sessions, SignInResult } from "./sessions.ts";
import { totpStep } from "./totp.ts";
import { foldUsername, readUsername } from "../username.ts";
import type { Visit } from "./visit.ts";
import type { Caller } from "../caller.ts";

const MINUTE_MS = 60_000;
/** Attempts judged at the same time from one network: so many may outrun its count. */
const AT_ONCE = 8;

/** Limits of the policy pack on wrong attempts (`pack.session`). */
export interface SignInLimits {
  readonly signInFailures: number;
  readonly networkFailures: number;
  readonly accountFailures: number;
  readonly lockMinutes: number;
}

export interface SignInParts {
  readonly sessions: Sessions;
  readonly credentials: CredentialStore;
  readonly attempts: AttemptStore;
  readonly audited: Audited;
  readonly masterKey: Buffer;
  readonly limits: SignInLimits;
  readonly now: () => number;
  /** A TOTP code may open more than one session: for the demo, whose people and checks sign in side by side. */
  readonly repeatableCodes?: boolean;
}

/** The second factor as typed: six digits, or a recovery code in their place. */
export interface SecondFactor {
  readonly totp?: string | undefined;
  readonly recoveryCode?: string | undefined;
}

/** Signs people in by password and second factor, and asks for the second factor again (ACC-2, ACC-6). */
export class SignIn {
  readonly #parts: SignInParts;
  readonly #turns = new OneAtATime();
  readonly #networks = new FewAtOnce(AT_ONCE);

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /**
   * Password and second factor at once, so that nobody learns which of them was wrong, nor whether the name exists: the same
   * work is done and the same count is kept for every name.
   * @throws Problem NOT_READY or LOG_UNAVAILABLE, and then there is no session
   */
  signIn(
    given: { readonly username: string; readonly password: string } & SecondFactor,
    visit: Visit,
  ): Promise<SignInResult> {
    const username = readUsername(given.username);
    return this.#judged(username ?? foldUsername(given.username), visit, async (refuse) => {
      const { credentials } = this.#parts;
      const known = username === undefined ? undefined : await credentials.byUsername(username);
      const rightPassword = await isPassword(given.password, known?.passwordHash);
      if (known === undefined) return refuse("unknown");
      if (!rightPassword) return refuse("password");
      return this.#withSecondFactor(known, given, visit, refuse);
    });
  }

  /** The second factor alone, for somebody whose organisation's provider vouched for the first (ACC-6). */
  signInByCode(person: Person, given: SecondFactor, visit: Visit): Promise<SignInResult> {
    return this.#judged(person.username, visit, async (refuse) => {
      const known = await this.#parts.credentials.byPerson(person.id);
      if (known === undefined) return refuse("unknown");
      return this.#withSecondFactor(known, given, visit, refuse);
    });
  }

  /**
   * The second factor again, within a session. Wrong ones are counted there and never at sign-in, so that nobody outside has a
   * say in it; some of them end the session.
   * @returns false when it was not right @throws Problem NOT_SIGNED_IN when the session ended
   */
  stepUp(token: string, by: Caller, given: SecondFactor, visit: Visit): Promise<boolean> {
    const { credentials, audited, sessions } = this.#parts;
    return this.#turns.run(`person ${by.person}`, () =>
      orNotReady(async () => {
        const known = await credentials.byPerson(by.person);
        const why = known === undefined ? "unknown" : await this.#proveFactor(known, given, visit);
        const right = typeof why === "object";
        const subject = { person: by.person, address: visit.address };
        if (right) {
          await audited.do(by.actor, sessionActs.stepUp, subject, () => sessions.noteStepUp(token));
        } else {
          await audited.do(by.actor, sessionActs.stepUpRefused, { ...subject, why });
          await sessions.noteWrongProof(token, by, visit);
        }
        return right;
      }),
    );
  }

  /** See Sessions. */
  sessionOf(token: string): Promise<Session | undefined> {
    return this.#parts.sessions.sessionOf(token);
  }

  needsStepUp(session: Pick<Session, "steppedUp">): boolean {
    return this.#parts.sessions.needsStepUp(session);
  }

  /** Signs somebody out, who said so. */
  signOut(caller: Caller, token: string): Promise<void> {
    return this.#parts.sessions.leave(caller, token);
  }

  /** Takes back a session that was opened and cannot be handed over. */
  takeBack(token: string): Promise<void> {
    return this.#parts.sessions.close(token);
  }

  /** Ends the session a browser still held when it signed in anew. */
  replace(token: string, visit: Visit): Promise<void> {
    return this.#parts.sessions.replace(token, visit);
  }

  /** Judges one attempt at a time for a name at a network or known device, and counts what was wrong. */
  #judged(
    name: string,
    visit: Visit,
    judge: (refuse: (why: RefusedResult["why"]) => Promise<RefusedResult>) => Promise<SignInResult>,
  ): Promise<SignInResult> {
    const { attempts, sessions, limits, now } = this.#parts;
    const from = sessions.originOf(name, visit);
    // What cannot be a username may be a password typed into the wrong field: it is counted, and never written down.
    const actor = readUsername(name) ?? "(not a username)";
    const refuse = (why: RefusedResult["why"]): Promise<RefusedResult> => sessions.refuse(actor, why, visit);
    const judged = (): Promise<SignInResult> =>
      orNotReady(async () => {
        const moment = now();
        const until = await attempts.lockedUntil(name, from, moment);
        if (until !== null)
          return { ...(await refuse("locked")), retryAfter: Math.ceil((until - moment) / 1_000) };
        const result = await judge(refuse);
        if (result.outcome === "refused" && result.why !== "network" && result.why !== "organisation")
          await attempts.failed(name, from, moment, {
            failures: limits.signInFailures,
            networkFailures: limits.networkFailures,
            accountFailures: limits.accountFailures,
            lockMs: limits.lockMinutes * MINUTE_MS,
          });
        return result;
      });
    return this.#turns.run(`${from.kind} ${from.name} ${name}`, () =>
      from.kind === "device" ? judged() : this.#networks.run(from.name, judged),
    );
  }

  async #withSecondFactor(
    known: Credentials,
    given: SecondFactor,
    visit: Visit,
    refuse: (why: RefusedResult["why"]) => Promise<RefusedResult>,
  ): Promise<SignInResult> {
    const { sessions } = this.#parts;
    if (known.person.state !== "active") return refuse("not-active");
    const factor = await this.#proveFactor(known, given, visit);
    if (typeof factor === "string") return refuse(factor);
    return sessions.open(known.person, factor.method, visit);
  }

  /** Uses up what was given; out: how it was proved, or what was wrong with it. */
  async #proveFactor(
    { person, totpSecret }: Credentials,
    { totp, recoveryCode }: SecondFactor,
    visit: Visit,
  ): Promise<{ readonly method: SignInMethod } | RefusedResult["why"]> {
    const { credentials, masterKey, repeatableCodes, now } = this.#parts;
    if (recoveryCode !== undefined)
      return (await this.#useRecovery(person, recoveryCode, visit))
        ? { method: "recovery-code" }
        : "recovery-code";
    const step = totpStep(unseal(masterKey, totpSecret, "totp"), totp ?? "", now());
    if (step === undefined) return "totp";
    const isNew = await credentials.useTotpStep(person.id, step, repeatableCodes === true);
    return isNew ? { method: "totp" } : "totp-reused";
  }

  async #useRecovery(person: Person, typed: string, { address, requestId }: Visit): Promise<boolean> {
    const { credentials, masterKey, audited, now } = this.#parts;
    const hash = recoveryHash(masterKey, readRecoveryCode(typed) ?? "");
    if (!(await credentials.isRecovery(person.id, hash))) return false;
    const subject = { person: person.id, address };
    return audited.do(actorFrom(person, requestId), sessionActs.useRecovery, subject, () =>
      credentials.useRecovery(person.id, hash, now()),
    );
  }
}

/** What somebody is told who must wait: it says nothing about whether the account exists. */
export const tooManyAttempts = (seconds = 60): Problem =>
  new Problem("TOO_MANY_REQUESTS", `Too many failed attempts. Wait ${sayWait(seconds)}.`, {
    retryAfter: seconds,
  });

const sayWait = (seconds: number): string =>
  seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
