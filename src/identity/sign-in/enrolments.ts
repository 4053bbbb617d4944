import { accountActs } from "../../audit/acts/account.ts";
import { sessionActs } from "../../audit/acts/session.ts";
import type { Audited } from "../../audit/audited.ts";
import { service } from "../../audit/actor.ts";
import { actorFrom } from "../caller.ts";
import { Problem } from "../../errors.ts";
import type { CredentialStore } from "./credential-store.ts";
import { orNotReady } from "./or-not-ready.ts";
import { hashPassword } from "./password.ts";
import { passwordFault } from "./password-rules.ts";
import type { Person } from "../person.ts";
import { newRecoveryCode, recoveryHash } from "./recovery-codes.ts";
import { seal, unseal } from "../keys/sealed.ts";
import { networkOf } from "./network-of.ts";
import { OnceAMinute } from "../../flow/once-a-minute.ts";
import { newToken, tokenHash } from "./sessions.ts";
import { newTotpSecret, totpSecretText, totpStep, totpUri } from "./totp.ts";
import type { Visit } from "./visit.ts";

const HOUR_MS = 3_600_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface EnrolmentParts {
  readonly credentials: CredentialStore;
  readonly audited: Audited;
  readonly masterKey: Buffer;
  /** Of the policy pack (`pack.accounts`). */
  readonly rules: {
    readonly minimumPasswordLength: number;
    readonly enrolmentHours: number;
    readonly recoveryCodes: number;
  };
  readonly now: () => number;
}

/** What a person sees who follows their link. */
export interface OpenEnrolment {
  readonly person: Person;
  /** Base32, to type into an authenticator; another each time the link is opened, so that a look at it is worth nothing. */
  readonly totpSecret: string;
  /** `otpauth:` address, for a QR code. */
  readonly totpUri: string;
  /** The secret sealed for this link: it comes back with the code that proves it, and is stored nowhere before. */
  readonly authenticator: string;
  readonly minimumPasswordLength: number;
}

/** One-time links by which a person sets their own password and second factor; nobody else ever knows them (ACC-2, ACC-6). */
export class Enrolments {
  readonly #parts: EnrolmentParts;
  readonly #repeated = new OnceAMinute();

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
  }

  /**
   * A link given at the machine itself, for the first administrator or one who is locked out; one given before stops working.
   * @returns the secret, shown once: the link is `/enrol/<token>`; `expires` in epoch ms
   */
  async newEnrolment(
    person: Pick<Person, "id" | "username" | "organisation">,
  ): Promise<{ token: string; path: string; expires: number }> {
    const { credentials, audited, rules, now } = this.#parts;
    const token = newToken();
    const moment = now();
    const expires = moment + rules.enrolmentHours * HOUR_MS;
    const actor = { ...service("setup"), organisation: person.organisation.id };
    const subject = {
      account: person.username,
      person: person.id,
      reason: "At the machine itself",
      expires: new Date(expires).toISOString(),
    };
    await audited.do(actor, accountActs.link, subject, () =>
      credentials.addEnrolment({
        tokenHash: tokenHash(token),
        person: person.id,
        by: null,
        now: moment,
        expires,
      }),
    );
    return { token, path: `/enrol/${token}`, expires };
  }

  /**
   * @param authenticator what was shown before, where a form comes back with errors: the telephone has scanned it already
   * @throws Problem ENROLMENT_INVALID, the same for a wrong, used and expired link
   */
  async open(token: string, visit: Visit, authenticator = ""): Promise<OpenEnrolment> {
    const person = await this.#personOf(token, visit);
    const secret = this.#unsealed(token, authenticator) ?? newTotpSecret();
    const { masterKey, rules } = this.#parts;
    return {
      person,
      totpSecret: totpSecretText(secret),
      totpUri: totpUri(secret, person.username),
      authenticator: seal(masterKey, secret, purposeOf(token)).toString("base64url"),
      minimumPasswordLength: rules.minimumPasswordLength,
    };
  }

  /**
   * Sets the password and the proved authenticator, and makes an invited person active. Every session, passkey and recovery
   * code from before ends.
   * @returns recovery codes, shown once
   * @throws Problem ENROLMENT_INVALID, or INPUT_INVALID naming `password` or `totp`
   */
  async complete(
    token: string,
    given: { readonly password: string; readonly totp: string; readonly authenticator: string },
    visit: Visit,
  ): Promise<readonly string[]> {
    const { credentials, audited, masterKey, rules, now } = this.#parts;
    const person = await this.#personOf(token, visit);
    const secret = this.#unsealed(token, given.authenticator);
    const moment = now();
    const fault = await passwordFault(given.password, {
      minimumLength: rules.minimumPasswordLength,
      about: [person.username, person.fullName, person.organisation.name],
    });
    const step = secret && totpStep(secret, given.totp, moment);
    const errors = [
      ...(fault === undefined ? [] : [{ path: "password", code: "PASSWORD", message: fault }]),
      ...(step === undefined ? [{ path: "totp", code: "TOTP", message: WRONG_CODE }] : []),
    ];
    if (errors.length > 0 || secret === undefined || step === undefined)
      throw new Problem("INPUT_INVALID", "Correct what is named in `errors` and send it again.", { errors });
    const codes = Array.from({ length: rules.recoveryCodes }, newRecoveryCode);
    const passwordHash = await hashPassword(given.password);
    const subject = { person: person.id, address: visit.address };
    await audited.do(actorFrom(person, visit.requestId), sessionActs.enrol, subject, async () => {
      const enrolled = await credentials.enrol(tokenHash(token), {
        passwordHash,
        totpSecret: seal(masterKey, secret, "totp"),
        // The code that enrolled is good for the sign-in that follows: whoever has just typed it need not wait for the next.
        totpStep: step - 1,
        recoveryHashes: codes.map((code) => recoveryHash(masterKey, code.replaceAll("-", ""))),
        now: moment,
      });
      if (!enrolled) throw invalid();
    });
    return codes;
  }

  /** A link that does not work is on record (AUD-5), without what it was, and once a minute a network with its count. */
  async #personOf(token: string, { address, requestId }: Visit): Promise<Person> {
    const { credentials, audited, now } = this.#parts;
    const person = TOKEN.test(token)
      ? await orNotReady(() => credentials.enrolmentOf(tokenHash(token), now()))
      : undefined;
    if (person !== undefined) return person;
    const passedOver = this.#repeated.take(networkOf(address), now());
    if (passedOver === undefined) throw invalid();
    await audited.do(
      { name: "(a link)", person: null, organisation: null, requestId },
      sessionActs.enrolRefused,
      {
        address,
        ...(passedOver > 0 ? { passedOver } : {}),
      },
    );
    throw invalid();
  }

  #unsealed(token: string, authenticator: string): Buffer | undefined {
    try {
      return unseal(this.#parts.masterKey, Buffer.from(authenticator, "base64url"), purposeOf(token));
    } catch {
      return undefined;
    }
  }
}

/** An authenticator of one link is worth nothing with another. */
const purposeOf = (token: string): string => `enrolment ${token}`;

const WRONG_CODE =
  "This is not the code that your authenticator shows now. Check that the clock on your phone is right.";

const invalid = (): Problem =>
  new Problem(
    "ENROLMENT_INVALID",
    "Each link works only once and for a few days. Ask your administrator for a new one.",
  );
