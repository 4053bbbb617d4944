import { audit, auditSamples } from "./audit/routes.ts";
import { accounts } from "./accounts/routes.ts";
import { authorities } from "./authorities/routes.ts";
import { doctor } from "./operations/doctor.ts";
import { enrolment } from "./session/enrolment.ts";
import { enquiries } from "./enquiries/routes.ts";
import { hits } from "./hits/routes.ts";
import { lists } from "./lists/routes.ts";
import { log } from "./log/routes.ts";
import { nrds } from "./nrds/routes.ts";
import { openApi } from "./open-api/routes.ts";
import { organisations } from "./organisations/routes.ts";
import { ownAccount } from "./session/own-account.ts";
import { passkeys } from "./session/passkeys.ts";
import { policy } from "./policy/routes.ts";
import { provider } from "./session/provider.ts";
import { quarantine } from "./quarantine/routes.ts";
import { reads } from "./reads/routes.ts";
import { retention } from "./retention/routes.ts";
import { session } from "./session/routes.ts";
import { feedSources } from "./sources/routes.ts";
import { tasks } from "./tasks/routes.ts";
import { suspicions } from "./suspicions/routes.ts";
import type { Resource } from "./http/server-options.ts";

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
  feedSources,
  quarantine,
  retention,
  accounts,
  organisations,
  provider,
  tasks,
  suspicions,
  audit,
  auditSamples,
  policy,
  log,
  doctor,
  openApi,
];
