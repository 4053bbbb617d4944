import type { Readable } from "node:stream";
import { Problem } from "../errors.ts";
import { importNrds, type RowVerdict as ImportVerdict } from "./import-csv.ts";
import type { NrdAction } from "./nrd-actions.ts";
import type { NrdRegister } from "./nrd-register.ts";
import type { PlannedWrite } from "./plan-row.ts";
import type { RegisteredNrd } from "./registered-nrd.ts";
import type { OrganisationStore, OrganisationNames } from "../identity/organisations/organisation.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import type { NrdState } from "../read/nrd.ts";
import type { NrdAct, NrdPort, ProposedNrd, Rooms } from "../api/ports.ts";
import type { NrdView } from "../api/views.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { RowVerdict } from "../flow/row-verdict.ts";
import { auditFirst } from "../audit/audit-first.ts";
import type { Caller } from "../identity/caller.ts";

const ACTIONS: Readonly<Record<NrdAct, NrdAction>> = {
  "go-live": "goLive",
  suspend: "suspend",
  resume: "resume",
  "report-faulty": "reportFaulty",
  decommission: "decommission",
};

export interface NrdsParts {
  readonly register: NrdRegister;
  readonly organisations: OrganisationStore;
  readonly audit: Rooms["audit"];
  /** The policy in force, asked for at every decision. */
  readonly policy: { readonly engine: PolicyEngine };
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** An import may register NRDs of every organisation, and make those it does not know; otherwise only of one's own. */
  readonly nationalImport: boolean;
}

/**
 * The register as people use it: everybody sees the NRDs of the country, each organisation changes its own. Covert ones are
 * there for whoever may see their reads, and for nobody else.
 */
export class Nrds implements NrdPort {
  readonly #parts: NrdsParts;

  constructor(parts: NrdsParts) {
    this.#parts = parts;
  }

  async list(
    asker: Caller,
    filter: { search?: string | undefined; state?: string | undefined },
    page: PageRequest,
  ): Promise<Page<NrdView>> {
    const after = afterId(page.cursor, "integer");
    const rows = await this.#parts.register.list({
      limit: page.limit + 1,
      covertOf: this.#mayKnow(asker, { type: "covert", organisation: asker.organisation.id })
        ? asker.organisation.id
        : null,
      ...(after === undefined ? {} : { after }),
      ...(filter.search === undefined ? {} : { text: filter.search }),
      ...(filter.state === undefined ? {} : { state: filter.state as NrdState }),
    });
    return pageByIds(rows, page.limit, present);
  }

  async find(asker: Caller, nrd: number): Promise<NrdView> {
    return present(await this.#known(asker, nrd));
  }

  async propose(nrd: ProposedNrd, caller: Caller): Promise<NrdView> {
    const organisation = caller.organisation.id;
    if (!this.#mayKnow(caller, { ...nrd, organisation })) {
      throw new Problem("NOT_AUTHORISED", "You could no longer see this camera.", {
        extra: {
          rules: ["covert-reads-stay-with-their-owner"],
          needed: ["Clearance for covert cameras of your organisation."],
        },
      });
    }
    await auditFirst(this.#parts.audit, caller, "nrd.add", { ...nrd });
    return present(await this.#parts.register.add({ ...nrd, organisation }));
  }

  async *importCsv(csv: Readable, caller: Caller): AsyncGenerator<RowVerdict> {
    const { register, nationalImport, audit } = this.#parts;
    await auditFirst(audit, caller, "nrd.import", { national: nationalImport });
    const verdicts = importNrds(
      csv,
      { register, organisations: this.#owners(caller) },
      {
        state: "proposed",
        createOrganisations: nationalImport,
        by: caller.person,
        mayChange: (nrd) =>
          nationalImport || (nrd.organisation === caller.organisation.id && this.#mayKnow(caller, nrd)),
        first: (writes) => this.#auditWrites(writes, caller),
      },
    );
    for await (const verdict of verdicts) yield presentVerdict(verdict);
  }

  async change(nrd: number, to: NrdAct, reason: string, caller: Caller): Promise<NrdView> {
    const known = await this.#known(caller, nrd);
    if (known.organisation !== caller.organisation.id) {
      throw new Problem("NOT_AUTHORISED", "This camera belongs to another organisation.", {
        extra: { rules: ["nrd-is-the-organisation's"], needed: ["A camera of your own organisation."] },
      });
    }
    await auditFirst(this.#parts.audit, caller, "nrd.state", { nrd, act: to, reason });
    return present(await this.#parts.register.act(nrd, ACTIONS[to], reason, caller.person));
  }

  async #known(asker: Caller, nrd: number): Promise<RegisteredNrd> {
    const known = await this.#parts.register.byId(idNumber(String(nrd), "integer"));
    if (known === undefined || !this.#mayKnow(asker, known))
      throw new Problem("NOT_FOUND", "There is no camera with this number in the register.");
    return known;
  }

  /** A certificate binds the use of reads; that there is an NRD is no secret. */
  #mayKnow(asker: Caller, { type, organisation }: Pick<RegisteredNrd, "type" | "organisation">): boolean {
    if (type !== "covert") return true;
    const { policy, now } = this.#parts;
    return policy.engine.mayKnowOf(asker, { id: 0, organisation, covert: true, certificate: false }, now());
  }

  /** What an import adds in one entry, and each NRD that it changes in an entry of its own, with what was there before. */
  async #auditWrites(writes: readonly PlannedWrite[], caller: Caller): Promise<void> {
    const { audit } = this.#parts;
    const added = writes.filter(({ change }) => change === null).map(({ write }) => write.nrd);
    await Promise.all([
      ...(added.length === 0 ? [] : [auditFirst(audit, caller, "nrd.import", { added })]),
      ...writes.map(({ write, change }) => {
        if (change === null) return undefined;
        const { feed, source, camera } = write.nrd;
        const { id: nrd, before, after } = change;
        return auditFirst(audit, caller, "nrd.import", { nrd, feed, source, camera, before, after });
      }),
    ]);
  }

  #owners(by: Caller): OrganisationNames {
    const { organisations, nationalImport } = this.#parts;
    if (nationalImport) return organisations;
    const own = async () => (await organisations.all()).filter(({ id }) => id === by.organisation.id);
    return { all: own, ensure: own };
  }
}

const present = (nrd: RegisteredNrd): NrdView => ({
  id: nrd.id,
  feed: nrd.feed,
  source: nrd.source,
  camera: nrd.camera,
  name: nrd.name,
  type: nrd.type,
  organisation: nrd.organisation,
  road: nrd.road,
  direction: nrd.direction,
  lane: nrd.lane,
  position: { lat: nrd.position.lat, lon: nrd.position.lon },
  deviceKey: nrd.deviceKey,
  state: nrd.state,
  stateSince: nrd.stateSince.toISOString(),
  dailyReads: nrd.dailyReads,
});

const presentVerdict = (verdict: ImportVerdict): RowVerdict =>
  verdict.verdict === "refused"
    ? {
        row: verdict.row,
        verdict: "refused",
        code: verdict.code,
        path: verdict.column,
        message: verdict.message,
      }
    : { row: verdict.row, verdict: verdict.verdict, id: String(verdict.id) };
