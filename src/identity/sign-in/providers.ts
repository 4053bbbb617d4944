import { providerActs } from "../../audit/acts/provider.ts";
import type { Audited } from "../../audit/audited.ts";
import * as openid from "openid-client";
import { Problem } from "../../errors.ts";
import type { ChallengeStore } from "./challenge-store.ts";
import { mayDo, rolesThatMay, type Role } from "../../policy/roles.ts";
import { orNotReady } from "./or-not-ready.ts";
import type { Person, PersonStore } from "../person.ts";
import type { Provider, ProviderStore } from "./provider-store.ts";
import { seal, unseal } from "../keys/sealed.ts";
import { newToken, tokenHash, type RefusedResult, type Sessions, type SignInResult } from "./sessions.ts";
import type { SignIn, SecondFactor } from "./sign-in.ts";
import { hasSecondFactor, mayVouchFor, usernameOf, type Claims } from "./provider-claims.ts";
import { isPublicUrl, publicFetch } from "./public-fetch.ts";
import type { Visit } from "./visit.ts";
import type { Caller } from "../caller.ts";

const CHALLENGE_MS = 10 * 60_000;
const PROVIDER_SECONDS = 10;
/** Of an organisation. */
const CODE = /^[a-z0-9-]{1,100}$/;
/** A domain name as it is after the `@`. */
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

export interface ProviderParts {
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly providers: ProviderStore;
  readonly challenges: ChallengeStore;
  readonly people: PersonStore;
  readonly audited: Audited;
  readonly masterKey: Buffer;
  readonly now: () => number;
  /** A provider may run on this machine, without https: for the demo and tests. Otherwise it is of the public network. */
  readonly localProviders?: boolean;
}

/** Who sets up an organisation's provider. */
export interface Administrator extends Caller {
  readonly roles: readonly Role[];
}

/** Where a person came back from the provider: signed in, refused, or still to give our own second factor. */
export type ProviderResult = SignInResult | { readonly outcome: "needs-code"; readonly challenge: string };

/**
 * Sign-in with an organisation's own OpenID Connect provider: code flow with PKCE, state and nonce. It only ever vouches for
 * accounts that exist, of its own organisation (ACC-2, ACC-6).
 */
export class Providers {
  readonly #parts: ProviderParts;
  readonly #known = new Map<string, Promise<openid.Configuration>>();

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  enabled(): Promise<readonly { readonly name: string; readonly code: string }[]> {
    return orNotReady(() => this.#parts.providers.enabled());
  }

  /**
   * An organisation's provider as its administrators may see it; undefined where it has none.
   * @throws Problem NOT_FOUND for another organisation
   */
  async settings(
    organisationCode: string,
    by: Administrator,
  ): Promise<Omit<Provider, "clientSecret"> | undefined> {
    await this.#parts.audited.lookOpenly(by.actor, providerActs.find, { of: organisationCode }, () =>
      this.#ownOrganisation(organisationCode, by),
    );
    const provider = await this.#parts.providers.byCode(organisationCode);
    if (provider === undefined) return undefined;
    const { clientSecret: _secret, ...rest } = provider;
    return rest;
  }

  /**
   * Sets an organisation's provider. Who vouches, and how far, is for national administrators; its own administrators switch
   * it on and off and renew its secret.
   * @param to without a secret: the one it has stays
   * @throws Problem INPUT_INVALID for an issuer that is not https on the public network, NOT_FOUND for another organisation,
   *   NOT_AUTHORISED for what only a national administrator may change
   */
  async configure(
    organisationCode: string,
    to: Omit<Provider, "organisation" | "clientSecret"> & { readonly clientSecret?: string | undefined },
    by: Administrator,
  ): Promise<void> {
    const { clientSecret, ...rest } = to;
    const subject = {
      organisation: organisationCode,
      provider: { ...rest },
      newSecret: clientSecret !== undefined,
    };
    await this.#parts.audited.do(by.actor, providerActs.configure, subject, async (entry) => {
      const organisation = await this.#ownOrganisation(organisationCode, by);
      entry.add({ of: organisation });
      this.#requireSettings(to);
      const before = await this.#parts.providers.byCode(organisationCode);
      const secret =
        clientSecret === undefined
          ? before?.clientSecret
          : seal(this.#parts.masterKey, Buffer.from(clientSecret), "provider");
      if (secret === undefined)
        throw invalidSetting("clientSecret", "Enter the secret that the provider gave out");
      if (!mayDo(by.roles, "organisation.manage") && (before === undefined || vouchesOtherwise(before, to)))
        throw refusedChange();
      await this.#parts.providers.set(organisation, { ...rest, clientSecret: secret });
    });
    this.#known.clear();
  }

  /**
   * Sends somebody to their provider.
   * @param callback where the provider sends them back to
   * @returns `location` to go to, and `challenge` for a cookie of this browser: nobody else can finish this sign-in
   * @throws Problem NOT_FOUND for an organisation without a provider, NOT_READY when the provider does not answer
   */
  begin(organisationCode: string, callback: string): Promise<{ location: string; challenge: string }> {
    return orNotReady(() => this.#begin(organisationCode, callback));
  }

  async #begin(organisationCode: string, callback: string) {
    const provider = CODE.test(organisationCode)
      ? await this.#parts.providers.byCode(organisationCode)
      : undefined;
    if (provider?.enabled !== true) throw noProvider();
    const config = await this.#configuration(provider);
    const [verifier, state, nonce] = [
      openid.randomPKCECodeVerifier(),
      openid.randomState(),
      openid.randomNonce(),
    ];
    const location = openid.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: "openid profile email",
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    const challenge = newToken();
    const organisation = provider.organisation.id;
    const body = { code: organisationCode, verifier, state, nonce };
    await this.#parts.challenges.put(
      tokenHash(challenge),
      { kind: "provider", person: null, organisation, body },
      this.#parts.now() + CHALLENGE_MS,
    );
    return { location: location.href, challenge };
  }

  /** Takes somebody back. @param url the whole address the provider sent them to */
  finish(challenge: string, url: URL, visit: Visit): Promise<ProviderResult> {
    return orNotReady(() => this.#finish(challenge, url, visit));
  }

  async #finish(challenge: string, url: URL, visit: Visit): Promise<ProviderResult> {
    const { challenges, providers, people, sessions, now } = this.#parts;
    const asked = await challenges.take(tokenHash(challenge), "provider", now());
    const provider = asked && (await providers.byCode(asked.body["code"] ?? ""));
    if (asked === undefined || provider?.enabled !== true)
      return sessions.refuse("(a provider)", "provider", visit);
    const organisation = provider.organisation.id;
    const refuse = (actor: string): Promise<RefusedResult> =>
      sessions.refuse(actor, "provider", visit, organisation);
    const claims = await this.#claims(provider, url, asked.body).catch(() => undefined);
    const subject = claims?.["sub"];
    if (claims === undefined || typeof subject !== "string") return refuse("(a provider)");
    const bound = await providers.personOf(provider.issuer, subject);
    const person = bound === undefined ? await this.#named(provider, claims) : await people.byId(bound);
    if (person === undefined) return refuse(usernameOf(claims, provider) ?? "(a provider)");
    if (!mayVouchFor(organisation, person)) return refuse(person.username);
    if (person.state !== "active") return sessions.refuse(person.username, "not-active", visit, organisation);
    if (bound !== undefined && provider.trustsSecondFactor && hasSecondFactor(claims))
      return sessions.open(person, "provider", visit);
    const next = newToken();
    await challenges.put(
      tokenHash(next),
      { kind: "provider-code", person: person.id, organisation, body: { issuer: provider.issuer, subject } },
      now() + CHALLENGE_MS,
    );
    return { outcome: "needs-code", challenge: next };
  }

  /** Whom the claims name, where the provider means nobody else by another subject: a name can change hands. */
  async #named(provider: Provider, claims: Claims): Promise<Person | undefined> {
    const username = usernameOf(claims, provider);
    const person = username === undefined ? undefined : await this.#parts.people.byUsername(username);
    if (person === undefined || (await this.#parts.providers.isBound(provider.issuer, person.id)))
      return undefined;
    return person;
  }

  /**
   * Our own second factor: always at the first sign-in, which binds the provider's subject to the person, and wherever the
   * provider's second factor does not stand for ours. Out: `challenge` anew where the code was wrong.
   */
  async giveCode(
    challenge: string,
    given: SecondFactor,
    visit: Visit,
  ): Promise<SignInResult | { readonly outcome: "needs-code"; readonly challenge: string }> {
    const { challenges, people, providers, sessions, signIn, now } = this.#parts;
    const asked = await challenges.take(tokenHash(challenge), "provider-code", now());
    const person: Person | undefined =
      asked === undefined || asked.person === null ? undefined : await people.byId(asked.person);
    if (asked === undefined || person === undefined || !mayVouchFor(asked.organisation ?? 0, person))
      return sessions.refuse("(a provider)", "provider", visit);
    const result = await signIn.signInByCode(person, given, visit);
    if (result.outcome === "signed-in") {
      await providers.bind(asked.body["issuer"] ?? "", asked.body["subject"] ?? "", person.id);
      return result;
    }
    if (!["totp", "totp-reused", "recovery-code"].includes(result.why)) return result;
    const next = newToken();
    await challenges.put(tokenHash(next), asked, now() + CHALLENGE_MS);
    return { outcome: "needs-code", challenge: next };
  }

  #requireSettings({
    issuer,
    usernameClaim,
    emailDomain,
  }: Omit<Provider, "organisation" | "clientSecret">): void {
    const isLocal = this.#parts.localProviders === true && URL.canParse(issuer) && isThisMachine(issuer);
    if (!isLocal && !(URL.canParse(issuer) && isPublicUrl(new URL(issuer))))
      throw invalidSetting("issuer", "Enter the public https address that the provider gives as its issuer");
    if (emailDomain === null ? usernameClaim === "email" : !DOMAIN.test(emailDomain))
      throw invalidSetting("emailDomain", "Enter the domain of its email addresses, like force.police.uk");
  }

  async #ownOrganisation(code: string, { organisation, roles }: Administrator): Promise<number> {
    const found = CODE.test(code) ? await this.#parts.providers.organisation(code) : undefined;
    if (found === undefined || (found.id !== organisation.id && !mayDo(roles, "organisation.manage")))
      throw new Problem("NOT_FOUND", "You do not have access to an organisation with this code.");
    return found.id;
  }

  async #claims(
    provider: Provider,
    url: URL,
    asked: Readonly<Record<string, string>>,
  ): Promise<Record<string, unknown>> {
    const config = await this.#configuration(provider);
    const tokens = await openid.authorizationCodeGrant(config, url, {
      pkceCodeVerifier: asked["verifier"] ?? "",
      expectedState: asked["state"] ?? "",
      expectedNonce: asked["nonce"] ?? "",
      idTokenExpected: true,
    });
    const claims: Record<string, unknown> = { ...tokens.claims() };
    if (typeof claims[provider.usernameClaim] === "string") return claims;
    const subject = String(claims["sub"]);
    return { ...(await openid.fetchUserInfo(config, tokens.access_token, subject)), ...claims };
  }

  /** Asked once of each provider; what failed is asked again. */
  async #configuration({
    organisation,
    issuer,
    clientId,
    clientSecret,
  }: Provider): Promise<openid.Configuration> {
    const key = `${organisation.code} ${issuer} ${clientId}`;
    const known =
      this.#known.get(key) ??
      openid.discovery(
        new URL(issuer),
        clientId,
        unseal(this.#parts.masterKey, clientSecret, "provider").toString(),
        undefined,
        {
          timeout: PROVIDER_SECONDS,
          ...(this.#parts.localProviders === true && isThisMachine(issuer)
            ? { execute: [openid.allowInsecureRequests] }
            : { [openid.customFetch]: publicFetch }),
        },
      );
    this.#known.set(key, known);
    try {
      return await known;
    } catch (cause) {
      this.#known.delete(key);
      throw new Problem(
        "NOT_READY",
        "Your organisation's sign-in is not responding. Try again in a minute.",
        {
          cause,
          retryAfter: 60,
        },
      );
    }
  }
}

export const noProvider = (): Problem =>
  new Problem("NOT_FOUND", "This organisation has not set up its own sign-in here.");

const invalidSetting = (path: string, message: string): Problem =>
  new Problem("INPUT_INVALID", `${message}.`, { errors: [{ path, code: "INVALID", message }] });

/** Whether a change makes somebody else vouch, or for other people, or for more. */
const vouchesOtherwise = (
  before: Provider,
  to: Pick<Provider, "issuer" | "clientId" | "usernameClaim" | "emailDomain" | "trustsSecondFactor">,
): boolean =>
  before.issuer !== to.issuer ||
  before.clientId !== to.clientId ||
  before.usernameClaim !== to.usernameClaim ||
  before.emailDomain !== to.emailDomain ||
  before.trustsSecondFactor !== to.trustsSecondFactor;

const isThisMachine = (issuer: string): boolean =>
  ["localhost", "127.0.0.1", "[::1]"].includes(new URL(issuer).hostname);

function refusedChange(): Problem {
  return new Problem(
    "NOT_AUTHORISED",
    "Only a national administrator can choose the sign-in that an organisation uses. You can switch it on and off, and renew its secret.",
    {
      extra: {
        rules: ["role-may-organisation-manage"],
        needed: [`One of the roles ${rolesThatMay("organisation.manage").join(", ")}.`],
      },
    },
  );
}
