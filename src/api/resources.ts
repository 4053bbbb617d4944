import { audit, auditSamples } from "./audit/routes.ts";
import { accounts, duties } from "./resources/accounts.ts";
import { authorities } from "./resources/authorities.ts";
import { doctor } from "./resources/doctor.ts";
import { enrolment } from "./resources/enrolment.ts";
import { enquiries } from "./resources/enquiries.ts";
import { hits } from "./hits/routes.ts";
import { lists } from "./lists/routes.ts";
import { log } from "./log/routes.ts";
import { nrds } from "./nrds/routes.ts";
import { openApi } from "./resources/open-api.ts";
import { organisations } from "./resources/organisations.ts";
import { ownAccount } from "./resources/own-account.ts";
import { passkeys } from "./resources/passkeys.ts";
import { policy } from "./policy/routes.ts";
import { provider } from "./resources/provider.ts";
import { quarantine } from "./quarantine/routes.ts";
import { reads } from "./resources/reads.ts";
import { retention } from "./retention/routes.ts";
import { session } from "./resources/session.ts";
import { suspicions } from "./resources/suspicions.ts";
import type { Resource } from "./server-options.ts";

/** Everything under /v1 for people and their programs, in the order of the documentation. */
export const RESOURCES: readonly Resource[] = [
  session,
  ownAccount,
  passkeys,
  enrolment,
  hits,
  lists,
  authorities,
  enquiries,
  reads,
  nrds,
  quarantine,
  retention,
  accounts,
  organisations,
  provider,
  duties,
  suspicions,
  audit,
  auditSamples,
  policy,
  log,
  doctor,
  openApi,
];
