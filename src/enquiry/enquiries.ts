import { randomUUID } from "node:crypto";
import type { AuditAction } from "../audit/vocabulary.ts";
import type { ImageKind } from "../archive/image-vault.ts";
import { parseReadId } from "../archive/read.ts";
import type { FoundPage } from "../archive/read-store.ts";
import { Problem } from "../errors.ts";
import type { Grant } from "../policy/grant.ts";
import { checkQuestion } from "./check-question.ts";
import { type Asked, EnquiryLaw } from "./enquiry-law.ts";
import { placesOf } from "./basis.ts";
import { granted, lawOf, logLook, refused, subjectOf } from "./look-entry.ts";
import { showGrant, summariseRead } from "./present-read.ts";
import { Reads, type ReadsParts } from "./reads.ts";
import {
  type Answer,
  type Enquiries,
  type Grounds,
  type NotAsked,
  type Question,
  type ReadInFull,
  RECENT_ENQUIRIES,
} from "./question.ts";
import type { Caller } from "../identity/caller.ts";

/** What asking works with. */
export type DeskParts = Omit<ReadsParts, "law">;

type Paging = { readonly limit?: number; readonly cursor?: string; readonly requestId: string };

/** Asks the archive on a person's behalf: decide, write the audit entry, and only then look (INV-2, INV-3, AUD-1). */
export class EnquiryRoom implements Enquiries {
  readonly #parts: DeskParts;
  readonly #law: EnquiryLaw;
  readonly #reads: Reads;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#law = new EnquiryLaw(parts);
    this.#reads = new Reads({ ...parts, law: this.#law });
  }

  async ask(asker: Caller, asked: Grounds & { question: Question }, paging: Paging): Promise<Answer> {
    const question = await this.#checked(asker, asked, paging.requestId);
    const record = {
      id: randomUUID(),
      person: asker.person,
      organisation: asker.organisation.id,
      authority: asked.authority === undefined ? null : await this.#law.nameOf(asked.authority, asker),
      purpose: asked.purpose ?? null,
      level: asked.level ?? null,
      reference: asked.reference ?? null,
      reason: asked.reason,
      question,
      asked: this.#parts.now(),
    };
    const lastDay = await this.#parts.store.lastDay(asker.person, record.asked);
    const decision = await this.#law.decide(asker, record, { lastDay });
    const entry = {
      action: "enquiry.ask",
      subject: { ...subjectOf(record, decision), ...lawOf(decision) },
    } as const;
    const outcome = decision.allowed ? "asked" : "refused";
    // The entry comes first: an enquiry on record that the log does not have could be paged and never be drawn for review.
    const { index } = await logLook(this.#parts.audit, asker, { ...entry, outcome }, paging.requestId);
    await this.#parts.store.open({ ...record, outcome });
    const grant = granted(decision);
    return this.#answer(asker, { record, grant, entry, receipt: index }, paging);
  }

  async page(asker: Caller, enquiry: string, paging: Paging): Promise<Answer> {
    const record = await this.#parts.store.find(enquiry);
    if (record === undefined || record.person !== asker.person) {
      const subject = { enquiry, codes: ["NOT_FOUND"] };
      await logLook(
        this.#parts.audit,
        asker,
        { action: "enquiry.page", outcome: "refused", subject },
        paging.requestId,
      );
      throw noEnquiry(enquiry);
    }
    const lastDay = await this.#parts.store.lastDay(asker.person, record.asked);
    const decision = await this.#law.again(asker, record, lastDay);
    const entry = {
      action: "enquiry.page",
      subject: {
        ...subjectOf(record, decision),
        ...lawOf(decision),
        cursor: paging.cursor ?? null,
      },
    } as const;
    const outcome = decision.allowed ? "asked" : "refused";
    const { index } = await logLook(this.#parts.audit, asker, { ...entry, outcome }, paging.requestId);
    return this.#answer(asker, { record, grant: granted(decision), entry, receipt: index }, paging);
  }

  async mine(asker: Caller, requestId: string): ReturnType<Enquiries["mine"]> {
    const entry = { action: "enquiry.list", subject: { limit: RECENT_ENQUIRIES } } as const;
    await logLook(this.#parts.audit, asker, { ...entry, outcome: "asked" }, requestId);
    const records = await this.#parts.store.recent(asker.person, 0, RECENT_ENQUIRIES);
    const subject = { ...entry.subject, count: records.length };
    await logLook(this.#parts.audit, asker, { ...entry, outcome: "allowed", subject }, requestId);
    return records.map(({ id, kind, question, asked, reason, authority, reference, count, outcome }) => ({
      id,
      kind,
      question,
      asked: new Date(asked).toISOString(),
      reason,
      authority: authority ?? `case ${reference ?? ""}`.trim(),
      count,
      outcome,
    }));
  }

  async authorities(asker: Caller): ReturnType<Enquiries["authorities"]> {
    const current = await this.#parts.authorities.current(
      asker.person,
      asker.organisation.id,
      this.#parts.now(),
    );
    return current.map(({ id, reference, purpose, level, until }) => ({
      id,
      reference,
      purpose,
      level,
      until: new Date(until).toISOString(),
    }));
  }

  openRead(asker: Caller, readId: string, requestId: string): Promise<ReadInFull> {
    return this.#reads.open(asker, readId, requestId);
  }

  openImage(asker: Caller, readId: string, kind: ImageKind, requestId: string): Promise<Buffer> {
    return this.#reads.image(asker, readId, kind, requestId);
  }

  /** The question as it can be asked; one that cannot is on record too, as far as it was understood. */
  async #checked(
    asker: Caller,
    asked: Grounds & { question: Question },
    requestId: string,
  ): Promise<Question> {
    try {
      return checkQuestion(asked.question, this.#parts.nrds);
    } catch (error) {
      const codes = error instanceof Problem ? error.errors.map(({ code }) => code) : [];
      await this.notAsked(asker, { codes, reason: asked.reason, kind: asked.question.kind }, requestId);
      throw error;
    }
  }

  async notAsked(asker: Caller, subject: NotAsked, requestId: string): Promise<void> {
    await logLook(this.#parts.audit, asker, { action: "enquiry.ask", outcome: "failed", subject }, requestId);
  }

  /** Looks, and writes how it went and how much came back; only then is anything given out. */
  async #answer(
    asker: Caller,
    { record, grant, entry, receipt }: Granted,
    { requestId, ...paging }: Paging,
  ): Promise<Answer> {
    const limit = Math.min(paging.limit ?? grant.pageLimit, grant.pageLimit);
    const page = { limit, cursor: paging.cursor ?? null };
    const ended = (outcome: "allowed" | "refused" | "failed", more: object) =>
      logLook(
        this.#parts.audit,
        asker,
        { ...entry, outcome, subject: { ...entry.subject, ...more } },
        requestId,
      );
    let found: FoundPage;
    try {
      // A cursor nobody gave out says nothing about how the enquiry went, so it is found out before anything is searched.
      if (page.cursor !== null && parseReadId(page.cursor) === null)
        throw new Problem("CURSOR_INVALID", "Use the value of next from the page before, unchanged.");
      found = await this.#search(grant, record.question, page);
    } catch (error) {
      await ended("failed", { count: null });
      if (!(error instanceof Problem)) await this.#parts.store.close(record.id, "failed", null);
      throw error;
    }
    // A search takes its time: what was withdrawn or ran out meanwhile is not handed out.
    const still = await this.#law.still(asker, record, grant, found.before);
    if (!still.allowed) {
      await ended("refused", { ...lawOf(still), count: found.count });
      throw refused(still);
    }
    const shown = found.before + found.items.length;
    await Promise.all([
      ended("allowed", { count: found.count, shown: found.items.length }),
      this.#parts.store.close(record.id, "answered", found.count, shown),
    ]);
    return {
      enquiry: record.id,
      grant: showGrant(grant),
      receipt,
      question: record.question,
      reason: record.reason,
      count: found.count,
      before: found.before,
      items: found.items.map((read) => summariseRead(read, this.#parts.nrds)),
      next: found.next,
    };
  }

  #search(
    grant: Grant,
    question: Question,
    page: { limit: number; cursor: string | null },
  ): Promise<FoundPage> {
    const { from, to } = question;
    switch (question.kind) {
      case "vrm":
        return this.#parts.reads.byVrm(grant, { vrm: question.vrm, from, to, ...page });
      case "partial":
        return this.#parts.reads.byPattern(grant, { pattern: question.pattern, from, to, ...page });
      case "place":
        return this.#parts.reads.byPlace(grant, {
          nrds: placesOf(question, this.#parts.nrds),
          area: question.area,
          from,
          to,
          ...page,
        });
    }
  }
}

/** An enquiry that may be looked at, and the entry in the log that says so. */
interface Granted {
  readonly record: Asked;
  readonly grant: Grant;
  readonly entry: { readonly action: AuditAction; readonly subject: Record<string, unknown> };
  readonly receipt: number;
}

const noEnquiry = (id: string): Problem => new Problem("NOT_FOUND", `You have made no enquiry ${id}.`);
