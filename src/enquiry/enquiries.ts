import { randomUUID } from "node:crypto";
import type { SubjectOf } from "../audit/act.ts";
import { enquiryActs } from "../audit/acts/enquiry.ts";
import type { Audited, UnderWay } from "../audit/audited.ts";
import { shownVrms } from "../audit/shown-vrms.ts";
import { parseReadId } from "../archive/read.ts";
import type { FoundPage, ReadStore } from "../archive/read-store.ts";
import type { Authority } from "../authority/authority-store.ts";
import { Problem } from "../errors.ts";
import type { Caller } from "../identity/caller.ts";
import type { Decision } from "../policy/engine.ts";
import type { Grant } from "../policy/grant.ts";
import type { Basis } from "./basis.ts";
import { checkQuestion } from "./check-question.ts";
import type { Asked, Enquiry } from "./enquiry.ts";
import { EnquiryLaw, granted, lawOf, refused, type LawParts } from "./enquiry-law.ts";
import type { EnquiryStore } from "./enquiry-store.ts";
import { foundRead, type FoundRead } from "./found-read.ts";
import { kindOf, type Question, type QuestionKind } from "./kinds.ts";

/** So many of a person's enquiries are listed, and looked through for one that covers a read. */
export const RECENT_ENQUIRIES = 50;

/** What asking works with. */
export interface EnquiriesParts extends LawParts {
  readonly store: EnquiryStore;
  readonly audited: Audited;
  readonly reads: ReadStore;
  readonly events: {
    enquiryAnswered(enquiry: { kind: string; outcome: string; seconds: number; person: number }): void;
  };
}

/** The reply to an enquiry: count first, then one page (INV-6). */
export interface Answer {
  readonly enquiry: string;
  /** The permission that it is given under. */
  readonly grant: Grant;
  /** Index of the entry in the audit log that this answer was given under. */
  readonly receipt: number;
  readonly question: Question;
  readonly reason: string;
  readonly count: number;
  /** Reads of the answer that go before this page. */
  readonly before: number;
  readonly items: readonly FoundRead[];
  readonly next: string | null;
}

/** What the log has of a question that could not be asked: the codes of what was wrong with it, and where. */
export interface NotAsked {
  readonly codes: readonly string[];
  readonly fields?: string[];
  readonly kind?: QuestionKind;
  readonly reason?: string;
}

/** Which page is wanted, and how much of it. */
export interface Paging {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** An enquiry that may be answered, under the entry in the log that says so. */
interface Granted {
  readonly asked: Asked;
  readonly grant: Grant;
  readonly entry: UnderWay<SubjectOf<typeof enquiryActs.ask>>;
}

/**
 * Asks the archive on a person's behalf: decide, write the audit entry, and only then look (INV-2, INV-3, AUD-1). Refusals are
 * Problem NOT_AUTHORISED with `extra.rules` (what refused) and `extra.needed` (what would be needed); bad input is Problem
 * INPUT_INVALID with `errors`.
 */
export class Enquiries {
  readonly #parts: EnquiriesParts;
  readonly #law: EnquiryLaw;

  constructor(parts: EnquiriesParts) {
    this.#parts = parts;
    this.#law = new EnquiryLaw(parts);
  }

  /** Asks, and answers the first page. */
  ask(
    wanted: Basis & { readonly question: Question },
    paging: Pick<Paging, "limit">,
    caller: Caller,
  ): Promise<Answer> {
    return this.#underEntry(wanted, caller, (enquiry) => this.#answer(enquiry, paging, caller));
  }

  /** Puts a question on record that may be asked, and answers its id. The archive is asked once, for its first page. */
  record(wanted: Basis & { readonly question: Question }, caller: Caller): Promise<string> {
    return this.#underEntry(wanted, caller, async ({ asked }) => asked.id);
  }

  /** A page of an enquiry the caller made, while its grant lasts. @throws Problem NOT_FOUND for anybody else's */
  async page(id: string, paging: Paging, caller: Caller): Promise<Answer> {
    const { audited, store } = this.#parts;
    const enquiry = await store.find(id);
    if (enquiry === undefined || enquiry.person !== caller.person)
      return audited.look(caller.actor, enquiryActs.page, { enquiry: id }, () => {
        throw new Problem("NOT_FOUND", `You have made no enquiry ${id}.`);
      });
    const lastDay = await store.lastDay(caller.person, enquiry.asked);
    const decision = await this.#law.again(enquiry, caller, lastDay);
    const subject = { ...entryOf(enquiry, decision), cursor: paging.cursor ?? null };
    return audited.look(caller.actor, enquiryActs.page, subject, async (entry) =>
      this.#answer({ asked: enquiry, grant: granted(decision), entry }, paging, caller),
    );
  }

  /** The caller's own recent enquiries, newest first. */
  mine(caller: Caller): Promise<readonly Enquiry[]> {
    const { audited, store } = this.#parts;
    const limit = RECENT_ENQUIRIES;
    return audited.look(caller.actor, enquiryActs.list, { limit }, async (entry) => {
      const recent = await store.recent(caller.person, 0, limit);
      const vrms = shownVrms(
        recent.map(({ question }) => ({ vrm: question.kind === "vrm" ? question.vrm : null })),
      );
      entry.add({ count: recent.length, vrms });
      return recent;
    });
  }

  /** Authorities the caller may rely on now. */
  authorities({ person, organisation }: Caller): Promise<readonly Authority[]> {
    return this.#parts.authorities.current(person, organisation.id, this.#parts.now());
  }

  /** Writes down that somebody tried to ask what could not be asked (INV-3). */
  notAsked(subject: NotAsked, { actor }: Caller): Promise<void> {
    return this.#parts.audited.do(actor, enquiryActs.ask, subject);
  }

  /** Decides about a question, and puts it on record under its entry in the log; does the rest only where it may be asked. */
  async #underEntry<Done>(
    wanted: Basis & { readonly question: Question },
    caller: Caller,
    work: (enquiry: Granted) => Promise<Done>,
  ): Promise<Done> {
    const { audited, events, store } = this.#parts;
    const question = await this.#checked(wanted, caller);
    const authority = await this.#law.authorityOf(wanted.authority, caller);
    // However it was asked for, an authority has one name in the log.
    const asked = this.#asked(
      { ...wanted, question, authority: authority?.reference ?? wanted.authority },
      caller,
    );
    const lastDay = await store.lastDay(caller.person, asked.asked);
    const decision = this.#law.decide(asked, { authority, lastDay }, caller);
    // With its entry: an enquiry on record that the log does not have could be paged and never be drawn for review.
    const record = store.opening({ ...asked, outcome: decision.allowed ? "asked" : "refused" });
    return audited.look(
      caller.actor,
      enquiryActs.ask,
      entryOf(asked, decision),
      async (entry) => {
        if (!decision.allowed) {
          const { kind } = asked.question;
          events.enquiryAnswered({ kind, outcome: "refused", seconds: 0, person: caller.person });
        }
        return work({ asked, grant: granted(decision), entry });
      },
      record,
    );
  }

  #asked(
    { authority, purpose, level, reference, reason, question }: Basis & { readonly question: Question },
    caller: Caller,
  ): Asked {
    return {
      id: randomUUID(),
      person: caller.person,
      organisation: caller.organisation.id,
      authority: authority ?? null,
      purpose: purpose ?? null,
      level: level ?? null,
      reference: reference ?? null,
      reason,
      question,
      asked: this.#parts.now(),
    };
  }

  /** The question as it can be asked; one that cannot is on record too, as far as it was understood. */
  async #checked(
    { question, reason }: Basis & { readonly question: Question },
    caller: Caller,
  ): Promise<Question> {
    try {
      return checkQuestion(question, this.#parts.nrds.seenBy(caller));
    } catch (error) {
      const codes =
        error instanceof Problem ? [error.code, ...error.errors.map(({ code }) => code)] : ["INTERNAL"];
      await this.notAsked({ codes, reason, kind: question.kind }, caller);
      throw error;
    }
  }

  /** Looks, and has in the entry how it went and how much came back; only then is anything given out. */
  async #answer({ asked, grant, entry }: Granted, paging: Paging, caller: Caller): Promise<Answer> {
    const { events, nrds, store } = this.#parts;
    const { question, reason } = asked;
    const started = performance.now();
    const told = (outcome: "answered" | "refused" | "failed"): void => {
      const seconds = (performance.now() - started) / 1_000;
      events.enquiryAnswered({ kind: question.kind, outcome, seconds, person: caller.person });
    };
    let found: FoundPage;
    try {
      found = await this.#search(question, grant, paging, caller);
    } catch (error) {
      entry.add({ count: null });
      told("failed");
      if (!(error instanceof Problem)) entry.endWith(store.closing(asked.id, "failed", null));
      throw error;
    }
    const { count, before, items, next } = found;
    entry.add({ count });
    // A search takes its time: what was withdrawn or ran out meanwhile is not handed out.
    const still = await this.#law.still(asked, grant, before, caller);
    if (!still.allowed) {
      entry.add(lawOf(still));
      told("refused");
      throw refused(still);
    }
    entry.add({ shown: items.length, vrms: shownVrms(items) });
    entry.endWith(store.closing(asked.id, "answered", count, before + items.length));
    told("answered");
    return {
      enquiry: asked.id,
      grant,
      receipt: entry.receipt,
      question,
      reason,
      count,
      before,
      items: items.map((read) => foundRead(read, nrds)),
      next,
    };
  }

  async #search(
    question: Question,
    grant: Grant,
    { limit, cursor }: Paging,
    caller: Caller,
  ): Promise<FoundPage> {
    const page = { limit: Math.min(limit ?? grant.pageLimit, grant.pageLimit), cursor: cursor ?? null };
    // A cursor nobody gave out says nothing about how the enquiry went, so it is found out before anything is searched.
    if (page.cursor !== null && parseReadId(page.cursor) === null)
      throw new Problem("CURSOR_INVALID", "Use the value of `next` from the previous page, unchanged.");
    const { reads, nrds } = this.#parts;
    return kindOf(question).search(reads, grant, question, page, nrds.seenBy(caller));
  }
}

/** What the log says of an enquiry, and by which rules; purpose and level are the authority's where one is relied on. */
function entryOf(asked: Asked, decision: Decision): SubjectOf<typeof enquiryActs.ask> {
  const { id: enquiry, question, authority, reference, reason } = asked;
  const { purpose, level } = decision.allowed ? decision.grant : asked;
  return {
    enquiry,
    kind: question.kind,
    ...kindOf(question).entry(question),
    authority,
    ...(authority === null ? { reference } : {}),
    purpose,
    level,
    reason,
    from: new Date(question.from).toISOString(),
    to: new Date(question.to).toISOString(),
    ...lawOf(decision),
  };
}
