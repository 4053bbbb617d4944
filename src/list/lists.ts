import type { CsvFile } from "../flow/csv-heading.ts";
import { listActs } from "../audit/acts/list.ts";
import type { Audited } from "../audit/audited.ts";
import { shownVrms } from "../audit/shown-vrms.ts";
import { Problem } from "../errors.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { RowVerdict } from "../flow/row-verdict.ts";
import type { Caller } from "../identity/caller.ts";
import type { PolicyNumbers } from "../policy/pack/numbers.ts";
import { tellingWords } from "../policy/reason.ts";
import { checkEntry } from "./check-entry.ts";
import { heldToPack, personalDetailOf, type EntryRules } from "./entry-rules.ts";
import { readEntries } from "./list-csv.ts";
import {
  isWaiting,
  type EntryState,
  type EntryVerdict,
  type ListEntry,
  type NewListEntry,
  type NewVehicleList,
  type VehicleList,
} from "./list-entry.ts";
import type { ListStore } from "./list-store.ts";

/** Rows of an import that are stored together, and entries that one entry of the log names. */
const CHUNK = 1_000;

export type NewList = Pick<NewVehicleList, "name" | "purpose" | "priority" | "category">;

export interface ListsParts {
  readonly store: ListStore;
  readonly audited: Audited;
  /** Of the pack in force. */
  readonly numbers: () => Pick<PolicyNumbers, "lists" | "access">;
  readonly readsLike: EntryRules["readsLike"];
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/** What became of one entry that somebody wanted to confirm. */
export type Confirmation =
  | { readonly entry: string; readonly verdict: "confirmed" }
  | {
      readonly entry: string;
      readonly verdict: "refused";
      readonly code: string;
      readonly message: string;
    };

/** Lists as people use them: each organisation its own; another's is Problem NOT_FOUND, as good as not there (VOI-2). */
export class Lists {
  readonly #store: ListStore;
  readonly #audited: Audited;
  readonly #parts: ListsParts;

  constructor(parts: ListsParts) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#audited = parts.audited;
  }

  async lists(page: PageRequest, caller: Caller): Promise<Page<VehicleList>> {
    const after = afterId(page.cursor, "integer") ?? 0;
    const own = (await this.#store.all())
      .filter(({ id, organisation }) => id > after && organisation === caller.organisation.id)
      .sort((a, b) => a.id - b.id);
    return pageByIds(own, page.limit, (list) => list);
  }

  /** What a list is called and for; no look at a vehicle. */
  find(list: string, caller: Caller): Promise<VehicleList> {
    return this.#audited.lookOpenly(caller.actor, listActs.find, { list }, () => this.#own(list, caller));
  }

  async #own(list: string, caller: Caller): Promise<VehicleList> {
    const known = await this.#store.byId(idNumber(list, "integer"));
    if (known?.organisation !== caller.organisation.id)
      throw new Problem("NOT_FOUND", "There is no list with this id in your organisation.");
    return known;
  }

  /** @throws Problem INPUT_INVALID where the purpose says nothing */
  create(list: NewList, caller: Caller): Promise<VehicleList> {
    const { name, purpose, priority, category } = list;
    const given = { name, purpose, priority, category };
    return this.#audited.do(caller.actor, listActs.add, given, async (entry) => {
      this.#requirePurpose(purpose);
      const owner = { organisation: caller.organisation.id, accountable: caller.person };
      const made = await this.#store.create({ ...given, ...owner });
      entry.add({ list: made.id });
      return made;
    });
  }

  /** Vehicles of interest: a look, in the log before it is made. */
  async entries(
    list: string,
    { state }: { readonly state?: EntryState | undefined },
    page: PageRequest,
    caller: Caller,
  ): Promise<Page<ListEntry>> {
    const after = afterId(page.cursor, "integer");
    const chosen = state === undefined ? {} : { state };
    const subject = { list, after: after ?? null, limit: page.limit, ...chosen };
    return this.#audited.look(caller.actor, listActs.open, subject, async (entry) => {
      const { id } = await this.#own(list, caller);
      const rows = await this.#store.entries(id, {
        limit: page.limit + 1,
        ...chosen,
        ...(after === undefined ? {} : { after }),
      });
      const found = pageByIds(rows, page.limit, (row) => row);
      entry.add({ count: found.items.length, vrms: shownVrms(found.items) });
      return found;
    });
  }

  /** Adds all of them at once, each judged by itself; verdicts in the order given. */
  async add(list: string, entries: readonly NewListEntry[], caller: Caller): Promise<readonly RowVerdict[]> {
    // Each entry of the log names so many; all of them stand there before the first is stored.
    const subjects = inChunks(entries).map((some) => subjectOf(list, some));
    const add = async (): Promise<readonly EntryVerdict[]> =>
      this.#take(await this.#own(list, caller), entries, caller);
    const added = await this.#audited.doAll(caller.actor, listActs.addEntries, subjects, add, (verdicts) =>
      inChunks(verdicts).map(countTaken),
    );
    return added.map((verdict) => rowVerdict(verdict, verdict.index + 1));
  }

  /** Verdicts in the order of the rows; the body is read no faster than it is stored. */
  importCsv(
    list: string,
    file: CsvFile,
    caller: Caller,
  ): Promise<AsyncGenerator<RowVerdict, void, undefined>> {
    return this.#audited.doEach(caller.actor, listActs.import, { list }, (entry) =>
      this.#importRows(list, file, caller, (rows) => entry.add({ rows })),
    );
  }

  /** Confirms entries that another person wrote: from now on they are matched. Answers for each in the order given (VOI-7). */
  async confirm(list: string, entries: readonly string[], caller: Caller): Promise<readonly Confirmation[]> {
    const { id, ids, done } = await this.#audited.do(
      caller.actor,
      listActs.confirm,
      { list, entries },
      async (underWay) => {
        const own = await this.#own(list, caller);
        const ids = entries.map((entry) => idNumber(entry, "integer"));
        const confirmed = await this.#store.confirm(own.id, ids, caller.person);
        underWay.add({ vrms: confirmed.map(({ vrm }) => vrm), count: confirmed.length });
        return { id: own.id, ids, done: new Set(confirmed.map((entry) => entry.id)) };
      },
    );
    const verdicts: Confirmation[] = [];
    for (const entry of ids) {
      if (done.has(entry)) verdicts.push({ entry: String(entry), verdict: "confirmed" });
      else {
        const why = whyNotConfirmed(await this.#store.entry(entry), id, caller.person);
        verdicts.push({ entry: String(entry), verdict: "refused", ...why });
      }
    }
    return verdicts;
  }

  /** @throws Problem CONFLICT when it has ended already */
  remove(list: string, entry: string, reason: string, caller: Caller): Promise<ListEntry> {
    return this.#audited.do(caller.actor, listActs.removeEntry, { list, entry, reason }, async (underWay) => {
      const { id } = await this.#own(list, caller);
      const known = await this.#store.entry(idNumber(entry, "integer"));
      if (known?.list !== id) throw new Problem("NOT_FOUND", "There is no entry with this id in this list.");
      underWay.add({ vrm: known.vrm });
      return this.#store.remove(known.id, reason, caller.person);
    });
  }

  async *#importRows(
    list: string,
    file: CsvFile,
    caller: Caller,
    count: (rows: number) => void,
  ): AsyncGenerator<RowVerdict> {
    const target = await this.#own(list, caller);
    let good: { readonly row: number; readonly entry: NewListEntry }[] = [];
    let refused: RowVerdict[] = [];
    const flush = async (): Promise<readonly RowVerdict[]> => {
      const verdicts = [...(await this.#storeRows(target, good, caller)), ...refused];
      good = [];
      refused = [];
      return verdicts.sort((a, b) => a.row - b.row);
    };
    for await (const read of readEntries(file)) {
      count(read.row);
      if ("entry" in read) good.push(read);
      else refused.push({ ...read, verdict: "refused" });
      if (good.length + refused.length >= CHUNK) yield* await flush();
    }
    yield* await flush();
  }

  async #storeRows(
    list: VehicleList,
    rows: readonly { readonly row: number; readonly entry: NewListEntry }[],
    caller: Caller,
  ): Promise<readonly RowVerdict[]> {
    if (rows.length === 0) return [];
    const entries = rows.map(({ entry }) => entry);
    const subject = subjectOf(list.id, entries);
    const added = await this.#audited.do(caller.actor, listActs.import, subject, async (entry) => {
      const verdicts = await this.#take(list, entries, caller);
      entry.add(countTaken(verdicts));
      return verdicts;
    });
    return added.map((verdict) => rowVerdict(verdict, rows[verdict.index]?.row ?? 0));
  }

  /** Holds each entry to the pack, stores those that may be, and answers for each in the order given. */
  async #take(
    list: VehicleList,
    entries: readonly NewListEntry[],
    caller: Caller,
  ): Promise<readonly EntryVerdict[]> {
    const { numbers, readsLike, now } = this.#parts;
    const rules = { numbers: numbers(), priority: list.priority, readsLike, now: now() };
    const verdicts: EntryVerdict[] = [];
    const kept: { readonly index: number; readonly entry: NewListEntry }[] = [];
    for (const [index, entry] of entries.entries()) {
      const checked = personalDetailOf(entry) ?? checkEntry(entry);
      const held = "code" in checked ? checked : await heldToPack(entry, checked, rules);
      if ("code" in held) verdicts[index] = { index, verdict: "refused", ...held };
      else kept.push({ index, entry: held });
    }
    const stored = await this.#store.add(
      list.id,
      kept.map(({ entry }) => entry),
      caller.person,
    );
    for (const verdict of stored) {
      const { index } = kept[verdict.index] as (typeof kept)[number];
      verdicts[index] = { ...verdict, index };
    }
    return verdicts;
  }

  #requirePurpose(purpose: string): void {
    const { lists, access } = this.#parts.numbers();
    if (tellingWords(purpose, access.emptyPhrases) >= lists.minimumPurposeWords) return;
    const message = `Say what the list is for, in at least ${lists.minimumPurposeWords} different words that tell something.`;
    throw new Problem("INPUT_INVALID", message, {
      errors: [{ path: "purpose", code: "REASON_NOT_SPECIFIC", message }],
    });
  }
}

const inChunks = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, at) =>
    items.slice(at * CHUNK, (at + 1) * CHUNK),
  );

/** Whoever audits a VRM finds by it who put it on a list (AUD-6): the log has each in the form that is matched. */
function subjectOf(list: string | number, given: readonly NewListEntry[]) {
  const entries = given.filter((entry) => personalDetailOf(entry) === undefined);
  const vrms = entries.map(checkEntry).flatMap((checked) => ("vrm" in checked ? [checked.vrm] : []));
  return { list, count: given.length, vrms, entries };
}

function whyNotConfirmed(
  entry: ListEntry | undefined,
  list: number,
  person: number,
): { readonly code: string; readonly message: string } {
  if (entry?.list !== list)
    return { code: "NOT_FOUND", message: "There is no entry with this id in this list." };
  if (!isWaiting(entry)) return { code: "CONFLICT", message: `This entry is ${entry.state} already.` };
  if (entry.createdBy === person || entry.changedBy === person)
    return {
      code: "a-second-person-decides",
      message: "You wrote this entry yourself: a second person has to confirm it.",
    };
  return { code: "CONFLICT", message: "The end of this entry has passed." };
}

/** How many were added or changed. */
const countTaken = (verdicts: readonly EntryVerdict[]): { readonly count: number } => ({
  count: verdicts.filter(({ verdict }) => verdict === "added" || verdict === "updated").length,
});

const rowVerdict = (verdict: EntryVerdict, row: number): RowVerdict =>
  verdict.verdict === "refused"
    ? { row, verdict: "refused", code: verdict.code, path: verdict.path, message: verdict.message }
    : {
        row,
        verdict: verdict.verdict,
        id: String(verdict.id),
        ...(verdict.awaiting ? { awaiting: true } : {}),
      };
