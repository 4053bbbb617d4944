import { auditActs } from "../audit/acts/audit.ts";
import { findingActs } from "../audit/acts/finding.ts";
import { sampleActs } from "../audit/acts/sample.ts";
import type { AuditEntry, AuditSearch } from "../audit/audit-log.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import { Problem } from "../errors.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { Caller } from "../identity/caller.ts";
import { mayDo } from "../policy/roles.ts";
import { isWithin } from "../policy/scope.ts";
import { auditScope } from "./audit-scope.ts";
import { failed, wrongWith, type Answers, type Question } from "./checklist.ts";
import { drawMonth, type DrawParts } from "./draw-month.ts";
import { drawRechecks } from "./draw-rechecks.ts";
import type { Entries } from "./entries.ts";
import type { OpenedFinding, Reviewer, Sample, SampleItem, SampleStore } from "./sample-store.ts";

const DAY_MS = 86_400_000;
/** An item that somebody took and did not finish goes to another after that. */
const HANDOUT_MS = DAY_MS;
/** How an authority came to be, not who looked at it or what else was asked under it. */
const LIFE_OF_AUTHORITY: readonly AuditAction[] = [
  "authority.add",
  "authority.decide",
  "authority.extend",
  "authority.confirm",
  "authority.withdraw",
];

export type ReviewTask = "review" | "recheck";

/** A sample as somebody sees it: which reviews are looked at again is not told to those who make them. */
export type SampleSeen = Omit<Sample, "toRecheck"> & { readonly toRecheck: number | null };

/** An enquiry under review, in the clear. */
export interface ItemInFull {
  readonly item: SampleItem;
  /** What the caller has to do with it now. */
  readonly task: ReviewTask | null;
  readonly entry: AuditEntry;
  /** Everything done under that enquiry, in order. */
  readonly neighbours: readonly AuditEntry[];
  /** What the log says about the authority relied on. */
  readonly underAuthority: readonly AuditEntry[];
  readonly checklist: readonly Question[];
}

/** What a second look says of a review. */
export interface SecondLook {
  readonly agrees: boolean;
  readonly note: string;
}

export interface SamplesParts extends DrawParts {
  readonly store: SampleStore;
  readonly log: Pick<AuditSearch, "from">;
  /** Where the entries around an enquiry come from. */
  readonly entries: Pick<Entries, "around" | "underAuthority">;
  readonly checklist: () => readonly Question[];
  /** Days until a finding is due (policy pack). */
  readonly findingDays: () => number;
}

/** The month's samples as auditors work through them: they take the next, and never see their own (AUD-3, AUD-4). */
export class Samples {
  readonly #parts: SamplesParts;

  constructor(parts: SamplesParts) {
    this.#parts = parts;
  }

  get checklist(): readonly Question[] {
    return this.#parts.checklist();
  }

  /** Newest month first. */
  async list(page: PageRequest, caller: Caller): Promise<Page<SampleSeen>> {
    const before = afterId(page.cursor, "integer");
    const rows = await this.#parts.store.list({
      ...auditScope(caller),
      limit: page.limit + 1,
      ...(before === undefined ? {} : { before }),
    });
    const mayRecheck = mayDo(caller.roles, "audit.recheck");
    return pageByIds(rows, page.limit, (sample) => ({
      ...sample,
      toRecheck: mayRecheck ? sample.toRecheck : null,
    }));
  }

  /** @returns names of the organisations drawn for */
  draw(month: string, caller: Caller): Promise<readonly string[]> {
    return drawMonth(this.#parts, month, caller.actor);
  }

  /** Nobody chooses what to see: the next there is, or null. */
  async next(task: ReviewTask, caller: Caller): Promise<ItemInFull | null> {
    // Handing out is an act of its own: the log has it before anybody is given anything.
    const item = await this.#parts.audited.do(
      caller.actor,
      sampleActs.next,
      { kind: task },
      async (entry) => {
        if (task === "recheck") await drawRechecks(this.#parts);
        const now = new Date(this.#parts.now());
        const moments = { now, staleBefore: new Date(now.getTime() - HANDOUT_MS) };
        const { organisation } = auditScope(caller);
        const next = await this.#parts.store.next(reviewerOf(caller), task, organisation, moments);
        entry.add(next === undefined ? { count: 0 } : { count: 1, item: next.id, entry: next.entry });
        return next;
      },
    );
    return item === undefined ? null : this.item(String(item.id), caller);
  }

  /** In the clear, which is a look at the log like any other. @throws Problem NOT_FOUND where it was not given to the caller */
  item(id: string, caller: Caller): Promise<ItemInFull> {
    return this.#parts.audited.look(caller.actor, auditActs.entry, { item: id }, async (entry) => {
      const item = await this.#visible(id, caller);
      entry.add({ item: item.id, entry: item.entry });
      const found = await this.#inFull(item, caller);
      entry.add({ count: 1 + found.neighbours.length + found.underAuthority.length });
      return found;
    });
  }

  /** Answers the whole checklist; a "no" says why and opens a finding. @throws Problem INPUT_INVALID, CONFLICT */
  async review(id: string, answers: Answers, caller: Caller): Promise<void> {
    const wrong = wrongWith(answers, this.checklist);
    if (wrong.length > 0)
      throw new Problem("INPUT_INVALID", "The review is not complete.", {
        errors: wrong.map(({ question, message }) => ({
          path: `answers.${question}`,
          code: "answer",
          message,
        })),
      });
    const noes = failed(answers, this.checklist);
    const finding =
      noes.length === 0
        ? null
        : this.#finding(
            noes.map(({ question }) => question).join(" "),
            noes.map(({ id: question }) => answers[question]?.note ?? "").join("\n"),
          );
    const said = Object.fromEntries(
      Object.entries(answers).map(([question, { answer }]) => [question, answer]),
    );
    const { audited, store, now } = this.#parts;
    await audited.do(caller.actor, sampleActs.review, { item: id, answers: said }, async (entry) => {
      const item = await this.#before(id, caller, "review");
      entry.add({ item: item.id, entry: item.entry });
      const keep = () => store.review(item.id, reviewerOf(caller), answers, finding, new Date(now()));
      await this.#settle(item, finding, caller, keep);
    });
  }

  /** Whether a review holds; where not, a finding is opened. @throws Problem INPUT_INVALID, CONFLICT */
  async recheck(id: string, verdict: SecondLook, caller: Caller): Promise<void> {
    const { agrees, note } = verdict;
    if (!agrees && note.trim() === "")
      throw new Problem("INPUT_INVALID", "A check that does not agree must say why.", {
        errors: [{ path: "note", code: "missing", message: "Enter why you do not agree." }],
      });
    const finding = agrees
      ? null
      : this.#finding("The national auditor does not agree with the review.", note);
    const { audited, store, now } = this.#parts;
    await audited.do(caller.actor, sampleActs.recheck, { item: id, agrees, note }, async (entry) => {
      const item = await this.#before(id, caller, "recheck");
      entry.add({ item: item.id, entry: item.entry });
      const keep = () => store.recheck(item.id, reviewerOf(caller), verdict, finding, new Date(now()));
      await this.#settle(item, finding, caller, keep);
    });
  }

  /** Keeps what was found, with the finding that it opens. @throws Problem CONFLICT where somebody was first */
  async #settle(
    { id, entry, person }: SampleItem,
    finding: OpenedFinding | null,
    caller: Caller,
    keep: () => Promise<boolean>,
  ): Promise<void> {
    const kept = async (): Promise<void> => {
      if (!(await keep())) throw gone();
    };
    if (finding === null) return kept();
    const subject = { item: id, entry, about: person, title: finding.title, note: finding.note };
    await this.#parts.audited.do(caller.actor, findingActs.open, subject, kept);
  }

  #finding(title: string, note: string): OpenedFinding {
    return { title, note, dueAt: new Date(this.#parts.now() + this.#parts.findingDays() * DAY_MS) };
  }

  /** What there is to do with an item for somebody, now. */
  #task(item: SampleItem, { person, username }: Caller): ReviewTask | null {
    if (item.assignedTo !== person || item.person === username) return null;
    if (item.review === null) return "review";
    return item.secondLook === null && item.recheck && item.review.by !== username ? "recheck" : null;
  }

  /** An item that is before the asker or was reviewed, within the remit; nobody picks one that waits. */
  async #visible(id: string, asker: Caller): Promise<SampleItem> {
    const item = await this.#parts.store.item(idNumber(id, "bigint"));
    const within = item !== undefined && isWithin(auditScope(asker), item.organisation.id);
    const open =
      within && item.person !== asker.username && (item.assignedTo === asker.person || item.review !== null);
    if (!open) throw new Problem("NOT_FOUND", "There is no such enquiry for you to review.");
    return item;
  }

  async #before(id: string, asker: Caller, task: ReviewTask): Promise<SampleItem> {
    const item = await this.#visible(id, asker);
    if (this.#task(item, asker) !== task) throw gone();
    return item;
  }

  async #inFull(item: SampleItem, caller: Caller): Promise<ItemInFull> {
    const { log, entries } = this.#parts;
    const [entry] = await log.from(item.entry, 1);
    if (entry?.index !== item.entry)
      throw new Error(`Entry ${item.entry} of sample item ${item.id} is not in the log.`);
    const scope = { organisation: item.organisation.id };
    const [around, underAuthority] = await Promise.all([
      entries.around(entry, scope),
      entries.underAuthority(entry, scope, LIFE_OF_AUTHORITY),
    ]);
    const neighbours = around.filter(({ index }) => index !== entry.index);
    const task = this.#task(item, caller);
    return { item, task, entry, neighbours, underAuthority, checklist: this.checklist };
  }
}

const gone = (): Problem =>
  new Problem("CONFLICT", "This enquiry is not before you any more. Take the next one.");

const reviewerOf = ({ person, username, fullName, organisation }: Caller): Reviewer => ({
  person,
  username,
  fullName,
  organisation: organisation.id,
});
