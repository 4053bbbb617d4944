import type { Readable } from "node:stream";
import { Problem } from "../errors.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import { checkEntry } from "./check-entry.ts";
import type { ListBook } from "./list-store.ts";
import type { EntryVerdict, ListEntry, NewListEntry, VehicleList } from "./list-entry.ts";
import { auditedLook, auditFirst, auditOutcome, countPage, endOf } from "../api/audit-first.ts";
import type { Act, ListPort, NewList, Page, PageRequest, Rooms, RowVerdict, SignedIn } from "../api/ports.ts";
import type { EntryView, ListView } from "../api/views.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import { readEntries } from "./list-csv.ts";

/** Rows of an import that are stored together, and entries that one entry of the log names. */
const CHUNK = 1_000;

/** Lists as people use them: each organisation its own; another's is as good as not there. */
export class ListDesk implements ListPort {
  readonly #book: ListBook;
  readonly #audit: Rooms["audit"];

  constructor(book: ListBook, audit: Rooms["audit"]) {
    this.#book = book;
    this.#audit = audit;
  }

  async lists(asker: SignedIn, page: PageRequest): Promise<Page<ListView>> {
    const after = afterId(page.cursor, "integer") ?? 0;
    const own = (await this.#book.all())
      .filter(({ id, organisation }) => id > after && organisation === asker.organisation.id)
      .sort((a, b) => a.id - b.id);
    return pageByIds(own, page.limit, presentList);
  }

  async find(asker: SignedIn, list: string): Promise<ListView> {
    return presentList(await this.#find(asker, list));
  }

  async create(list: NewList, act: Act): Promise<ListView> {
    await auditFirst(this.#audit, act, "list.add", { ...list });
    return presentList(
      await this.#book.create({ ...list, organisation: act.by.organisation.id, accountable: act.by.person }),
    );
  }

  async entries(list: string, page: PageRequest, act: Act): Promise<Page<EntryView>> {
    const after = afterId(page.cursor, "integer");
    const subject = { list: idNumber(list, "integer"), after: after ?? null, limit: page.limit };
    const look = async (): Promise<Page<EntryView>> => {
      const { id } = await this.#find(act.by, list);
      const rows = await this.#book.entries(id, {
        limit: page.limit + 1,
        ...(after === undefined ? {} : { after }),
      });
      return pageByIds(rows, page.limit, presentEntry);
    };
    return auditedLook(this.#audit, act, "list.open", subject, look, countPage);
  }

  async add(list: string, entries: readonly NewListEntry[], act: Act): Promise<readonly RowVerdict[]> {
    const { id } = await this.#own(act, list, "list.entry.add");
    for (let at = 0; at < entries.length; at += CHUNK)
      await this.#logEntries(act, "list.entry.add", id, entries.slice(at, at + CHUNK));
    return (await this.#book.add(id, entries, act.by.person)).map((verdict) =>
      presentVerdict(verdict, verdict.index + 1),
    );
  }

  async *importCsv(list: string, csv: Readable, act: Act): AsyncGenerator<RowVerdict> {
    const { id } = await this.#own(act, list, "list.import");
    let good: { readonly row: number; readonly entry: NewListEntry }[] = [];
    let refused: RowVerdict[] = [];
    const flush = async (): Promise<readonly RowVerdict[]> => {
      const entries = good.map(({ entry }) => entry);
      let verdicts: readonly RowVerdict[] = [];
      if (entries.length > 0) {
        await this.#logEntries(act, "list.import", id, entries);
        const added = await this.#book.add(id, entries, act.by.person);
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

  async remove(list: string, entry: string, reason: string, act: Act): Promise<void> {
    const { id } = await this.#own(act, list, "list.entry.remove");
    const known = await this.#book.entry(idNumber(entry, "integer"));
    if (known?.list !== id) throw new Problem("NOT_FOUND", "This list has no entry with this id.");
    await auditFirst(this.#audit, act, "list.entry.remove", {
      list: id,
      entry: known.id,
      vrm: known.vrm,
      reason,
    });
    await this.#book.remove(known.id, reason, act.by.person);
  }

  /** Whoever audits a VRM finds by it who put it on a list (AUD-6): the log has each in the form that is matched. */
  #logEntries(
    act: Act,
    action: "list.entry.add" | "list.import",
    list: number,
    entries: readonly NewListEntry[],
  ): Promise<void> {
    const vrms = entries.map(checkEntry).flatMap((checked) => ("vrm" in checked ? [checked.vrm] : []));
    return auditFirst(this.#audit, act, action, { list, count: entries.length, vrms, entries });
  }

  /** The own list that an act is about; an attempt on another's is on record. */
  async #own(act: Act, list: string, action: AuditAction): Promise<VehicleList> {
    try {
      return await this.#find(act.by, list);
    } catch (error) {
      const { outcome, ...said } = endOf(error);
      await auditOutcome(this.#audit, act, action, outcome, { list, ...said });
      throw error;
    }
  }

  async #find(asker: SignedIn, list: string): Promise<VehicleList> {
    const known = await this.#book.byId(idNumber(list, "integer"));
    if (known?.organisation !== asker.organisation.id)
      throw new Problem("NOT_FOUND", "Your organisation has no list with this id.");
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
