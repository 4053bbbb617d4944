import { randomUUID } from "node:crypto";
import type { AuditLog } from "../audit/audit-log.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import type { ReadImages } from "../archive/read-images.ts";
import type { Read } from "../archive/read.ts";
import { parseReadId } from "../archive/read.ts";
import type { FoundPage, ReadStore } from "../archive/read-store.ts";
import { Problem } from "../errors.ts";
import { decideEnquiry, decideHitRead, type Decision } from "../policy/decide.ts";
import type { Grant } from "../policy/grant.ts";
import type { PolicyPack } from "../policy/pack.ts";
import { isWithin, type Area } from "../read/position.ts";
import { checkQuestion, radiusOf } from "./check-question.ts";
import type { AuthorityBook, EnquiryBook, EnquiryRecord } from "./enquiry-ports.ts";
import { fitsPattern, givenCharacters } from "./pattern.ts";
import { describeRead, type NrdNames, summariseRead } from "./present-read.ts";
import type { Answer, Asker, Enquiries, Question, ReadInFull } from "./question.ts";

/** What the desk works with. */
export interface DeskParts {
  readonly pack: PolicyPack;
  readonly authorities: AuthorityBook;
  readonly book: EnquiryBook;
  readonly audit: AuditLog;
  readonly reads: ReadStore;
  readonly images: ReadImages;
  readonly nrds: NrdNames & { withinArea(area: Area): readonly number[] };
  /** The hit a read raised on a list of an organisation, if any. */
  readonly hitOf: (readId: string, organisation: number) => Promise<{ id: string; list: string } | undefined>;
  readonly now: () => number;
}

const RECENT = 50;

/** Asks the archive on a person's behalf: decide, write the audit entry, and only then look (INV-2, INV-3, AUD-1). */
export class EnquiryDesk implements Enquiries {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  async ask(
    asker: Asker,
    asked: { authority: string; reason: string; question: Question },
    options: { limit?: number; cursor?: string; requestId: string },
  ): Promise<Answer> {
    const question = checkQuestion(asked.question, this.#parts.nrds);
    const decision = await this.#decide(asker, asked.authority, asked.reason, question);
    const outcome = decision.allowed ? "asked" : "refused";
    const enquiry = randomUUID();
    const record = {
      id: enquiry,
      person: asker.person,
      organisation: asker.organisation,
      ...asked,
      question,
      asked: this.#parts.now(),
      outcome,
    } as const;
    const subject = { enquiry, authority: asked.authority, reason: asked.reason, question };
    await Promise.all([
      this.#parts.book.open(record),
      this.#audit(asker, "enquiry.ask", decision, subject, options.requestId),
    ]);
    const grant = granted(decision);
    return this.#answer({ id: enquiry, question, reason: asked.reason }, grant, options);
  }

  async page(
    asker: Asker,
    enquiry: string,
    options: { limit?: number; cursor?: string; requestId: string },
  ): Promise<Answer> {
    const record = await this.#parts.book.find(enquiry);
    if (record === undefined || record.person !== asker.person) throw noEnquiry(enquiry);
    const decision = await this.#decideAgain(asker, record);
    const subject = {
      enquiry,
      authority: record.authority,
      reason: record.reason,
      cursor: options.cursor ?? null,
    };
    await this.#audit(asker, "enquiry.page", decision, subject, options.requestId);
    return this.#answer(record, granted(decision), options);
  }

  async mine(asker: Asker): ReturnType<Enquiries["mine"]> {
    const records = await this.#parts.book.recent(asker.person, 0, RECENT);
    return records.map(({ id, kind, asked, reason, authority, count, outcome }) => ({
      id,
      kind,
      asked: new Date(asked).toISOString(),
      reason,
      authority,
      count,
      outcome,
    }));
  }

  async authorities(asker: Asker): ReturnType<Enquiries["authorities"]> {
    const current = await this.#parts.authorities.current(
      asker.person,
      asker.organisation,
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

  async openRead(asker: Asker, readId: string, requestId: string): Promise<ReadInFull> {
    const { read, grant } = await this.#look(asker, readId, "read.open", requestId);
    const kinds = await this.#parts.images.kindsOf(grant, read);
    return describeRead(read, kinds, grant, this.#parts.nrds);
  }

  async openImage(
    asker: Asker,
    readId: string,
    kind: "patch" | "overview",
    requestId: string,
  ): Promise<Buffer> {
    const { read, grant } = await this.#look(asker, readId, "read.image", requestId, kind);
    const jpeg = await this.#parts.images.open(grant, read, kind);
    if (jpeg === null) throw new Problem("NOT_FOUND", `The archive holds no ${kind} image of this read.`);
    return jpeg;
  }

  /**
   * Finds the permission that covers a read, a hit in the person's remit or an enquiry, and takes the read. Whether one covers
   * it only the read can tell, so an entry stands in the log before the look, and another says how it ended. A read that is
   * not there is refused like one that is not covered: nobody learns from a refusal what the archive holds.
   */
  async #look(
    asker: Asker,
    readId: string,
    action: "read.open" | "read.image",
    requestId: string,
    kind?: string,
  ): Promise<{ read: Read; grant: Grant }> {
    if (parseReadId(readId) === null) throw new Problem("NOT_FOUND", `"${readId}" is not the id of a read.`);
    const subject = { read: readId, ...(kind === undefined ? {} : { image: kind }) };
    await this.#log(asker, action, "asked", subject, requestId);
    for await (const { grant, covers, under } of this.#permissions(asker, readId)) {
      const read = await this.#parts.reads.byId(grant, readId);
      if (read === null ? !("hit" in under) : !covers(read)) continue;
      await this.#audit(asker, action, { allowed: true, grant }, { ...subject, under }, requestId);
      if (read !== null) return { read, grant };
      throw new Problem("NOT_FOUND", "The archive holds no such read, or its time of access is over.");
    }
    const refusal = {
      allowed: false,
      rules: ["read-is-covered"],
      needed: [
        "A current enquiry of yours whose results include this read, or a hit on it that you may see.",
      ],
    } as const;
    await this.#audit(asker, action, refusal, subject, requestId);
    throw refused(refusal);
  }

  async *#permissions(
    asker: Asker,
    readId: string,
  ): AsyncGenerator<{ grant: Grant; covers: (read: Read) => boolean; under: Record<string, string> }> {
    const since = this.#parts.now() - this.#parts.pack.enquiry.grantMinutes * 60_000;
    for (const record of await this.#parts.book.recent(asker.person, since, RECENT)) {
      const decision = await this.#decideAgain(asker, record);
      if (!decision.allowed) continue;
      yield {
        grant: decision.grant,
        covers: (read) => this.#covers(record.question, read),
        under: { enquiry: record.id, authority: record.authority },
      };
    }
    const hit = await this.#parts.hitOf(readId, asker.organisation);
    if (hit !== undefined) {
      const decision = decideHitRead(asker, hit, this.#parts.pack, this.#parts.now());
      if (decision.allowed) yield { grant: decision.grant, covers: () => true, under: { hit: hit.id } };
    }
  }

  #covers(question: Question, read: Read): boolean {
    if (read.captured < question.from || read.captured >= question.to) return false;
    switch (question.kind) {
      case "vrm":
        return read.vrm === question.vrm;
      case "partial":
        return read.vrm !== null && fitsPattern(question.pattern, read.vrm);
      case "place":
        if (read.position === null || question.area === null)
          return this.#placesOf(question).includes(read.nrd);
        return isWithin(question.area, read.position);
    }
  }

  async #decide(
    asker: Asker,
    authorityReference: string,
    reason: string,
    question: Question,
  ): Promise<Decision> {
    const authority = (await this.#parts.authorities.find(authorityReference)) ?? null;
    const proposal = {
      person: asker.person,
      organisation: asker.organisation,
      roles: asker.roles,
      authority,
      reason,
      from: question.from,
      to: question.to,
      place: question.kind === "place",
      ...(question.kind === "partial" ? { givenCharacters: givenCharacters(question.pattern) } : {}),
      ...(question.kind === "place" ? { nrds: this.#placesOf(question).length } : {}),
    };
    const radiusMetres = radiusOf(question);
    return decideEnquiry(
      radiusMetres === undefined ? proposal : { ...proposal, radiusMetres },
      this.#parts.pack,
      this.#parts.now(),
    );
  }

  /** An enquiry's permission lasts the pack's minutes from the asking, and only while its authority does. */
  async #decideAgain(asker: Asker, record: EnquiryRecord): Promise<Decision> {
    const minutes = this.#parts.pack.enquiry.grantMinutes;
    if (record.outcome === "refused" || this.#parts.now() >= record.asked + minutes * 60_000) {
      return {
        allowed: false,
        rules: ["enquiry-is-current"],
        needed: [`Ask again: the answer to an enquiry may be looked at for ${minutes} minutes.`],
      };
    }
    return this.#decide(asker, record.authority, record.reason, record.question);
  }

  #placesOf(question: Extract<Question, { kind: "place" }>): readonly number[] {
    if (question.area === null) return question.nrds;
    return [...new Set([...question.nrds, ...this.#parts.nrds.withinArea(question.area)])];
  }

  async #answer(
    enquiry: { readonly id: string; readonly question: Question; readonly reason: string },
    grant: Grant,
    options: { limit?: number; cursor?: string },
  ): Promise<Answer> {
    const limit = Math.min(options.limit ?? grant.pageLimit, grant.pageLimit);
    const page = { limit, cursor: options.cursor ?? null };
    // Before anything is searched: a cursor nobody gave out says nothing about how the enquiry went.
    if (page.cursor !== null && parseReadId(page.cursor) === null)
      throw new Problem("CURSOR_INVALID", "Use the value of next from the page before, unchanged.");
    let found: FoundPage;
    try {
      found = await this.#search(grant, enquiry.question, page);
    } catch (error) {
      await this.#parts.book.close(enquiry.id, "failed", null);
      throw error;
    }
    await this.#parts.book.close(enquiry.id, "answered", found.count);
    return {
      enquiry: enquiry.id,
      grant: {
        authority: grant.authority,
        rules: grant.rules,
        policyPack: grant.policyPack,
        expires: new Date(grant.expires).toISOString(),
      },
      question: enquiry.question,
      reason: enquiry.reason,
      count: found.count,
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
          nrds: this.#placesOf(question),
          area: question.area,
          from,
          to,
          ...page,
        });
    }
  }

  async #audit(
    asker: Asker,
    action: "enquiry.ask" | "enquiry.page" | "read.open" | "read.image",
    decision:
      | Decision
      | { readonly allowed: false; readonly rules: readonly string[]; readonly needed: readonly string[] },
    subject: Record<string, unknown>,
    requestId: string,
  ): Promise<void> {
    const rules = decision.allowed ? decision.grant.rules : decision.rules;
    const outcome = decision.allowed ? "allowed" : "refused";
    await this.#log(asker, action, outcome, { ...subject, rules }, requestId);
  }

  async #log(
    asker: Asker,
    action: AuditAction,
    outcome: "asked" | "allowed" | "refused",
    subject: Record<string, unknown>,
    requestId: string,
  ): Promise<void> {
    const { username: actor, organisation } = asker;
    await this.#parts.audit.append({ actor, organisation, action, outcome, subject, requestId });
  }
}

function granted(decision: Decision): Grant {
  if (decision.allowed) return decision.grant;
  throw refused(decision);
}

const refused = ({
  rules,
  needed,
}: {
  readonly rules: readonly string[];
  readonly needed: readonly string[];
}): Problem =>
  new Problem("NOT_AUTHORISED", `This may not be looked at. ${needed.join(" ")}`, {
    extra: { rules, needed },
  });

const noEnquiry = (id: string): Problem => new Problem("NOT_FOUND", `You have made no enquiry ${id}.`);
