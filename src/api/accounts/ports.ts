import type { Readable } from "node:stream";
import type { Page, PageRequest } from "../../flow/page.ts";
import type { RowVerdict } from "../../flow/row-verdict.ts";
import type { Accounts } from "../../identity/accounts/accounts.ts";
import type { Caller } from "../../identity/caller.ts";
import type { Deliberate } from "../../identity/deliberate.ts";
import type { OrganisationChange, OrganisationState } from "../../identity/organisations/organisation.ts";
import type { Suspicions } from "../../identity/monitoring/suspicions.ts";
import type { Tasks } from "../../identity/tasks/tasks.ts";
import type { OrganisationView } from "./views.ts";

export type OrganisationAct = "approve" | "suspend" | "withdraw";

/** The organisations (ACC-1). Everybody who may see them sees all; each administrator keeps the own one's policy. */
export interface OrganisationPort {
  list(
    asker: Caller,
    filter: { search?: string | undefined; state?: OrganisationState | undefined },
    page: PageRequest,
  ): Promise<Page<OrganisationView>>;
  find(asker: Caller, code: string): Promise<OrganisationView>;
  add(organisation: { name: string; code: string; kind: string }, caller: Caller): Promise<OrganisationView>;
  importCsv(csv: Readable, caller: Caller): AsyncIterable<RowVerdict>;
  /** @param address where the asker comes from: nobody locks the own organisation's administrators out by mistake */
  change(
    code: string,
    to: OrganisationChange,
    why: Deliberate & { address: string },
    caller: Caller,
  ): Promise<OrganisationView>;
  setState(code: string, to: OrganisationAct, why: Deliberate, caller: Caller): Promise<OrganisationView>;
}

/** People and organisations, as the edges use them. */
export interface PeoplePorts {
  readonly accounts: Accounts;
  readonly organisations: OrganisationPort;
  readonly tasks: Tasks;
  readonly suspicions: Suspicions;
}
