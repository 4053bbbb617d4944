import type { Audited } from "../audit/audited.ts";
import type { Entries } from "../oversight/entries.ts";
import type { Findings } from "../oversight/findings.ts";
import type { Samples } from "../oversight/samples.ts";
import type { Authorities } from "../authority/authorities.ts";
import type { Enquiries } from "../enquiry/enquiries.ts";
import type { Reads } from "../enquiry/reads.ts";
import type { Hits } from "../hit/hits.ts";
import type { Enrolments } from "../identity/sign-in/enrolments.ts";
import type { OwnAccount } from "../identity/sign-in/own-account.ts";
import type { Passkeys } from "../identity/sign-in/passkeys.ts";
import type { Providers } from "../identity/sign-in/providers.ts";
import type { SignIn } from "../identity/sign-in/sign-in.ts";
import type { Nrds } from "../estate/nrds.ts";
import type { QuarantinedReads } from "../ingest/quarantine/quarantined-reads.ts";
import type { Sources } from "../source/sources.ts";
import type { Lists } from "../list/lists.ts";
import type { Deletions } from "../retention/deletions.ts";
import type { Health } from "../observe/health.ts";
import type { Packs } from "../policy/packs.ts";
import type { OrganisationNetworks } from "../identity/organisations/organisation-networks.ts";
import type { Accounts } from "../identity/accounts/accounts.ts";
import type { Suspicions } from "../identity/monitoring/suspicions.ts";
import type { Organisations } from "../identity/organisations/organisations.ts";
import type { Tasks } from "../identity/tasks/tasks.ts";
import type { Finding } from "../observe/finding.ts";

/** People and organisations, what is due about them, and what protective monitoring found. */
export interface People {
  readonly accounts: Accounts;
  readonly organisations: Organisations;
  readonly tasks: Tasks;
  readonly suspicions: Suspicions;
}

/**
 * Everything of the service that the HTTP edge uses, handed over by the composition root: the same for API and pages. Each
 * keeps to the caller's organisation and has every act in the log before it is done, and how it ended.
 */
export interface Rooms {
  /** Of the program, for the OpenAPI document. */
  readonly version: string;
  readonly signIn: Pick<
    SignIn,
    "signIn" | "sessionOf" | "signOut" | "takeBack" | "stepUp" | "needsStepUp" | "replace"
  >;
  readonly networks: Pick<OrganisationNetworks, "allows" | "logRefusal">;
  readonly enrolments: Pick<Enrolments, "newEnrolment" | "open" | "complete">;
  readonly passkeys: Pick<Passkeys, "ofPerson" | "askToAdd" | "add" | "remove" | "askToSignIn" | "signIn">;
  readonly providers: Pick<Providers, "enabled" | "begin" | "finish" | "giveCode" | "settings" | "configure">;
  readonly ownAccount: Pick<
    OwnAccount,
    | "sessions"
    | "endSession"
    | "recoveryLeft"
    | "newRecoveryCodes"
    | "changePassword"
    | "minimumPasswordLength"
  >;
  /** Calls `heard` after somebody stopped being active or has other roles; out: stops calling. */
  readonly onAccessChange: (heard: () => void) => Promise<() => Promise<void>>;
  readonly audited: Audited;
  readonly hits: Hits;
  readonly lists: Lists;
  readonly nrds: Nrds;
  readonly sources: Sources;
  readonly quarantine: QuarantinedReads;
  readonly enquiries: Enquiries;
  readonly reads: Reads;
  readonly authorities: Authorities;
  readonly retention: Deletions;
  readonly policy: Packs;
  /** What auditors work with, and everybody's own history. */
  readonly auditors: {
    readonly log: Entries;
    readonly samples: Samples;
    readonly findings: Findings;
  };
  readonly people: People;
  readonly doctor: { examine(): Promise<readonly Finding[]> };
  readonly health: Health;
}
