import { sessionActs } from "../../audit/acts/session.ts";
import type { Audited } from "../../audit/audited.ts";
import { Problem } from "../../errors.ts";
import type { CredentialStore } from "./credential-store.ts";
import { hashPassword, isPassword } from "./password.ts";
import { passwordFault } from "./password-rules.ts";
import { newRecoveryCode, recoveryHash } from "./recovery-codes.ts";
import type { OwnSession, SessionStore } from "./session-store.ts";
import { sessionName, tokenHash, type Sessions } from "./sessions.ts";
import type { Visit } from "./visit.ts";
import type { Caller } from "../caller.ts";

export interface OwnAccountParts {
  readonly sessions: SessionStore;
  readonly opened: Pick<Sessions, "noteWrongProof">;
  readonly credentials: CredentialStore;
  readonly audited: Audited;
  readonly masterKey: Buffer;
  /** Of the policy pack (`pack.accounts`). */
  readonly rules: { readonly minimumPasswordLength: number; readonly recoveryCodes: number };
  readonly now: () => number;
}

/** Somebody at their own account. */
export interface Owner extends Caller {
  readonly fullName: string;
  readonly organisation: { readonly id: number; readonly name: string };
}

/** What a person sees and changes of their own account: sessions, password, recovery codes (ACC-6). */
export class OwnAccount {
  readonly #parts: OwnAccountParts;

  constructor(parts: OwnAccountParts) {
    this.#parts = parts;
  }

  get minimumPasswordLength(): number {
    return this.#parts.rules.minimumPasswordLength;
  }

  /** The person's sessions, the last used first; `name` is the one that limits and streams know. */
  async sessions({
    person,
  }: Pick<Caller, "person">): Promise<readonly (Omit<OwnSession, "tokenHash"> & { name: string })[]> {
    const sessions = await this.#parts.sessions.ofPerson(person, this.#parts.now());
    return sessions.map(({ tokenHash: hash, ...session }) => ({ ...session, name: sessionName(hash) }));
  }

  /** Ends one of the person's own sessions. Out: its name. @throws Problem NOT_FOUND for another's and for one that is gone */
  async endSession(by: Caller, id: string, visit: Visit): Promise<string> {
    const subject = { person: by.person, address: visit.address, session: id };
    return this.#parts.audited.do(by.actor, sessionActs.close, subject, async () => {
      const own = await this.#parts.sessions.ofPerson(by.person, this.#parts.now());
      if (!own.some((session) => session.id === id)) throw noSuchSession();
      const hash = await this.#parts.sessions.closeOne(by.person, id);
      if (hash === undefined) throw noSuchSession();
      return sessionName(hash);
    });
  }

  recoveryLeft({ person }: Pick<Caller, "person">): Promise<number> {
    return this.#parts.credentials.recoveryLeft(person);
  }

  /** New recovery codes, shown once; those before stop working. */
  async newRecoveryCodes(by: Caller, visit: Visit): Promise<readonly string[]> {
    const { credentials, masterKey, rules } = this.#parts;
    const codes = Array.from({ length: rules.recoveryCodes }, newRecoveryCode);
    const subject = { person: by.person, address: visit.address, count: codes.length };
    const hashes = codes.map((code) => recoveryHash(masterKey, code.replaceAll("-", "")));
    await this.#parts.audited.do(by.actor, sessionActs.makeRecovery, subject, () =>
      credentials.replaceRecovery(by.person, hashes),
    );
    return codes;
  }

  /**
   * A new password; the person's other sessions end. Some wrong guesses of the current one end this session.
   * @param token the secret of the session that stays
   * @returns names of the sessions that ended
   * @throws Problem INPUT_INVALID naming `current` or `password`, NOT_SIGNED_IN when guesses ended the session
   */
  async changePassword(
    by: Owner,
    token: string,
    given: { readonly current: string; readonly password: string },
    visit: Visit,
  ): Promise<readonly string[]> {
    const { credentials, sessions, rules } = this.#parts;
    const known = await credentials.byPerson(by.person);
    const right = await isPassword(given.current, known?.passwordHash);
    const fault = await passwordFault(given.password, {
      minimumLength: rules.minimumPasswordLength,
      about: [by.username, by.fullName, by.organisation.name],
    });
    const errors = [
      ...(right ? [] : [{ path: "current", code: "WRONG", message: "This is not your current password" }]),
      ...(fault === undefined ? [] : [{ path: "password", code: "PASSWORD", message: fault }]),
    ];
    const subject = { person: by.person, address: visit.address };
    if (!right) {
      await this.#parts.audited.do(by.actor, sessionActs.passwordRefused, { ...subject, why: "password" });
      await this.#parts.opened.noteWrongProof(token, by, visit);
    }
    if (errors.length > 0)
      throw new Problem("INPUT_INVALID", "Correct what is named in `errors` and send it again.", { errors });
    const passwordHash = await hashPassword(given.password);
    return this.#parts.audited.do(by.actor, sessionActs.changePassword, subject, async () => {
      await credentials.setPassword(by.person, passwordHash);
      return (await sessions.closeOthers(by.person, tokenHash(token))).map(sessionName);
    });
  }
}

const noSuchSession = (): Problem =>
  new Problem("NOT_FOUND", "There is no such session of yours; it may have ended already.");
