import type { Readable } from "node:stream";
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
import { networkMatcher } from "../../api/http/networks.ts";
import type { OrganisationAct, OrganisationPort } from "../../api/accounts/ports.ts";
import type { Deliberate } from "../deliberate.ts";
import type { OrganisationView } from "../../api/accounts/views.ts";
import type { Rooms } from "../../api/ports.ts";
import { refusedBy } from "../../policy/scope.ts";
import { afterName, pageByNames } from "../../flow/text-cursor.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import type { RowVerdict } from "../../flow/row-verdict.ts";
import { auditFirst, auditedRefusals, auditedDoing } from "../../audit/audit-first.ts";
import type { Caller } from "../caller.ts";

const DAY_MS = 86_400_000;
const STATES: Readonly<Record<OrganisationAct, OrganisationState>> = {
  approve: "approved",
  suspend: "suspended",
  withdraw: "withdrawn",
};

export interface OrganisationsParts {
  readonly store: OrganisationStore;
  /** Brings the tasks in line with what is on record. */
  readonly keepTasks: () => Promise<void>;
  readonly audit: Rooms["audit"];
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/** The organisations as people keep them: approval is national, each administrator keeps the own one's policy (ACC-1). */
export class Organisations implements OrganisationPort {
  readonly #parts: OrganisationsParts;

  constructor(parts: OrganisationsParts) {
    this.#parts = parts;
  }

  async list(
    _asker: Caller,
    { search, state }: { search?: string | undefined; state?: OrganisationState | undefined },
    { limit, cursor }: PageRequest,
  ): Promise<Page<OrganisationView>> {
    const after = afterName(cursor);
    const rows = await this.#parts.store.list({ search, state, after, limit: limit + 1 });
    return pageByNames(
      rows,
      limit,
      ({ name }) => name,
      (row) => this.#present(row),
    );
  }

  async find(_asker: Caller, code: string): Promise<OrganisationView> {
    return this.#present(await this.#known(code));
  }

  async add(
    organisation: { name: string; code: string; kind: string },
    caller: Caller,
  ): Promise<OrganisationView> {
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
    await auditFirst(this.#parts.audit, caller, "organisation.change", { before: null, after: organisation });
    return this.#present(
      await auditedDoing(
        this.#parts.audit,
        caller,
        "organisation.change",
        { organisation: organisation.code },
        () => this.#parts.store.add(organisation),
      ),
    );
  }

  async *importCsv(csv: Readable, caller: Caller): AsyncGenerator<RowVerdict> {
    const { store, audit, keepTasks } = this.#parts;
    const verdicts = importOrganisations(csv, store, (row, was) =>
      auditFirst(audit, caller, "organisation.change", {
        organisation: row.code,
        before: was === undefined ? null : { name: was.name, kind: was.kind },
        after: row,
        reason: "Import of the approved organisations",
      }),
    );
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
  ): Promise<OrganisationView> {
    const nationally = to.name !== undefined || to.kind !== undefined;
    const known = await this.#toChange(code, version, caller, nationally);
    const errors = [
      ...faultsOfOrganisation(to, this.#parts.now()),
      ...kindFaults(to),
      ...lockOut(known, to, address, caller),
    ];
    if (errors.length > 0)
      throw new Problem("INPUT_INVALID", "The organisation was not changed.", { errors });
    return this.#apply(known, to, reason, caller);
  }

  async setState(
    code: string,
    to: OrganisationAct,
    { version, reason }: Deliberate,
    caller: Caller,
  ): Promise<OrganisationView> {
    const known = await this.#toChange(code, version, caller, true);
    if (known.state === STATES[to]) throw new Problem("CONFLICT", `${known.name} is ${known.state} already.`);
    return this.#apply(known, { state: STATES[to], stateWhy: reason }, reason, caller);
  }

  async #apply(
    known: KnownOrganisation,
    to: OrganisationChange,
    reason: string,
    caller: Caller,
  ): Promise<OrganisationView> {
    const { store, audit, keepTasks } = this.#parts;
    const members = Object.keys(to) as (keyof OrganisationChange)[];
    const before = Object.fromEntries(members.map((member) => [member, known[member]]));
    await auditFirst(audit, caller, "organisation.change", {
      organisation: known.code,
      before,
      after: to,
      reason,
    });
    await auditedDoing(audit, caller, "organisation.change", { organisation: known.code }, async () => {
      if (!(await store.change(known.id, to, known.version))) throw changedMeanwhile(known.name);
    });
    await keepTasks();
    return this.#present(await this.#known(known.code));
  }

  async #known(code: string): Promise<KnownOrganisation> {
    const known = ORGANISATION_CODE.test(code) ? await this.#parts.store.byCode(code) : undefined;
    if (known === undefined) throw new Problem("NOT_FOUND", "There is no organisation with this code.");
    return known;
  }

  /** The organisation as it was seen, for somebody who may change it; who may not is in the log. */
  async #toChange(
    code: string,
    version: number,
    caller: Caller,
    nationally: boolean,
  ): Promise<KnownOrganisation> {
    const subject = { organisation: code };
    const known = await auditedRefusals(this.#parts.audit, caller, "organisation.change", subject, () =>
      this.#judged(code, caller, nationally),
    );
    if (known.version !== version) throw changedMeanwhile(known.name);
    return known;
  }

  async #judged(code: string, by: Caller, nationally: boolean): Promise<KnownOrganisation> {
    const known = await this.#known(code);
    if (nationally && !mayDo(by.roles, "organisation.manage"))
      throw refusedBy(
        "organisations-are-kept-nationally",
        "Only a national administrator can change an organisation’s name, kind and approval.",
        `One of the roles ${rolesThatMay("organisation.manage").join(", ")}.`,
      );
    if (known.id !== by.organisation.id && !mayDo(by.roles, "organisation.manage"))
      throw refusedBy(
        "organisation-is-the-own",
        "This is another organisation.",
        `One of the roles ${rolesThatMay("organisation.manage").join(", ")}, or an administrator of that organisation.`,
      );
    return known;
  }

  #present({ id: _id, allowedNetworks, ...organisation }: KnownOrganisation): OrganisationView {
    const { state, policy } = organisation;
    const current = policy !== null && this.#parts.now() < Date.parse(policy.until) + DAY_MS;
    return {
      ...organisation,
      allowedNetworks: [...allowedNetworks],
      mayEnquire: state === "approved" && current,
    };
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
  by: Caller,
) {
  if (known.id !== by.organisation.id || allowedNetworks.length === 0) return [];
  if (!allowedNetworks.every(isNetwork) || networkMatcher(allowedNetworks)(address)) return [];
  return [
    {
      path: "allowedNetworks",
      code: "NETWORKS_LOCK_OUT",
      message: `Your address ${address} is in none of these networks: you would lock yourself out.`,
    },
  ];
}
