import type { CsvFile } from "../../flow/csv-heading.ts";
import { Problem } from "../../errors.ts";
import {
  ORGANISATION_KINDS,
  type KnownOrganisation,
  type OrganisationStore,
  type OrganisationChange,
  type OrganisationState,
} from "./organisation.ts";
import { importOrganisations } from "./import-csv.ts";
import { faultsOfOrganisation, isNetwork, ORGANISATION_CODE } from "./organisation-rules.ts";
import { mayDo, rolesThatMay } from "../../policy/roles.ts";
import { networkMatcher } from "../network-matcher.ts";
import type { Deliberate } from "../deliberate.ts";
import { refusedBy } from "../../policy/scope.ts";
import { afterName, pageByNames } from "../../flow/text-cursor.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import type { RowVerdict } from "../../flow/row-verdict.ts";
import { organisationActs } from "../../audit/acts/organisation.ts";
import type { Audited } from "../../audit/audited.ts";
import type { Caller } from "../caller.ts";

const DAY_MS = 86_400_000;
export type OrganisationAct = "approve" | "suspend" | "withdraw";
/** An organisation, and whether its people may enquire now: approved, and its written policy is current. */
export type OrganisationInUse = KnownOrganisation & { readonly mayEnquire: boolean };

const STATES: Readonly<Record<OrganisationAct, OrganisationState>> = {
  approve: "approved",
  suspend: "suspended",
  withdraw: "withdrawn",
};

export interface OrganisationsParts {
  readonly store: OrganisationStore;
  /** Brings the tasks in line with what is on record. */
  readonly keepTasks: () => Promise<void>;
  readonly audited: Audited;
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/** The organisations as people keep them: approval is national, each administrator keeps the own one's policy (ACC-1). */
export class Organisations {
  readonly #parts: OrganisationsParts;

  constructor(parts: OrganisationsParts) {
    this.#parts = parts;
  }

  async list(
    _caller: Caller,
    { search, state }: { search?: string | undefined; state?: OrganisationState | undefined },
    { limit, cursor }: PageRequest,
  ): Promise<Page<OrganisationInUse>> {
    const after = afterName(cursor);
    const rows = await this.#parts.store.list({ search, state, after, limit: limit + 1 });
    return pageByNames(
      rows,
      limit,
      ({ name }) => name,
      (row) => this.#inUse(row),
    );
  }

  async find(_caller: Caller, code: string): Promise<OrganisationInUse> {
    return this.#inUse(await this.#known(code));
  }

  async add(
    organisation: { name: string; code: string; kind: string },
    caller: Caller,
  ): Promise<OrganisationInUse> {
    if (!ORGANISATION_CODE.test(organisation.code))
      throw new Problem("INPUT_INVALID", "The organisation was not added.", {
        errors: [
          {
            path: "code",
            code: "CODE_INVALID",
            message: "Code must be lower-case words joined by hyphens, like devon-and-cornwall.",
          },
        ],
      });
    const subject = { organisation: organisation.code, before: null, after: organisation };
    return this.#parts.audited.do(caller.actor, organisationActs.change, subject, async () =>
      this.#inUse(await this.#parts.store.add(organisation)),
    );
  }

  async *importCsv(file: CsvFile, caller: Caller): AsyncGenerator<RowVerdict> {
    const { store, audited, keepTasks } = this.#parts;
    const verdicts = importOrganisations(file, store, (row, was, work) => {
      const subject = {
        organisation: row.code,
        before: was === undefined ? null : { name: was.name, kind: was.kind },
        after: { ...row },
        reason: "Import of the approved organisations",
      };
      return audited.do(caller.actor, organisationActs.change, subject, work);
    });
    for await (const verdict of verdicts)
      yield verdict.verdict === "refused"
        ? {
            row: verdict.row,
            verdict: "refused",
            code: verdict.code,
            path: verdict.column,
            message: verdict.message,
          }
        : { row: verdict.row, verdict: verdict.verdict, id: verdict.code };
    await keepTasks();
  }

  async change(
    code: string,
    to: OrganisationChange,
    { version, reason, address }: Deliberate & { address: string },
    caller: Caller,
  ): Promise<OrganisationInUse> {
    const nationally = to.name !== undefined || to.kind !== undefined;
    return this.#apply(code, { to, version, reason, nationally }, caller, (known) => {
      const errors = [
        ...faultsOfOrganisation(to, this.#parts.now()),
        ...kindFaults(to),
        ...lockOut(known, to, address, caller),
      ];
      if (errors.length > 0)
        throw new Problem("INPUT_INVALID", "The organisation was not changed.", { errors });
    });
  }

  async setState(
    code: string,
    to: OrganisationAct,
    { version, reason }: Deliberate,
    caller: Caller,
  ): Promise<OrganisationInUse> {
    const change = { state: STATES[to], stateWhy: reason };
    return this.#apply(code, { to: change, version, reason, nationally: true }, caller, (known) => {
      if (known.state === STATES[to])
        throw new Problem("CONFLICT", `${known.name} is ${known.state} already.`);
    });
  }

  /** One change, judged and made under its entry: as it was seen, by somebody who may, and as it fits. */
  async #apply(
    code: string,
    change: {
      readonly to: OrganisationChange;
      readonly version: number;
      readonly reason: string;
      readonly nationally: boolean;
    },
    caller: Caller,
    fits: (known: KnownOrganisation) => void,
  ): Promise<OrganisationInUse> {
    const { store, audited, keepTasks } = this.#parts;
    const { to, version, reason, nationally } = change;
    const subject = { organisation: code, after: { ...to }, reason };
    await audited.do(caller.actor, organisationActs.change, subject, async ({ add }) => {
      const known = await this.#judged(code, caller, nationally);
      if (known.version !== version) throw changedMeanwhile(known.name);
      fits(known);
      const members = Object.keys(to) as (keyof OrganisationChange)[];
      add({ before: Object.fromEntries(members.map((member) => [member, known[member]])) });
      if (!(await store.change(known.id, to, known.version))) throw changedMeanwhile(known.name);
    });
    await keepTasks();
    return this.#inUse(await this.#known(code));
  }

  async #known(code: string): Promise<KnownOrganisation> {
    const known = ORGANISATION_CODE.test(code) ? await this.#parts.store.byCode(code) : undefined;
    if (known === undefined) throw new Problem("NOT_FOUND", "There is no organisation with this code.");
    return known;
  }

  async #judged(code: string, caller: Caller, nationally: boolean): Promise<KnownOrganisation> {
    const known = await this.#known(code);
    if (nationally && !mayDo(caller.roles, "organisation.manage"))
      throw refusedBy(
        "organisations-are-kept-nationally",
        "Only a national administrator can change an organisation’s name, kind and approval.",
        `One of the roles ${rolesThatMay("organisation.manage").join(", ")}.`,
      );
    if (known.id !== caller.organisation.id && !mayDo(caller.roles, "organisation.manage"))
      throw refusedBy(
        "organisation-is-the-own",
        "This is another organisation.",
        `One of the roles ${rolesThatMay("organisation.manage").join(", ")}, or an administrator of that organisation.`,
      );
    return known;
  }

  #inUse(known: KnownOrganisation): OrganisationInUse {
    const { state, policy } = known;
    const current = policy !== null && this.#parts.now() < Date.parse(policy.until) + DAY_MS;
    return { ...known, mayEnquire: state === "approved" && current };
  }
}

const changedMeanwhile = (name: string): Problem =>
  new Problem("CONFLICT", `${name} has changed since you opened it. Check it again before you decide.`);

const kindFaults = ({ kind }: OrganisationChange) =>
  kind === undefined || ORGANISATION_KINDS.some((known) => known === kind)
    ? []
    : [
        {
          path: "kind",
          code: "KIND_UNKNOWN",
          message: `Kind must be one of ${ORGANISATION_KINDS.join(", ")}.`,
        },
      ];

/** Networks that would refuse the very person who sets them. */
function lockOut(
  known: KnownOrganisation,
  { allowedNetworks = [] }: OrganisationChange,
  address: string,
  caller: Caller,
) {
  if (known.id !== caller.organisation.id || allowedNetworks.length === 0) return [];
  if (!allowedNetworks.every(isNetwork) || networkMatcher(allowedNetworks)(address)) return [];
  return [
    {
      path: "allowedNetworks",
      code: "NETWORKS_LOCK_OUT",
      message: `Your address ${address} is in none of these networks: you would lock yourself out.`,
    },
  ];
}
