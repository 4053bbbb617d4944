import type { AuditLog } from "../audit/audit-log.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import { failed, wrongWith, type Answers, type Question } from "./checklist.ts";
import { drawMonth, type DrawParts } from "./draw-month.ts";
import { drawRechecks } from "./draw-rechecks.ts";
import type { OpenedFinding, Reviewer, Sample, SampleStore, SampleItem } from "./sample-store.ts";
import { Problem } from "../errors.ts";
import { mayDo } from "../policy/roles.ts";
import type { ReviewTask, SamplePort } from "../api/audit/ports.ts";
import type { ItemView, SampleView } from "../api/audit/views.ts";
import type { Entries } from "./entries.ts";
import { isWithin } from "../policy/scope.ts";
import { auditScope } from "./audit-scope.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import { presentAuditEntry } from "../api/audit/present.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import { auditFirst, auditOutcome, auditedLook, endOf } from "../audit/audit-first.ts";
import type { Caller } from "../identity/caller.ts";

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

export interface SamplesParts extends DrawParts {
  readonly store: SampleStore;
  readonly audit: Pick<AuditLog, "append" | "from">;
  /** Where the entries around an enquiry come from. */
  readonly entries: Pick<Entries, "around" | "underAuthority">;
  readonly checklist: () => readonly Question[];
  /** Days until a finding is due (policy pack). */
  readonly findingDays: () => number;
}

/** The month's samples as auditors work through them: they take the next, and never see their own (AUD-3, AUD-4). */
export class Samples implements SamplePort {
  readonly #parts: SamplesParts;

  constructor(parts: SamplesParts) {
    this.#parts = parts;
  }

  get checklist(): readonly Question[] {
    return this.#parts.checklist();
  }

  async list(asker: Caller, page: PageRequest): Promise<Page<SampleView>> {
    const before = afterId(page.cursor, "integer");
    const rows = await this.#parts.store.list({
      ...auditScope(asker),
      limit: page.limit + 1,
      ...(before === undefined ? {} : { before }),
    });
    return pageByIds(rows, page.limit, (sample) => present(sample, mayDo(asker.roles, "audit.recheck")));
  }

  draw(month: string, caller: Caller): Promise<readonly string[]> {
    const { person, username: actor, organisation, requestId } = caller;
    return drawMonth(this.#parts, month, { person, actor, organisation: organisation.id, requestId });
  }

  async next(task: ReviewTask, caller: Caller): Promise<ItemView | null> {
    // Handing out is an act of its own: the log has it before anybody is given anything.
    await auditOutcome(this.#parts.audit, caller, "sample.next", "asked", { kind: task });
    if (task === "recheck") await drawRechecks(this.#parts);
    const now = new Date(this.#parts.now());
    const staleBefore = new Date(now.getTime() - HANDOUT_MS);
    const { organisation: within } = auditScope(caller);
    const item = await this.#parts.store.next(reviewerOf(caller), task, within, { now, staleBefore });
    return item === undefined ? null : this.#show(item, caller);
  }

  async item(id: string, caller: Caller): Promise<ItemView> {
    const item = await this.#visible(id, caller).catch(async (error: unknown) => {
      // An attempt to see what was not given to one is on record too.
      const { outcome, ...said } = endOf(error);
      await auditOutcome(this.#parts.audit, caller, "audit.entry", outcome, { item: id, ...said });
      throw error;
    });
    return this.#show(item, caller);
  }

  async review(id: string, answers: Answers, caller: Caller): Promise<void> {
    const item = await this.#before(id, caller, "review");
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
    await auditFirst(this.#parts.audit, caller, "sample.review", {
      item: item.id,
      entry: item.entry,
      answers: said,
    });
    if (finding !== null) await this.#auditFinding(caller, item, finding);
    const now = new Date(this.#parts.now());
    if (!(await this.#parts.store.review(item.id, reviewerOf(caller), answers, finding, now))) throw gone();
  }

  async recheck(
    id: string,
    verdict: { readonly agrees: boolean; readonly note: string },
    caller: Caller,
  ): Promise<void> {
    const item = await this.#before(id, caller, "recheck");
    if (!verdict.agrees && verdict.note.trim() === "")
      throw new Problem("INPUT_INVALID", "A check that does not agree must say why.", {
        errors: [{ path: "note", code: "missing", message: "Enter why you do not agree." }],
      });
    const finding = verdict.agrees
      ? null
      : this.#finding("The national auditor does not agree with the review.", verdict.note);
    const subject = { item: item.id, entry: item.entry, ...verdict };
    await auditFirst(this.#parts.audit, caller, "sample.recheck", subject);
    if (finding !== null) await this.#auditFinding(caller, item, finding);
    const now = new Date(this.#parts.now());
    if (!(await this.#parts.store.recheck(item.id, reviewerOf(caller), verdict, finding, now))) throw gone();
  }

  #finding(title: string, note: string): OpenedFinding {
    return { title, note, dueAt: new Date(this.#parts.now() + this.#parts.findingDays() * DAY_MS) };
  }

  #auditFinding(
    caller: Caller,
    { id, entry, person }: SampleItem,
    { title, note }: OpenedFinding,
  ): Promise<unknown> {
    return auditFirst(this.#parts.audit, caller, "finding.open", {
      item: id,
      entry,
      about: person,
      title,
      note,
    });
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

  /** The enquiry in the clear, which is a look at the log like any other. */
  async #show(item: SampleItem, caller: Caller): Promise<ItemView> {
    const { audit, entries } = this.#parts;
    const subject = { entry: item.entry, item: item.id };
    const { entry, neighbours, underAuthority } = await auditedLook(
      audit,
      caller,
      "audit.entry",
      subject,
      async () => {
        const [found] = await audit.from(item.entry, 1);
        if (found?.index !== item.entry)
          throw new Error(`Entry ${item.entry} of sample item ${item.id} is not in the log.`);
        const [around, under] = await Promise.all([
          entries.around(found, { organisation: item.organisation.id }),
          entries.underAuthority(found, { organisation: item.organisation.id }, LIFE_OF_AUTHORITY),
        ]);
        return { entry: found, neighbours: around, underAuthority: under };
      },
      (found) => ({ count: 1 + found.neighbours.length + found.underAuthority.length }),
    );
    const { review, secondLook } = item;
    return {
      id: String(item.id),
      month: item.month,
      organisation: item.organisation,
      stratum: item.stratum,
      task: this.#task(item, caller),
      entry: presentAuditEntry(entry),
      neighbours: neighbours.filter(({ index }) => index !== entry.index).map(presentAuditEntry),
      underAuthority: underAuthority.map(presentAuditEntry),
      checklist: [...this.checklist],
      review: review && { by: review.by, at: review.at.toISOString(), answers: { ...review.answers } },
      recheck: secondLook && { ...secondLook, at: secondLook.at.toISOString() },
    };
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

/** Which reviews are looked at again is not told to those who make them. */
const present = (sample: Sample, mayRecheck: boolean): SampleView => ({
  id: String(sample.id),
  month: sample.month,
  organisation: sample.organisation,
  drawnAt: sample.drawnAt.toISOString(),
  population: sample.population,
  seed: sample.seed,
  items: sample.items,
  strata: sample.strata,
  reviewed: sample.reviewed,
  rechecked: sample.rechecked,
  toRecheck: mayRecheck ? sample.toRecheck : null,
});
