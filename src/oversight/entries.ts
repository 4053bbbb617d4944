import type { Act } from "../audit/act.ts";
import { auditActs } from "../audit/acts/audit.ts";
import type { AuditEntry, AuditSearch } from "../audit/audit-log.ts";
import type { Audited, UnderWay } from "../audit/audited.ts";
import type { AuditCategory } from "../audit/head.ts";
import type { LogStore } from "../audit/log-store.ts";
import type { AuditOutcome } from "../audit/outcome.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import { Problem } from "../errors.ts";
import { afterId, pageByIds } from "../flow/cursor.ts";
import { begun } from "../flow/begun.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { Caller } from "../identity/caller.ts";
import type { Organisation } from "../identity/organisations/organisation.ts";
import { isWithin, type Scope } from "../policy/scope.ts";
import { normaliseVrm } from "../read/vrm.ts";
import { auditScope, auditScopeWithin, requireReason } from "./audit-scope.ts";
import type { AuditFigures, ChartFigures } from "./charts.ts";
import type { Neighbours } from "./neighbours.ts";
import { hiddenFrom, isHidden } from "./hidden-suspicions.ts";
import { placeInLog, type PlaceInLog } from "./place-in-log.ts";

/** Entries that one export holds at most; the next begins where it ended. */
const EXPORT_LIMIT = 100_000;
/** Entries read at once while exporting. */
const EXPORT_PAGE = 500;
const NEIGHBOURS = 100;
const UNDER_AUTHORITY = 20;
/** People named in the chart of people. */
const PEOPLE = 40;
/** The longest period of the charts. */
const CHART_DAYS = 366;
const DAY_MS = 86_400_000;

export interface EntriesParts {
  readonly log: AuditSearch;
  readonly audited: Audited;
  readonly published: Pick<LogStore, "newest" | "tile">;
  readonly neighbours: Neighbours;
  readonly figures: AuditFigures;
  readonly organisations: { all(): Promise<readonly Organisation[]> };
}

/** What is looked for in the log. Times are epoch milliseconds UTC; `to` is exclusive. */
export interface AuditQuestion {
  readonly actor?: string | undefined;
  readonly vrm?: string | undefined;
  readonly authority?: string | undefined;
  readonly nrd?: number | undefined;
  readonly action?: AuditAction | undefined;
  readonly head?: AuditCategory | undefined;
  readonly outcome?: AuditOutcome | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly organisation?: number | undefined;
}

/** An entry, what belongs to it, and the checkpoint that proves it. */
export interface EntryInFull {
  readonly entry: AuditEntry;
  /** Others of the same request and enquiry, in order. */
  readonly neighbours: readonly AuditEntry[];
  /** The latest under the same authority, newest first. */
  readonly underAuthority: readonly AuditEntry[];
  /** Null while no checkpoint covers it. */
  readonly place: PlaceInLog | null;
}

/** A line of an export: an entry, or how many there were and where the next export begins. */
export type ExportLine =
  | { readonly entry: AuditEntry }
  | { readonly count: number; readonly next: string | null };

/** Patterns of use over a period, of one organisation or of all. */
export interface Charts extends ChartFigures {
  readonly from: Date;
  readonly to: Date;
  readonly organisation: Pick<Organisation, "id" | "name"> | null;
}

/**
 * The log within what the pack lets somebody see of it (AUD-6), and everybody's own part of it. Every look is an entry itself,
 * written first (AUD-1, AUD-4, AUD-5).
 */
export class Entries {
  readonly #parts: EntriesParts;

  constructor(parts: EntriesParts) {
    this.#parts = parts;
  }

  /** Newest first. @throws Problem NOT_AUTHORISED for another organisation than one's own, INPUT_INVALID without a needed reason */
  async search(
    question: AuditQuestion,
    reason: string | undefined,
    page: PageRequest,
    caller: Caller,
  ): Promise<Page<AuditEntry>> {
    const { filter, subject, before } = begin(question, reason, page, caller);
    return this.#look(auditActs.search, subject, caller, async (entry) => {
      const found = await this.#parts.log.find({
        ...filter,
        ...auditScopeWithin(caller, question.organisation),
        hidden: hiddenFrom(caller),
        before: before ?? entry.receipt,
        limit: page.limit + 1,
      });
      return pageOfEntries(found, page.limit);
    });
  }

  /** Whether an entry is in scope only the entry tells. @throws Problem NOT_FOUND where it is not */
  async entry(id: string, reason: string | undefined, caller: Caller): Promise<EntryInFull> {
    requireReason(caller, reason);
    const index = indexOf(id);
    return this.#parts.audited.look(caller.actor, auditActs.entry, { entry: index, reason }, async (look) => {
      const found = await this.#inFull(index, caller);
      look.add({ count: 1 });
      return found;
    });
  }

  async #inFull(index: number, caller: Caller): Promise<EntryInFull> {
    const scope = auditScope(caller);
    const entry = await this.#parts.log.from(index, 1).then(([found]) => found);
    const hidden = hiddenFrom(caller);
    if (entry?.index !== index || !isWithin(scope, entry.organisation) || isHidden(entry, hidden))
      throw new Problem("NOT_FOUND", "Your part of the log has no such entry.");
    const [neighbours, underAuthority, place] = await Promise.all([
      this.around(entry, scope),
      this.underAuthority(entry, scope),
      placeInLog(this.#parts.published, entry),
    ]);
    const others = neighbours.filter((one) => one.index !== index && !isHidden(one, hidden));
    return { entry, neighbours: others, underAuthority, place };
  }

  /** Entries of the same request and enquiry, in order, the entry itself among them. */
  async around(entry: AuditEntry, { organisation }: Scope): Promise<readonly AuditEntry[]> {
    const indexes = await this.#parts.neighbours.around(entry, organisation, NEIGHBOURS);
    const found = await Promise.all(indexes.map((index) => this.#parts.log.from(index, 1)));
    return found.flat();
  }

  /** The latest entries under the authority that an entry names, newest first; of some actions, or of all. */
  async underAuthority(
    { subject }: AuditEntry,
    { organisation }: Scope,
    actions?: readonly AuditAction[],
  ): Promise<readonly AuditEntry[]> {
    const { authority } = subject;
    if (typeof authority !== "string") return [];
    return this.#parts.log.find({ authority, organisation, actions, limit: UNDER_AUTHORITY });
  }

  /** Newest first, and a last line that counts them. Refused before the first line where it is refused. */
  async export(
    question: AuditQuestion,
    reason: string,
    page: PageRequest,
    caller: Caller,
  ): Promise<AsyncIterable<ExportLine>> {
    const { filter, subject, before } = begin(question, reason, page, caller);
    const limit = Math.min(page.limit, EXPORT_LIMIT);
    return begun(
      await this.#parts.audited.doEach(caller.actor, auditActs.export, subject, (entry) => {
        const scope = auditScopeWithin(caller, question.organisation);
        const hidden = hiddenFrom(caller);
        return this.#lines({ ...filter, ...scope, hidden, before: before ?? entry.receipt }, limit, (count) =>
          entry.add({ count }),
        );
      }),
    );
  }

  /** The caller's own entries, newest first. */
  async history(page: PageRequest, caller: Caller): Promise<Page<AuditEntry>> {
    const before = afterId(page.cursor, "bigint");
    const subject = before === undefined ? {} : { before };
    return this.#look(auditActs.history, subject, caller, async (entry) => {
      const found = await this.#parts.log.find({
        actor: caller.username,
        before: before ?? entry.receipt,
        limit: page.limit + 1,
      });
      return pageOfEntries(found, page.limit);
    });
  }

  /** Times are epoch milliseconds UTC; a year at most. */
  async charts(
    {
      from,
      to,
      organisation,
    }: Pick<AuditQuestion, "organisation"> & { readonly from: number; readonly to: number },
    reason: string | undefined,
    caller: Caller,
  ): Promise<Charts> {
    requireReason(caller, reason);
    if (!(from < to) || to - from > CHART_DAYS * DAY_MS)
      throw new Problem(
        "INPUT_INVALID",
        `A period begins before it ends and lasts ${CHART_DAYS} days at most.`,
        {
          errors: [
            { path: "to", code: "period", message: `End it within ${CHART_DAYS} days after its start.` },
          ],
        },
      );
    const period = { from: new Date(from), to: new Date(to) };
    const subject = {
      from: period.from.toISOString(),
      to: period.to.toISOString(),
      of: organisation,
      reason,
    };
    return this.#parts.audited.look(caller.actor, auditActs.charts, subject, async (entry) => {
      const scope = auditScopeWithin(caller, organisation);
      entry.add({ of: scope.organisation });
      const charts = await this.#count(period, scope);
      entry.add({ count: 1 });
      return charts;
    });
  }

  async #count(period: { from: Date; to: Date }, { organisation }: Scope): Promise<Charts> {
    const all = await this.#parts.organisations.all();
    const named = all.find(({ id }) => id === organisation);
    const counted = await this.#parts.figures.figures({ ...period, organisation, people: PEOPLE });
    return { ...counted, ...period, organisation: named ?? null };
  }

  /** Organisations the asker may choose between; empty where there is nothing to choose. */
  async organisations(asker: Caller): Promise<readonly Organisation[]> {
    return auditScope(asker).organisation === null ? this.#parts.organisations.all() : [];
  }

  /** A look at a page, which the log counts. */
  #look<Subject extends { count?: number | null | undefined }, Item>(
    act: Act<string, Subject>,
    subject: Subject,
    caller: Caller,
    find: (entry: UnderWay<Subject>) => Promise<Page<Item>>,
  ): Promise<Page<Item>> {
    return this.#parts.audited.look(caller.actor, act, subject, async (entry) => {
      const page = await find(entry);
      entry.add({ count: page.items.length } as Partial<Subject>);
      return page;
    });
  }

  async *#lines(
    filter: Omit<Parameters<AuditSearch["find"]>[0], "limit">,
    limit: number,
    counted: (count: number) => void,
  ): AsyncGenerator<ExportLine> {
    let count = 0;
    let { before } = filter;
    let more = true;
    try {
      while (more && count < limit) {
        const entries = await this.#parts.log.find({
          ...filter,
          before,
          limit: Math.min(EXPORT_PAGE, limit - count),
        });
        for (const entry of entries) {
          count += 1;
          yield { entry };
        }
        more = entries.length === EXPORT_PAGE || (entries.length > 0 && count === limit);
        before = entries.at(-1)?.index ?? before;
      }
      yield { count, next: more ? cursorAt(before ?? 0) : null };
    } finally {
      // How much was handed out, also where the receiver hung up half-way.
      counted(count);
    }
  }
}

/** What to look for and what the look's own entry says. Entries from that one on are not found. @throws Problem INPUT_INVALID */
function begin(
  { vrm, ...question }: AuditQuestion,
  reason: string | undefined,
  page: PageRequest,
  caller: Caller,
) {
  requireReason(caller, reason);
  const before = afterId(page.cursor, "bigint");
  const filter = { ...question, ...(vrm === undefined ? {} : { vrm: folded(vrm) }) };
  const subject = {
    filter,
    vrm: filter.vrm,
    authority: filter.authority,
    reason,
    ...(before === undefined ? {} : { before }),
  };
  return { filter, subject, before };
}

const cursorAt = (index: number): string => Buffer.from(`after-${index}`).toString("base64url");

const pageOfEntries = (found: readonly AuditEntry[], limit: number): Page<AuditEntry> =>
  pageByIds(
    found.map((entry) => ({ ...entry, id: entry.index })),
    limit,
    ({ id: _id, ...entry }) => entry,
  );

/** @throws Problem NOT_FOUND where a text cannot be the index of an entry */
function indexOf(id: string): number {
  if (/^(?:0|[1-9]\d{0,14})$/.test(id)) return Number(id);
  throw new Problem("NOT_FOUND", "Log entries are numbered from 0.");
}

/** The VRM in the form the log has it. @throws Problem INPUT_INVALID */
function folded(vrm: string): string {
  const result = normaliseVrm(vrm);
  if (result.kind === "vrm") return result.vrm;
  throw new Problem("INPUT_INVALID", "This is not a VRM.", {
    errors: [{ path: "vrm", code: "not-a-vrm", message: "Enter the complete VRM, like AB12 CDE." }],
  });
}
