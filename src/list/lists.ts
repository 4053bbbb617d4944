import type { Readable } from "node:stream";
import { Problem } from "../errors.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import { checkEntry } from "./check-entry.ts";
import type { ListStore } from "./list-store.ts";
import type { EntryVerdict, ListEntry, NewListEntry, VehicleList } from "./list-entry.ts";
import type { ListPort, NewList, Rooms } from "../api/ports.ts";
import type { EntryView, ListView } from "../api/views.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import { readEntries } from "./list-csv.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { RowVerdict } from "../flow/row-verdict.ts";
import { auditFirst, auditOutcome, auditedLook, countPage, endOf } from "../audit/audit-first.ts";
import type { Caller } from "../identity/caller.ts";

/** Rows of an import that are stored together, and entries that one entry of the log names. */
const CHUNK = 1_000;

/** Lists as people use them: each organisation its own; another's is as good as not there. */
export class Lists implements ListPort {
  readonly #store: ListStore;
  readonly #audit: Rooms["audit"];

  constructor(store: ListStore, audit: Rooms["audit"]) {
    this.#store = store;
    this.#audit = audit;
  }

  async lists(asker: Caller, page: PageRequest): Promise<Page<ListView>> {
    const after = afterId(page.cursor, "integer") ?? 0;
    const own = (await this.#store.all())
      .filter(({ id, organisation }) => id > after && organisation === asker.organisation.id)
      .sort((a, b) => a.id - b.id);
    return pageByIds(own, page.limit, presentList);
  }

  async find(asker: Caller, list: string): Promise<ListView> {
    return presentList(await this.#find(asker, list));
  }

  async create(list: NewList, caller: Caller): Promise<ListView> {
    await auditFirst(this.#audit, caller, "list.add", { ...list });
    return presentList(
      await this.#store.create({ ...list, organisation: caller.organisation.id, accountable: caller.person }),
    );
  }

  async entries(list: string, page: PageRequest, caller: Caller): Promise<Page<EntryView>> {
    const after = afterId(page.cursor, "integer");
    const subject = { list: idNumber(list, "integer"), after: after ?? null, limit: page.limit };
    const look = async (): Promise<Page<EntryView>> => {
      const { id } = await this.#find(caller, list);
      const rows = await this.#store.entries(id, {
        limit: page.limit + 1,
        ...(after === undefined ? {} : { after }),
      });
      return pageByIds(rows, page.limit, presentEntry);
    };
    return auditedLook(this.#audit, caller, "list.open", subject, look, countPage);
  }

  async add(list: string, entries: readonly NewListEntry[], caller: Caller): Promise<readonly RowVerdict[]> {
    const { id } = await this.#own(caller, list, "list.entry.add");
    for (let at = 0; at < entries.length; at += CHUNK)
      await this.#logEntries(caller, "list.entry.add", id, entries.slice(at, at + CHUNK));
    return (await this.#store.add(id, entries, caller.person)).map((verdict) =>
      presentVerdict(verdict, verdict.index + 1),
    );
  }

  async *importCsv(list: string, csv: Readable, caller: Caller): AsyncGenerator<RowVerdict> {
    const { id } = await this.#own(caller, list, "list.import");
    let good: { readonly row: number; readonly entry: NewListEntry }[] = [];
    let refused: RowVerdict[] = [];
    const flush = async (): Promise<readonly RowVerdict[]> => {
      const entries = good.map(({ entry }) => entry);
      let verdicts: readonly RowVerdict[] = [];
      if (entries.length > 0) {
        await this.#logEntries(caller, "list.import", id, entries);
        const added = await this.#store.add(id, entries, caller.person);
        verdicts = added.map((verdict) => presentVerdict(verdict, good[verdict.index]?.row ?? 0));
      }
      const all = [...verdicts, ...refused].sort((a, b) => a.row - b.row);
      good = [];
      refused = [];
      return all;
    };
    for await (const read of readEntries(csv)) {
      if ("entry" in read) good.push(read);
      else refused.push({ ...read, verdict: "refused" });
      if (good.length + refused.length >= CHUNK) yield* await flush();
    }
    yield* await flush();
  }

  async remove(list: string, entry: string, reason: string, caller: Caller): Promise<void> {
    const { id } = await this.#own(caller, list, "list.entry.remove");
    const known = await this.#store.entry(idNumber(entry, "integer"));
    if (known?.list !== id) throw new Problem("NOT_FOUND", "There is no entry with this id in this list.");
    await auditFirst(this.#audit, caller, "list.entry.remove", {
      list: id,
      entry: known.id,
      vrm: known.vrm,
      reason,
    });
    await this.#store.remove(known.id, reason, caller.person);
  }

  /** Whoever audits a VRM finds by it who put it on a list (AUD-6): the log has each in the form that is matched. */
  #logEntries(
    caller: Caller,
    action: "list.entry.add" | "list.import",
    list: number,
    entries: readonly NewListEntry[],
  ): Promise<void> {
    const vrms = entries.map(checkEntry).flatMap((checked) => ("vrm" in checked ? [checked.vrm] : []));
    return auditFirst(this.#audit, caller, action, { list, count: entries.length, vrms, entries });
  }

  /** The own list that an act is about; an attempt on another's is on record. */
  async #own(caller: Caller, list: string, action: AuditAction): Promise<VehicleList> {
    try {
      return await this.#find(caller, list);
    } catch (error) {
      const { outcome, ...said } = endOf(error);
      await auditOutcome(this.#audit, caller, action, outcome, { list, ...said });
      throw error;
    }
  }

  async #find(asker: Caller, list: string): Promise<VehicleList> {
    const known = await this.#store.byId(idNumber(list, "integer"));
    if (known?.organisation !== asker.organisation.id)
      throw new Problem("NOT_FOUND", "There is no list with this id in your organisation.");
    return known;
  }
}

const presentList = (list: VehicleList): ListView => ({
  id: String(list.id),
  name: list.name,
  purpose: list.purpose,
  category: list.category,
  priority: list.priority,
  state: list.state,
  entries: list.entries,
  created: list.createdAt.toISOString(),
});

const presentEntry = (entry: ListEntry): EntryView => ({
  id: String(entry.id),
  vrm: entry.vrm,
  reason: entry.reason,
  instruction: entry.instruction,
  priority: entry.priority,
  make: entry.make,
  model: entry.model,
  colour: entry.colour,
  warnings: entry.warnings,
  validFrom: entry.validFrom?.toISOString() ?? null,
  validUntil: entry.validUntil?.toISOString() ?? null,
  scope: entry.scope,
  state: entry.state,
  created: entry.createdAt.toISOString(),
  ended: entry.endedAt === null ? null : { at: entry.endedAt.toISOString(), why: entry.endedWhy ?? "" },
});

const presentVerdict = (verdict: EntryVerdict, row: number): RowVerdict =>
  verdict.verdict === "added"
    ? { row, verdict: "added", id: String(verdict.id) }
    : { row, verdict: "refused", code: verdict.code, path: verdict.path, message: verdict.message };
