import { sessionActs } from "../../audit/acts/session.ts";
import type { Audited } from "../../audit/audited.ts";
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { Problem } from "../../errors.ts";
import type { Challenge, ChallengeStore, ChallengeKind } from "./challenge-store.ts";
import { orNotReady } from "./or-not-ready.ts";
import type { PasskeyStore, StoredPasskey } from "./passkey-store.ts";
import type { PersonStore } from "../person.ts";
import { newToken, tokenHash, type Sessions, type SignInResult } from "./sessions.ts";
import type { Visit } from "./visit.ts";
import type { Caller } from "../caller.ts";

const SERVICE = "Waywarden";
const CHALLENGE_MS = 5 * 60_000;
/** Of one person; more are of no use to anybody. */
const MOST_PASSKEYS = 20;

/** Where people reach the service: `https://anpr.example` and `anpr.example`. Passkeys belong to the name. */
export interface Site {
  readonly origin: string;
  readonly host: string;
}

export interface PasskeyParts {
  readonly sessions: Sessions;
  readonly passkeys: PasskeyStore;
  readonly challenges: ChallengeStore;
  readonly people: PersonStore;
  readonly audited: Audited;
  readonly now: () => number;
}

/** Passkeys (WebAuthn): a device that asks who holds it is both factors at once, and cannot be tricked by another site (ACC-6). */
export class Passkeys {
  readonly #parts: PasskeyParts;

  constructor(parts: PasskeyParts) {
    this.#parts = parts;
  }

  ofPerson({ person }: Pick<Caller, "person">): Promise<readonly StoredPasskey[]> {
    return this.#parts.passkeys.ofPerson(person);
  }

  /** What a browser needs to make a passkey. `challenge` names the question, which is answered once and within minutes. */
  async askToAdd(
    by: Caller & { readonly fullName: string },
    site: Site,
  ): Promise<{ challenge: string; options: PublicKeyCredentialCreationOptionsJSON }> {
    const known = await this.ofPerson(by);
    if (known.length >= MOST_PASSKEYS)
      throw new Problem(
        "CONFLICT",
        `You have ${MOST_PASSKEYS} passkeys already; remove one that you do not use.`,
      );
    const options = await generateRegistrationOptions({
      rpName: SERVICE,
      rpID: site.host,
      userName: by.username,
      userDisplayName: by.fullName,
      userID: new TextEncoder().encode(`person ${by.person}`),
      attestationType: "none",
      excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    const challenge = await this.#ask("passkey-add", by.person, options.challenge, site);
    return { challenge, options };
  }

  /** @throws Problem INPUT_INVALID when the answer does not fit the question */
  async add(
    by: Caller,
    answer: { readonly challenge: string; readonly name: string; readonly response: unknown },
    { address }: Visit,
  ): Promise<StoredPasskey> {
    const asked = await this.#take(answer.challenge, "passkey-add");
    const verified =
      asked === undefined || asked.person !== by.person
        ? undefined
        : await verifyRegistrationResponse({
            response: answer.response as RegistrationResponseJSON,
            ...expected(asked),
            requireUserVerification: true,
          }).catch(() => undefined);
    if (verified?.verified !== true)
      throw new Problem("INPUT_INVALID", "The passkey could not be created. Start again.");
    const { credential } = verified.registrationInfo;
    const passkey = {
      id: credential.id,
      person: by.person,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: credential.transports ?? [],
      name: answer.name,
      created: this.#parts.now(),
    };
    const subject = { person: by.person, passkey: passkey.id, name: passkey.name, address };
    await this.#parts.audited.do(by.actor, sessionActs.addPasskey, subject, () =>
      this.#parts.passkeys.add(passkey),
    );
    return { ...passkey, lastUsed: null };
  }

  /** @throws Problem NOT_FOUND for one that is not the person's */
  async remove(by: Caller, id: string, { address }: Visit): Promise<void> {
    const subject = { person: by.person, passkey: id, address };
    await this.#parts.audited.do(by.actor, sessionActs.removePasskey, subject, async ({ add }) => {
      const own = (await this.ofPerson(by)).find((passkey) => passkey.id === id);
      if (own === undefined) throw new Problem("NOT_FOUND", "You have no such passkey.");
      add({ name: own.name });
      await this.#parts.passkeys.remove(by.person, id);
    });
  }

  /** What a browser needs to sign in; it says nothing about who has passkeys. */
  async askToSignIn(
    site: Site,
  ): Promise<{ challenge: string; options: PublicKeyCredentialRequestOptionsJSON }> {
    return orNotReady(async () => {
      const options = await generateAuthenticationOptions({ rpID: site.host, userVerification: "required" });
      const challenge = await this.#ask("passkey-sign-in", null, options.challenge, site);
      return { challenge, options };
    });
  }

  /** Signs in whoever the passkey belongs to. */
  signIn(
    answer: { readonly challenge: string; readonly response: unknown },
    visit: Visit,
  ): Promise<SignInResult> {
    return orNotReady(async () => {
      const { passkeys, people, sessions, now } = this.#parts;
      const asked = await this.#take(answer.challenge, "passkey-sign-in");
      const response = answer.response as AuthenticationResponseJSON;
      const passkey = asked && (await passkeys.find(response.id));
      const person = passkey && (await people.byId(passkey.person));
      if (asked === undefined || passkey === undefined || person === undefined)
        return sessions.refuse("(a passkey)", "passkey", visit);
      const verified = await verifyAuthenticationResponse({
        response,
        ...expected(asked),
        requireUserVerification: true,
        credential: {
          id: passkey.id,
          publicKey: new Uint8Array(passkey.publicKey),
          counter: passkey.counter,
          transports: [...passkey.transports],
        },
      }).catch(() => undefined);
      if (verified?.verified !== true) return sessions.refuse(person.username, "passkey", visit);
      await passkeys.used(passkey.id, verified.authenticationInfo.newCounter, now());
      return sessions.open(person, "passkey", visit);
    });
  }

  async #ask(kind: ChallengeKind, person: number | null, challenge: string, site: Site): Promise<string> {
    const id = newToken();
    const body = { challenge, origin: site.origin, host: site.host };
    await this.#parts.challenges.put(
      tokenHash(id),
      { kind, person, organisation: null, body },
      this.#parts.now() + CHALLENGE_MS,
    );
    return id;
  }

  #take(id: string, kind: ChallengeKind): Promise<Challenge | undefined> {
    return this.#parts.challenges.take(tokenHash(id), kind, this.#parts.now());
  }
}

const expected = ({ body }: Challenge) => ({
  expectedChallenge: body["challenge"] ?? "",
  expectedOrigin: body["origin"] ?? "",
  expectedRPID: body["host"] ?? "",
});
