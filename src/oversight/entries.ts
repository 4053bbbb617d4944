import type { AuditEntry, AuditLog } from "../audit/audit-log.ts";
import type { LogStore } from "../audit/log-store.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import type { AuditFigures } from "./charts.ts";
import type { Neighbours } from "./neighbours.ts";
import { placeInLog } from "./place-in-log.ts";
import { Problem } from "../errors.ts";
import type { Organisation } from "../identity/organisations/organisation.ts";
import { normaliseVrm } from "../read/vrm.ts";
import type { AuditPort, AuditQuestion } from "../api/audit/ports.ts";
import type { AuditEntryInFull, AuditEntryView, ChartsView } from "../api/audit/views.ts";
import { auditScope, auditScopeWithin, requireReason } from "./audit-scope.ts";
import { isWithin, type Scope } from "../policy/scope.ts";
import { afterId, pageByIds } from "../flow/cursor.ts";
import { presentAuditEntry } from "../api/audit/present.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import { auditOutcome, auditedLook, countPage } from "../audit/audit-first.ts";
import type { Caller } from "../identity/caller.ts";

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
  readonly log: Pick<AuditLog, "append" | "find" | "from">;
  readonly published: Pick<LogStore, "newest" | "tile">;
  readonly neighbours: Neighbours;
  readonly figures: AuditFigures;
  readonly organisations: { all(): Promise<readonly Organisation[]> };
}

/** The log as auditors search it and as everybody sees their own part of it (AUD-1, AUD-4, AUD-5, AUD-6). */
export class Entries implements AuditPort {
  readonly #parts: EntriesParts;

  constructor(parts: EntriesParts) {
    this.#parts = parts;
  }

  async search(
    question: AuditQuestion,
    reason: string | undefined,
    page: PageRequest,
    caller: Caller,
  ): Promise<Page<AuditEntryView>> {
    const { filter, subject, before } = await this.#begin("audit.search", question, reason, page, caller);
    const look = async (receipt: number): Promise<Page<AuditEntryView>> =>
      pageOfEntries(
        await this.#parts.log.find({ ...filter, before: before ?? receipt, limit: page.limit + 1 }),
        page.limit,
      );
    return auditedLook(this.#parts.log, caller, "audit.search", subject, look, countPage);
  }

  /** Whether an entry lies within a scope only the entry tells: the look is logged before, and how it ended after. */
  async entry(id: string, reason: string | undefined, caller: Caller): Promise<AuditEntryInFull> {
    requireReason(caller, reason);
    const index = indexOf(id);
    const subject = { entry: index, reason };
    return auditedLook(this.#parts.log, caller, "audit.entry", subject, () => this.#inFull(index, caller));
  }

  async #inFull(index: number, caller: Caller): Promise<AuditEntryInFull> {
    const scope = auditScope(caller);
    const entry = await this.#parts.log.from(index, 1).then(([found]) => found);
    if (entry?.index !== index || !isWithin(scope, entry.organisation))
      throw new Problem("NOT_FOUND", "There is no such entry that you can see.");
    const [neighbours, underAuthority, place] = await Promise.all([
      this.around(entry, scope),
      this.underAuthority(entry, scope),
      placeInLog(this.#parts.published, entry),
    ]);
    return {
      entry: presentAuditEntry(entry),
      neighbours: neighbours.filter((one) => one.index !== index).map(presentAuditEntry),
      underAuthority: underAuthority.map(presentAuditEntry),
      place: place && { size: place.size, signedAt: place.signedAt.toISOString() },
    };
  }

  /** Entries of the same request and enquiry, in order, the entry itself among them. */
  async around(entry: AuditEntry, scope: Scope): Promise<readonly AuditEntry[]> {
    const indexes = await this.#parts.neighbours.around(entry, scope.organisation, NEIGHBOURS);
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

  async export(
    question: AuditQuestion,
    reason: string,
    page: PageRequest,
    caller: Caller,
  ): Promise<AsyncIterable<string>> {
    const { filter, subject, before } = await this.#begin("audit.export", question, reason, page, caller);
    const { index } = await auditOutcome(this.#parts.log, caller, "audit.export", "asked", subject);
    return this.#lines(
      { ...filter, before: before ?? index },
      Math.min(page.limit, EXPORT_LIMIT),
      reason,
      caller,
    );
  }

  async history(page: PageRequest, caller: Caller): Promise<Page<AuditEntryView>> {
    const before = afterId(page.cursor, "bigint");
    const look = async (receipt: number): Promise<Page<AuditEntryView>> => {
      const found = await this.#parts.log.find({
        actor: caller.username,
        before: before ?? receipt,
        limit: page.limit + 1,
      });
      return pageOfEntries(found, page.limit);
    };
    const subject = before === undefined ? {} : { before };
    return auditedLook(this.#parts.log, caller, "history.open", subject, look, countPage);
  }

  async charts(
    { from, to, organisation }: Parameters<AuditPort["charts"]>[0],
    reason: string | undefined,
    caller: Caller,
  ): Promise<ChartsView> {
    requireReason(caller, reason);
    if (!(from < to) || to - from > CHART_DAYS * DAY_MS)
      throw new Problem(
        "INPUT_INVALID",
        `A period must start before it ends and last ${CHART_DAYS} days or fewer.`,
        {
          errors: [
            { path: "to", code: "period", message: `Enter an end within ${CHART_DAYS} days of the start.` },
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
    return auditedLook(
      this.#parts.log,
      caller,
      "audit.charts",
      subject,
      () => this.#count(period, auditScopeWithin(caller, organisation)),
      (charts) => ({ count: 1, of: charts.organisation?.id ?? null }),
    );
  }

  async #count(period: { from: Date; to: Date }, { organisation }: Scope): Promise<ChartsView> {
    const all = await this.#parts.organisations.all();
    const named = all.find(({ id }) => id === organisation);
    const counted = await this.#parts.figures.figures({ ...period, organisation, people: PEOPLE });
    return {
      from: period.from.toISOString(),
      to: period.to.toISOString(),
      organisation: named === undefined ? null : { id: named.id, name: named.name },
      byLevel: [...counted.byLevel],
      byHour: [...counted.byHour],
      byPerson: [...counted.byPerson],
      refusals: [...counted.refusals],
      volume: [...counted.volume],
    };
  }

  async organisations(asker: Caller): Promise<readonly Organisation[]> {
    return auditScope(asker).organisation === null ? this.#parts.organisations.all() : [];
  }

  /** Scope and reason; answers what to look for and what the look's own entry says. Entries from that one on are not found. */
  async #begin(
    action: "audit.search" | "audit.export",
    { vrm, ...question }: AuditQuestion,
    reason: string | undefined,
    page: PageRequest,
    caller: Caller,
  ) {
    requireReason(caller, reason);
    const before = afterId(page.cursor, "bigint");
    const filter = { ...question, ...(vrm === undefined ? {} : { vrm: folded(vrm) }) };
    const { authority } = filter;
    const subject = {
      filter,
      vrm: filter.vrm,
      authority,
      reason,
      ...(before === undefined ? {} : { before }),
    };
    const scope = await this.#scopeOrRefusal(action, subject, caller, question.organisation);
    return { filter: { ...filter, ...scope }, subject, before };
  }

  /** Attempts to look beyond one's scope are on record too (AUD-5). */
  async #scopeOrRefusal(
    action: AuditAction,
    subject: Readonly<Record<string, unknown>>,
    caller: Caller,
    wanted: number | undefined,
  ): Promise<Scope> {
    try {
      return auditScopeWithin(caller, wanted);
    } catch (error) {
      await auditOutcome(this.#parts.log, caller, action, "refused", subject);
      throw error;
    }
  }

  async *#lines(
    filter: Omit<Parameters<AuditLog["find"]>[0], "limit">,
    limit: number,
    reason: string,
    caller: Caller,
  ): AsyncGenerator<string> {
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
        for (const entry of entries) yield `${JSON.stringify(presentAuditEntry(entry))}\n`;
        count += entries.length;
        more = entries.length === EXPORT_PAGE || (entries.length > 0 && count === limit);
        before = entries.at(-1)?.index ?? before;
      }
      yield `${JSON.stringify({ end: true, count, next: more ? cursorAt(before ?? 0) : null })}\n`;
    } finally {
      // How much was handed out, also where the receiver hung up half-way.
      await auditOutcome(this.#parts.log, caller, "audit.export", "done", { count, reason });
    }
  }
}

const cursorAt = (index: number): string => Buffer.from(`after-${index}`).toString("base64url");

const pageOfEntries = (found: readonly AuditEntry[], limit: number): Page<AuditEntryView> =>
  pageByIds(
    found.map((entry) => ({ ...entry, id: entry.index })),
    limit,
    presentAuditEntry,
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
