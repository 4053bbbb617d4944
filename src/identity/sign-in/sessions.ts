import { sessionActs } from "../../audit/acts/session.ts";
import type { Audited } from "../../audit/audited.ts";
import { actorFrom } from "../caller.ts";
import { createHash, randomBytes } from "node:crypto";
import { Problem } from "../../errors.ts";
import { mayDo } from "../../policy/roles.ts";
import type { AttemptStore, Origin } from "./attempt-store.ts";
import type { KnownDevices } from "./known-devices.ts";
import { orNotReady } from "./or-not-ready.ts";
import { networkOf } from "./network-of.ts";
import { OnceAMinute } from "../../flow/once-a-minute.ts";
import type { Person, Session } from "../person.ts";
import type { SessionStore, SignInMethod } from "./session-store.ts";
import type { Visit } from "./visit.ts";
import type { Caller } from "../caller.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The time of last use is written at most this often, so that reading pages does not mean writing rows. */
const TOUCH_MS = 15_000;
/** What lies further ahead than clocks differ was written before the clock went back, and proves nothing. */
const AHEAD_MS = MINUTE_MS;
/** Wrong codes and passwords that a session bears: its holder can come in again, whoever took it cannot. */
const MOST_WRONG_PROOFS = 5;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface SessionParts {
  readonly store: SessionStore;
  readonly attempts: Pick<AttemptStore, "succeeded">;
  readonly devices: KnownDevices;
  readonly audited: Audited;
  /** Limits of the policy pack (`pack.session`). */
  readonly limits: {
    readonly idleMinutes: number;
    readonly absoluteHours: number;
    readonly stepUpMinutes: number;
  };
  /** Whether an organisation's people may come from an address. */
  readonly allowsNetwork: (organisation: number, address: string) => Promise<boolean>;
  readonly now: () => number;
}

/** A session that was opened just now. */
export interface SignedInResult {
  readonly outcome: "signed-in";
  /** 32 random bytes, base64url; only its SHA-256 is kept. */
  readonly token: string;
  readonly csrfToken: string;
  readonly person: Person;
  /** Epoch ms. */
  readonly expires: number;
  readonly steppedUp: number;
  /** For a cookie that lasts: this browser is known to the person from now on. */
  readonly knownDevices: string;
}

/** A sign-in that was refused. `why` is for the log only; the person is told one sentence for all but `locked` and `network`. */
export interface RefusedResult {
  readonly outcome: "refused";
  readonly why:
    | "unknown"
    | "password"
    | "totp"
    | "totp-reused"
    | "recovery-code"
    | "passkey"
    | "provider"
    | "not-active"
    | "organisation"
    | "network"
    | "locked";
  /** Seconds until trying again makes sense, where `locked`. */
  readonly retryAfter?: number;
}

export type SignInResult = SignedInResult | RefusedResult;

export const tokenHash = (token: string): Buffer => createHash("sha256").update(token).digest();
export const newToken = (): string => randomBytes(32).toString("base64url");
/** Names a session in limits, logs and streams; the secret cannot be found from it. */
export const sessionName = (hash: Buffer): string => hash.toString("base64url").slice(0, 22);

/**
 * Nobody of an organisation that is suspended or withdrawn is let in (ACC-1), except those who keep organisations: they see
 * no reads, and nobody else could put right what was suspended by mistake.
 */
const mayComeIn = ({ roles, standing }: Person): boolean =>
  standing.organisationState === "approved" || mayDo(roles, "organisation.manage");

/** Opens, recognises and closes sessions, all of them with new secrets (ACC-6). */
export class Sessions {
  readonly #parts: SessionParts;
  readonly #repeated = new OnceAMinute();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Opens a session for somebody who proved who they are. The log has it before the session exists (AUD-1). */
  async open(person: Person, method: SignInMethod, visit: Visit): Promise<SignInResult> {
    if (person.state !== "active") return this.refuse(person.username, "not-active", visit);
    if (!mayComeIn(person))
      return this.refuse(person.username, "organisation", visit, person.organisation.id);
    if (!(await this.#parts.allowsNetwork(person.organisation.id, visit.address)))
      return this.refuse(person.username, "network", visit, person.organisation.id);
    const [token, csrfToken] = [newToken(), newToken()];
    const created = this.#parts.now();
    const expires = created + this.#parts.limits.absoluteHours * HOUR_MS;
    const { address, device, requestId } = visit;
    const subject = { person: person.id, roles: person.roles, method, address };
    await this.#parts.audited.do(actorFrom(person, requestId), sessionActs.open, subject, () =>
      this.#parts.store.open({
        tokenHash: tokenHash(token),
        person: person.id,
        csrfToken,
        created,
        expires,
        method,
        address,
        device,
      }),
    );
    await this.#parts.attempts.succeeded(person.username, this.originOf(person.username, visit));
    const knownDevices = this.#parts.devices.remember(person.username, visit.knownDevices);
    return { outcome: "signed-in", token, csrfToken, person, expires, steppedUp: created, knownDevices };
  }

  /** Where failures of this username count: at a browser it has signed in with, or else at the network. */
  originOf(username: string, { address, knownDevices }: Visit): Origin {
    const device = this.#parts.devices.find(username, knownDevices);
    return device === undefined
      ? { kind: "network", name: networkOf(address) }
      : { kind: "device", name: device };
  }

  /** Puts a refused sign-in on record (AUD-5); what anybody can repeat at no cost once a minute a network, with its count. */
  async refuse(
    actor: string,
    why: RefusedResult["why"],
    { address, requestId }: Visit,
    organisation: number | null = null,
  ): Promise<RefusedResult> {
    const isCheap = why === "locked" || actor === "(a provider)";
    const passedOver = isCheap ? this.#repeated.take(`${why} ${networkOf(address)}`, this.#parts.now()) : 0;
    if (passedOver === undefined) return { outcome: "refused", why };
    await this.#parts.audited.do({ name: actor, person: null, organisation, requestId }, sessionActs.refuse, {
      why,
      address,
      ...(passedOver > 0 ? { passedOver } : {}),
    });
    return { outcome: "refused", why };
  }

  /**
   * The session of a token, when it is known and neither idle nor old, and its holder may still come in; using it keeps it from going idle.
   * @throws Problem NOT_READY when the store does not answer
   */
  sessionOf(token: string): Promise<Session | undefined> {
    return orNotReady(async () => {
      if (!TOKEN.test(token)) return undefined;
      const { store, limits, now } = this.#parts;
      const hash = tokenHash(token);
      const session = await store.find(hash);
      const moment = now();
      if (session === undefined || session.person.state !== "active" || !mayComeIn(session.person))
        return undefined;
      if (session.expires <= moment || session.lastSeen + limits.idleMinutes * MINUTE_MS <= moment)
        return undefined;
      if (Math.max(session.created, session.lastSeen) > moment + AHEAD_MS) return undefined;
      if (moment - session.lastSeen >= TOUCH_MS) await store.touch(hash, moment);
      return session;
    });
  }

  /** Whether the second factor was given too long ago for what matters most: administration, approval, export. */
  needsStepUp({ steppedUp }: Pick<Session, "steppedUp">): boolean {
    const age = this.#parts.now() - steppedUp;
    return age > this.#parts.limits.stepUpMinutes * MINUTE_MS || age < -AHEAD_MS;
  }

  async noteStepUp(token: string): Promise<void> {
    await this.#parts.store.stepUp(tokenHash(token), this.#parts.now());
  }

  /** Counts a wrong code or password within a session, and ends it after some. @throws Problem NOT_SIGNED_IN when it ended */
  async noteWrongProof(token: string, by: Caller, { address }: Visit): Promise<void> {
    const wrong = await this.#parts.store.countWrongProof(tokenHash(token));
    if (wrong > 0 && wrong < MOST_WRONG_PROOFS) return;
    const subject = { person: by.person, why: "wrong-proofs", address } as const;
    await this.#parts.audited.do(by.actor, sessionActs.close, subject, () => this.close(token));
    throw new Problem("NOT_SIGNED_IN", "You entered too many wrong codes or passwords. Sign in again.");
  }

  async close(token: string): Promise<void> {
    await this.#parts.store.close(tokenHash(token));
  }

  /** Signs somebody out, who said so. */
  async leave(caller: Caller, token: string): Promise<void> {
    const subject = { person: caller.person };
    await this.#parts.audited.do(caller.actor, sessionActs.close, subject, () => this.close(token));
  }

  /** Ends the session that a browser still held when it signed in anew: what was planted there is worth nothing. */
  async replace(token: string, { address, requestId }: Visit): Promise<void> {
    const before = TOKEN.test(token) ? await this.#parts.store.find(tokenHash(token)) : undefined;
    if (before === undefined) return;
    const subject = { person: before.person.id, why: "replaced", address } as const;
    await this.#parts.audited.do(actorFrom(before.person, requestId), sessionActs.close, subject, () =>
      this.close(token),
    );
  }
}
