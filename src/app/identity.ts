import { OrganisationNetworks } from "../identity/organisations/organisation-networks.ts";
import { KnownDevices } from "../identity/sign-in/known-devices.ts";
import { Enrolments, type EnrolmentParts } from "../identity/sign-in/enrolments.ts";
import { OwnAccount } from "../identity/sign-in/own-account.ts";
import { Passkeys } from "../identity/sign-in/passkeys.ts";
import { Providers } from "../identity/sign-in/providers.ts";
import { Sessions, type SessionParts } from "../identity/sign-in/sessions.ts";
import { SignIn, type SignInLimits } from "../identity/sign-in/sign-in.ts";
import type { Audited } from "../audit/audited.ts";
import type { Database } from "../storage/postgres/database.ts";
import { PostgresAttemptStore } from "../storage/postgres/identity/attempt-store.ts";
import { PostgresChallengeStore } from "../storage/postgres/identity/challenge-store.ts";
import { PostgresCredentialStore } from "../storage/postgres/identity/credential-store.ts";
import { PostgresOrganisationStore } from "../storage/postgres/identity/organisation-store.ts";
import { PostgresPasskeyStore } from "../storage/postgres/identity/passkey-store.ts";
import { PostgresPersonStore } from "../storage/postgres/identity/person-store.ts";
import { PostgresProviderStore } from "../storage/postgres/identity/provider-store.ts";
import { PostgresSessionStore } from "../storage/postgres/identity/session-store.ts";

export interface IdentityParts {
  readonly database: Database;
  readonly audited: Audited;
  readonly masterKey: Buffer;
  /** The numbers of the pack in force, looked up each time: another may take over. */
  readonly pack: {
    readonly session: SessionParts["limits"] & SignInLimits;
    readonly accounts: EnrolmentParts["rules"];
  };
  readonly now: () => number;
  /** The demo's people share one TOTP secret and sign in faster than its codes change. */
  readonly repeatableCodes?: boolean;
  /** An organisation's provider may run on this machine: for the demo and tests. */
  readonly localProviders?: boolean;
}

/** Everything about coming in, put together: sign-in, sessions, enrolment, passkeys, providers, networks. */
export function openIdentity(parts: IdentityParts) {
  const { database, audited, masterKey, pack, now, repeatableCodes, localProviders } = parts;
  const people = new PostgresPersonStore(database);
  const organisations = new PostgresOrganisationStore(database);
  const credentials = new PostgresCredentialStore(database);
  const challenges = new PostgresChallengeStore(database);
  const attempts = new PostgresAttemptStore(database);
  const store = new PostgresSessionStore(database);
  const networks = new OrganisationNetworks({
    networksOf: async (organisation) => (await organisations.standing(organisation))?.allowedNetworks ?? [],
    audited,
    now,
  });
  const sessions = new Sessions({
    store,
    attempts,
    devices: new KnownDevices(masterKey),
    audited,
    get limits() {
      return pack.session;
    },
    allowsNetwork: (organisation, address) => networks.allows(organisation, address),
    now,
  });
  const signIn = new SignIn({
    sessions,
    credentials,
    attempts,
    audited,
    masterKey,
    get limits() {
      return pack.session;
    },
    now,
    ...(repeatableCodes === undefined ? {} : { repeatableCodes }),
  });
  return {
    signIn,
    networks,
    enrolments: new Enrolments({
      credentials,
      audited,
      masterKey,
      get rules() {
        return pack.accounts;
      },
      now,
    }),
    passkeys: new Passkeys({
      sessions,
      passkeys: new PostgresPasskeyStore(database),
      challenges,
      people,
      audited,
      now,
    }),
    providers: new Providers({
      sessions,
      signIn,
      providers: new PostgresProviderStore(database),
      challenges,
      people,
      audited,
      masterKey,
      now,
      ...(localProviders === undefined ? {} : { localProviders }),
    }),
    ownAccount: new OwnAccount({
      sessions: store,
      opened: sessions,
      credentials,
      audited,
      masterKey,
      get rules() {
        return pack.accounts;
      },
      now,
    }),
    /** Calls `heard` after somebody stopped being active or has other roles, in this process or another: streams ask again at once. */
    onAccessChange: (heard: () => void): Promise<() => Promise<void>> =>
      database.listen("person_stopped", heard),
    /** Deletes what ended before a moment (epoch ms). Out: how many sessions. */
    forget: async (before: number): Promise<number> => {
      await attempts.forget(before);
      await challenges.forget(before);
      await credentials.forgetEnrolments(before);
      return store.forget(before);
    },
  };
}

export type Identity = ReturnType<typeof openIdentity>;
