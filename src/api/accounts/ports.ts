import type { Accounts } from "../../identity/accounts/accounts.ts";
import type { Suspicions } from "../../identity/monitoring/suspicions.ts";
import type { Organisations } from "../../identity/organisations/organisations.ts";
import type { Tasks } from "../../identity/tasks/tasks.ts";

/** People and organisations, as the edges use them. */
export interface PeoplePorts {
  readonly accounts: Accounts;
  readonly organisations: Organisations;
  readonly tasks: Tasks;
  readonly suspicions: Suspicions;
}
