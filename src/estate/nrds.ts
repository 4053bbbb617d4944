import { setTimeout as pause } from "node:timers/promises";
import type { CsvFile } from "../flow/csv-heading.ts";
import { nrdActs } from "../audit/acts/nrd.ts";
import type { Audited } from "../audit/audited.ts";
import { Problem } from "../errors.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { RowVerdict } from "../flow/row-verdict.ts";
import type { Caller } from "../identity/caller.ts";
import type { OrganisationNames, OrganisationStore } from "../identity/organisations/organisation.ts";
import type { PersonStore } from "../identity/person.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import type { NrdState } from "../read/nrd.ts";
import type { EstateFollowers } from "./estate-lease.ts";
import { importNrds, type RowVerdict as ImportVerdict } from "./import-csv.ts";
import { NRD_ACTIONS, refusalOf, type NrdAction } from "./nrd-actions.ts";
import type { NrdLoss } from "./nrd-loss.ts";
import type { NrdRegister, WriteResult } from "./nrd-register.ts";
import { sayNotTheirs, type PlannedWrite } from "./plan-row.ts";
import { mayKnowNrd } from "./register-view.ts";
import type { NewNrd, NrdStateChange, RegisteredNrd } from "./registered-nrd.ts";

/** How often it is asked whether every process follows a change, ms. */
const FOLLOWED_POLL_MS = 50;
/** Twice what a process that died keeps its lease for. */
const FOLLOWED_WITHIN_MS = 60_000;

export interface NrdsParts {
  readonly register: NrdRegister;
  readonly organisations: OrganisationStore;
  readonly people: Pick<PersonStore, "byId">;
  readonly audited: Audited;
  readonly followers: Pick<EstateFollowers, "areBehind">;
  /** The policy in force, asked for at every decision. */
  readonly policy: { readonly engine: PolicyEngine };
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Writes what this process counted of lost reads and has not kept yet, so that a page tells of the last one. */
  readonly settle: () => Promise<void>;
  /** An import may register NRDs of every organisation, and make those it does not know; otherwise only of one's own. */
  readonly nationalImport: boolean;
}

/** Which NRDs are looked for. */
export interface NrdFilter {
  /** Part of the name or road, whatever its case. */
  readonly search?: string | undefined;
  readonly state?: NrdState | undefined;
}

export type ProposedNrd = Omit<NewNrd, "organisation">;

/** A change of state with the username of who made it; null when the service itself did. */
export type NamedStateChange = Omit<NrdStateChange, "by"> & { readonly by: string | null };

/**
 * The register as people use it: everybody sees the NRDs of the country, each organisation changes its own. Covert ones are
 * there for whoever may see their reads, and for nobody else.
 */
export class Nrds {
  readonly #parts: NrdsParts;

  constructor(parts: NrdsParts) {
    this.#parts = parts;
  }

  async list(filter: NrdFilter, page: PageRequest, caller: Caller): Promise<Page<RegisteredNrd>> {
    const after = afterId(page.cursor, "integer");
    const organisation = caller.organisation.id;
    const rows = await this.#parts.register.list({
      limit: page.limit + 1,
      covertOf: this.#mayKnow({ type: "covert", organisation }, caller) ? organisation : null,
      ...(after === undefined ? {} : { after }),
      ...(filter.search === undefined ? {} : { text: filter.search }),
      ...(filter.state === undefined ? {} : { state: filter.state }),
    });
    return pageByIds(rows, page.limit, (nrd) => nrd);
  }

  find(nrd: number, caller: Caller): Promise<RegisteredNrd> {
    return this.#parts.audited.lookOpenly(caller.actor, nrdActs.find, { nrd }, () =>
      this.#known(nrd, caller),
    );
  }

  async #known(nrd: number, caller: Caller): Promise<RegisteredNrd> {
    const known = await this.#parts.register.byId(idNumber(String(nrd), "integer"));
    if (known === undefined || !this.#mayKnow(known, caller))
      throw new Problem("NOT_FOUND", "There is no camera with this id in the register.");
    return known;
  }

  /** What the organisation that runs an NRD is called. */
  async ownerOf({ organisation }: Pick<RegisteredNrd, "organisation">): Promise<string> {
    const owner = (await this.#parts.organisations.all()).find(({ id }) => id === organisation);
    return owner?.name ?? `organisation ${organisation}`;
  }

  /** Newest first. */
  async history(nrd: number, caller: Caller): Promise<readonly NamedStateChange[]> {
    const { register, people } = this.#parts;
    await this.find(nrd, caller);
    const changes = await register.history(nrd);
    const ids = [...new Set(changes.flatMap(({ by }) => (by === null ? [] : [by])))];
    const names = new Map(
      await Promise.all(ids.map(async (id) => [id, (await people.byId(id))?.username] as const)),
    );
    return changes.map(({ by, ...change }) => ({
      ...change,
      by: by === null ? null : (names.get(by) ?? `person ${by}`),
    }));
  }

  /** What became of its reads that are no good data (READ-8); of another organisation's NRD nothing is said. */
  async losses(nrd: number, caller: Caller): Promise<readonly NrdLoss[]> {
    const known = await this.find(nrd, caller);
    if (known.organisation !== caller.organisation.id) return [];
    await this.#parts.settle();
    return this.#parts.register.losses(nrd);
  }

  /** @throws Problem CONFLICT when its triple or device key is taken, NOT_AUTHORISED for a covert one without the clearance */
  propose(nrd: ProposedNrd, caller: Caller): Promise<RegisteredNrd> {
    const organisation = caller.organisation.id;
    return this.#parts.audited.do(caller.actor, nrdActs.add, { ...nrd }, async (entry) => {
      if (!this.#mayKnow({ ...nrd, organisation }, caller)) {
        throw new Problem("NOT_AUTHORISED", "You would not see this camera again.", {
          extra: {
            rules: ["covert-reads-stay-with-their-owner"],
            needed: ["Clearance for covert cameras of your organisation."],
          },
        });
      }
      const added = await this.#parts.register.add({ ...nrd, organisation }).catch(async (error: unknown) => {
        throw error instanceof Problem && error.code === "CONFLICT"
          ? await this.#notTheirs({ ...nrd, organisation }, error)
          : error;
      });
      entry.add({ nrd: added.id });
      return added;
    });
  }

  /** Verdicts in the order of the rows; the body is read no faster than it is stored. */
  importCsv(file: CsvFile, caller: Caller): Promise<AsyncGenerator<RowVerdict, void, undefined>> {
    const { audited, nationalImport } = this.#parts;
    return audited.doEach(caller.actor, nrdActs.import, { national: nationalImport }, (entry) =>
      this.#importRows(file, caller, (rows) => entry.add({ rows })),
    );
  }

  /** @throws Problem CONFLICT when its state does not allow it */
  async change(nrd: number, action: NrdAction, reason: string, caller: Caller): Promise<RegisteredNrd> {
    if (reason.trim() === "") {
      const errors = [{ path: "reason", code: "REASON_MISSING", message: "Say why the state changes." }];
      throw new Problem("INPUT_INVALID", "A change of state needs a reason.", { errors });
    }
    const subject = { nrd, to: NRD_ACTIONS[action].to, reason: reason.trim() };
    const changed = await this.#parts.audited.do(caller.actor, nrdActs.changeState, subject, async () => {
      const known = await this.#known(nrd, caller);
      if (known.organisation !== caller.organisation.id) {
        throw new Problem("NOT_AUTHORISED", "This camera belongs to another organisation.", {
          extra: { rules: ["nrd-is-the-organisation's"], needed: ["A camera of your own organisation."] },
        });
      }
      const done = await this.#parts.register.act(nrd, action, subject.reason, caller.person);
      if (done === undefined) throw refusalOf(await this.#known(nrd, caller), action);
      return done;
    });
    await this.#followedEverywhere(nrd);
    return changed;
  }

  /**
   * Collection has stopped when this is answered, in every process that takes reads (NAI-6). The change stands in the log as
   * done before: whatever happens to the waiting does not undo it.
   * @throws Problem NOT_FOLLOWED_YET when some process has neither followed nor given up its lease for a minute
   */
  async #followedEverywhere(nrd: number): Promise<void> {
    const begun = performance.now();
    while (await this.#parts.followers.areBehind(nrd).catch(() => true)) {
      if (performance.now() - begun > FOLLOWED_WITHIN_MS)
        throw new Problem(
          "NOT_FOLLOWED_YET",
          "The change is recorded. A process has not confirmed yet that it follows it, and may still take reads of this camera: " +
            "look at the camera again in a minute.",
        );
      await pause(FOLLOWED_POLL_MS);
    }
  }

  /** What stands in the way of a proposal: of one's own it is said; whether others have such an NRD is not. */
  async #notTheirs(nrd: NewNrd, taken: Problem): Promise<Problem> {
    const [known] = await this.#parts.register.known([nrd]);
    if (known?.nrd.organisation === nrd.organisation && known.nrd.type !== "covert") return taken;
    return new Problem("NOT_AUTHORISED", sayNotTheirs(nrd), {
      extra: { rules: ["nrd-is-the-organisation's"], needed: ["A camera of your own organisation."] },
    });
  }

  async *#importRows(
    file: CsvFile,
    caller: Caller,
    count: (rows: number) => void,
  ): AsyncGenerator<RowVerdict> {
    const { register, nationalImport } = this.#parts;
    const verdicts = importNrds(
      file,
      { register, organisations: this.#owners(caller) },
      {
        state: "proposed",
        createOrganisations: nationalImport,
        by: caller.person,
        mayChange: (nrd) =>
          nationalImport || (nrd.organisation === caller.organisation.id && this.#mayKnow(nrd, caller)),
        underLog: (writes, write) =>
          this.#parts.audited.doAll(caller.actor, nrdActs.import, subjectsOf(writes), write, (results) =>
            endsOf(writes, results),
          ),
      },
    );
    for await (const verdict of verdicts) {
      count(verdict.row);
      yield rowVerdict(verdict);
    }
  }

  #mayKnow(nrd: Pick<RegisteredNrd, "type" | "organisation">, caller: Caller): boolean {
    return mayKnowNrd(nrd, this.#parts, caller);
  }

  #owners(caller: Caller): OrganisationNames {
    const { organisations, nationalImport } = this.#parts;
    if (nationalImport) return organisations;
    const own = async () => (await organisations.all()).filter(({ id }) => id === caller.organisation.id);
    return { all: own, ensure: own };
  }
}

/** What an import adds in one entry, and each NRD that it changes in an entry of its own, with what was there before. */
function subjectsOf(writes: readonly PlannedWrite[]) {
  const added = writes.filter(({ change }) => change === null).map(({ write }) => ({ ...write.nrd }));
  return [
    ...(added.length === 0 ? [] : [{ added, count: added.length }]),
    ...writes.flatMap(({ write, change }) => {
      if (change === null) return [];
      const { feed, source, camera } = write.nrd;
      const { id: nrd, before, after } = change;
      return [{ nrd, feed, source, camera, before: { ...before }, after: { ...after } }];
    }),
  ];
}

/** What became of each of those: how many were added, and which somebody else changed meanwhile. */
function endsOf(writes: readonly PlannedWrite[], results: readonly WriteResult[]) {
  const isNew = writes.map(({ change }) => change === null);
  const count = results.filter(({ verdict }) => verdict === "added").length;
  return [
    ...(isNew.includes(true) ? [{ count }] : []),
    ...results
      .filter((_result, at) => isNew[at] === false)
      .map(({ verdict }) =>
        verdict === "meanwhile"
          ? new Problem("CONFLICT", "Somebody else changed it at the same moment.")
          : {},
      ),
  ];
}

const rowVerdict = (verdict: ImportVerdict): RowVerdict =>
  verdict.verdict === "refused"
    ? {
        row: verdict.row,
        verdict: "refused",
        code: verdict.code,
        path: verdict.column,
        message: verdict.message,
      }
    : { row: verdict.row, verdict: verdict.verdict, id: String(verdict.id) };
