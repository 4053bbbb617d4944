import type { CsvFile } from "../flow/csv-heading.ts";
import { listActs } from "../audit/acts/list.ts";
import type { Audited } from "../audit/audited.ts";
import { Problem } from "../errors.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { RowVerdict } from "../flow/row-verdict.ts";
import type { Caller } from "../identity/caller.ts";
import { checkEntry } from "./check-entry.ts";
import { readEntries } from "./list-csv.ts";
import type { EntryVerdict, ListEntry, NewListEntry, NewVehicleList, VehicleList } from "./list-entry.ts";
import type { ListStore } from "./list-store.ts";

/** Rows of an import that are stored together, and entries that one entry of the log names. */
const CHUNK = 1_000;

export type NewList = Pick<NewVehicleList, "name" | "purpose" | "priority" | "category">;

/** Lists as people use them: each organisation its own; another's is Problem NOT_FOUND, as good as not there (VOI-2). */
export class Lists {
  readonly #store: ListStore;
  readonly #audited: Audited;

  constructor(store: ListStore, audited: Audited) {
    this.#store = store;
    this.#audited = audited;
  }

  async lists(page: PageRequest, caller: Caller): Promise<Page<VehicleList>> {
    const after = afterId(page.cursor, "integer") ?? 0;
    const own = (await this.#store.all())
      .filter(({ id, organisation }) => id > after && organisation === caller.organisation.id)
      .sort((a, b) => a.id - b.id);
    return pageByIds(own, page.limit, (list) => list);
  }

  async find(list: string, caller: Caller): Promise<VehicleList> {
    const known = await this.#store.byId(idNumber(list, "integer"));
    if (known?.organisation !== caller.organisation.id)
      throw new Problem("NOT_FOUND", "There is no list with this id in your organisation.");
    return known;
  }

  create(list: NewList, caller: Caller): Promise<VehicleList> {
    const { name, purpose, priority, category } = list;
    const given = { name, purpose, priority, category };
    return this.#audited.do(caller.actor, listActs.add, given, async (entry) => {
      const owner = { organisation: caller.organisation.id, accountable: caller.person };
      const made = await this.#store.create({ ...given, ...owner });
      entry.add({ list: made.id });
      return made;
    });
  }

  /** Vehicles of interest: a look, in the log before it is made. */
  async entries(list: string, page: PageRequest, caller: Caller): Promise<Page<ListEntry>> {
    const after = afterId(page.cursor, "integer");
    const subject = { list, after: after ?? null, limit: page.limit };
    return this.#audited.look(caller.actor, listActs.open, subject, async (entry) => {
      const { id } = await this.find(list, caller);
      const rows = await this.#store.entries(id, {
        limit: page.limit + 1,
        ...(after === undefined ? {} : { after }),
      });
      const found = pageByIds(rows, page.limit, (row) => row);
      entry.add({ count: found.items.length });
      return found;
    });
  }

  /** Adds all of them at once, each judged by itself; verdicts in the order given. */
  async add(list: string, entries: readonly NewListEntry[], caller: Caller): Promise<readonly RowVerdict[]> {
    // Each entry of the log names so many; all of them stand there before the first is stored.
    const subjects = inChunks(entries).map((some) => subjectOf(list, some));
    const add = async (): Promise<readonly EntryVerdict[]> =>
      this.#store.add((await this.find(list, caller)).id, entries, caller.person);
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

  /** @throws Problem CONFLICT when it has ended already */
  remove(list: string, entry: string, reason: string, caller: Caller): Promise<ListEntry> {
    return this.#audited.do(caller.actor, listActs.removeEntry, { list, entry, reason }, async (underWay) => {
      const { id } = await this.find(list, caller);
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
    const { id } = await this.find(list, caller);
    let good: { readonly row: number; readonly entry: NewListEntry }[] = [];
    let refused: RowVerdict[] = [];
    const flush = async (): Promise<readonly RowVerdict[]> => {
      const verdicts = [...(await this.#storeRows(id, good, caller)), ...refused];
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
    list: number,
    rows: readonly { readonly row: number; readonly entry: NewListEntry }[],
    caller: Caller,
  ): Promise<readonly RowVerdict[]> {
    if (rows.length === 0) return [];
    const entries = rows.map(({ entry }) => entry);
    const subject = subjectOf(list, entries);
    const added = await this.#audited.do(caller.actor, listActs.import, subject, async (entry) => {
      const verdicts = await this.#store.add(list, entries, caller.person);
      entry.add(countTaken(verdicts));
      return verdicts;
    });
    return added.map((verdict) => rowVerdict(verdict, rows[verdict.index]?.row ?? 0));
  }
}

const inChunks = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, at) =>
    items.slice(at * CHUNK, (at + 1) * CHUNK),
  );

/** Whoever audits a VRM finds by it who put it on a list (AUD-6): the log has each in the form that is matched. */
function subjectOf(list: string | number, entries: readonly NewListEntry[]) {
  const vrms = entries.map(checkEntry).flatMap((checked) => ("vrm" in checked ? [checked.vrm] : []));
  return { list, count: entries.length, vrms, entries };
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
