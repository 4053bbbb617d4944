import { randomUUID } from "node:crypto";
import type { AuditEntry, AuditLog } from "../audit/audit-log.ts";
import type { AuditAction } from "../audit/vocabulary.ts";
import type { ImageKind } from "../archive/image-vault.ts";
import type { ReadImages } from "../archive/read-images.ts";
import type { Read } from "../archive/read.ts";
import { parseReadId } from "../archive/read.ts";
import type { FoundPage, ReadStore } from "../archive/read-store.ts";
import { Problem } from "../errors.ts";
import type { Decision, PolicyEngine, Refusal } from "../policy/engine.ts";
import type { HitReadFacts, LastDay } from "../policy/facts.ts";
import type { Grant } from "../policy/grant.ts";
import { isWithin } from "../read/position.ts";
import { checkQuestion } from "./check-question.ts";
import type { AuthorityBook, EnquiryBook, EnquiryRecord } from "./enquiry-ports.ts";
import { type NrdPlaces, placesOf, proposalOf } from "./grounds.ts";
import { fitsPattern } from "./pattern.ts";
import { describeRead, type NrdNames, showGrant, summariseRead } from "./present-read.ts";
import type { Answer, Asker, Enquiries, Grounds, NotAsked, Question, ReadInFull } from "./question.ts";

/** What the desk works with. */
export interface DeskParts {
  /** The policy in force, asked for at every decision. */
  readonly policy: { readonly engine: PolicyEngine };
  readonly authorities: AuthorityBook;
  readonly book: EnquiryBook;
  readonly audit: AuditLog;
  readonly reads: ReadStore;
  readonly images: ReadImages;
  readonly nrds: NrdNames & NrdPlaces;
  /** The hit a read raised on a list of an organisation, if any. */
  readonly hitOf: (readId: string, organisation: number) => Promise<HitReadFacts | undefined>;
  readonly now: () => number;
}

type Paging = { readonly limit?: number; readonly cursor?: string; readonly requestId: string };
type Asked = Omit<EnquiryRecord, "kind" | "count" | "outcome">;

const RECENT = 50;
/** Where the volume of a day was counted already, or nothing more is handed out. */
const NOTHING_YET: LastDay = { enquiries: 0, rows: 0 };

/** Asks the archive on a person's behalf: decide, write the audit entry, and only then look (INV-2, INV-3, AUD-1). */
export class EnquiryDesk implements Enquiries {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  async ask(asker: Asker, asked: Grounds & { question: Question }, paging: Paging): Promise<Answer> {
    const question = await this.#checked(asker, asked, paging.requestId);
    const record = {
      id: randomUUID(),
      person: asker.person,
      organisation: asker.organisation,
      authority: asked.authority === undefined ? null : await this.#nameOf(asked.authority, asker),
      purpose: asked.purpose ?? null,
      level: asked.level ?? null,
      reference: asked.reference ?? null,
      reason: asked.reason,
      question,
      asked: this.#parts.now(),
    };
    const lastDay = await this.#parts.book.lastDay(asker.person, record.asked);
    const decision = await this.#decide(asker, record, { lastDay });
    const entry = {
      action: "enquiry.ask",
      subject: { ...subjectOf(record, decision), ...lawOf(decision) },
    } as const;
    const outcome = decision.allowed ? "asked" : "refused";
    // The entry comes first: an enquiry on record that the log does not have could be paged and never be drawn for review.
    const { index } = await this.#log(asker, { ...entry, outcome }, paging.requestId);
    await this.#parts.book.open({ ...record, outcome });
    const grant = granted(decision);
    return this.#answer(asker, { record, grant, entry, receipt: index }, paging);
  }

  async page(asker: Asker, enquiry: string, paging: Paging): Promise<Answer> {
    const record = await this.#parts.book.find(enquiry);
    if (record === undefined || record.person !== asker.person) {
      const subject = { enquiry, codes: ["NOT_FOUND"] };
      await this.#log(asker, { action: "enquiry.page", outcome: "refused", subject }, paging.requestId);
      throw noEnquiry(enquiry);
    }
    const lastDay = await this.#parts.book.lastDay(asker.person, record.asked);
    const decision = await this.#decideAgain(asker, record, lastDay);
    const entry = {
      action: "enquiry.page",
      subject: {
        ...subjectOf(record, decision),
        ...lawOf(decision),
        cursor: paging.cursor ?? null,
      },
    } as const;
    const outcome = decision.allowed ? "asked" : "refused";
    const { index } = await this.#log(asker, { ...entry, outcome }, paging.requestId);
    return this.#answer(asker, { record, grant: granted(decision), entry, receipt: index }, paging);
  }

  async mine(asker: Asker, requestId: string): ReturnType<Enquiries["mine"]> {
    const entry = { action: "enquiry.list", subject: { limit: RECENT } } as const;
    await this.#log(asker, { ...entry, outcome: "asked" }, requestId);
    const records = await this.#parts.book.recent(asker.person, 0, RECENT);
    const subject = { ...entry.subject, count: records.length };
    await this.#log(asker, { ...entry, outcome: "allowed", subject }, requestId);
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
    const kindsOf: Take<readonly ImageKind[]> = (grant, read) => this.#parts.images.kindsOf(grant, read);
    const opened = await this.#look(asker, { read: readId }, "read.open", kindsOf, requestId);
    const { read, found: kinds, grant, receipt } = opened;
    return { ...describeRead(read, kinds, grant, this.#parts.nrds), receipt };
  }

  async openImage(
    asker: Asker,
    readId: string,
    kind: "patch" | "overview",
    requestId: string,
  ): Promise<Buffer> {
    const open: Take<Buffer | null> = (grant, read) => this.#parts.images.open(grant, read, kind);
    const about = { read: readId, image: kind };
    const { found: jpeg } = await this.#look(asker, about, "read.image", open, requestId);
    if (jpeg === null) throw new Problem("NOT_FOUND", `The archive holds no ${kind} image of this read.`);
    return jpeg;
  }

  /**
   * Finds the permission that covers a read, a hit in the person's remit or an enquiry, and takes the read. Whether one covers
   * it only the read can tell, so an entry stands in the log before the look, and another says how it ended. A read that is
   * not there is refused like one that is not covered: nobody learns from a refusal what the archive holds.
   */
  async #look<Found>(
    asker: Asker,
    about: { readonly read: string; readonly image?: string },
    action: "read.open" | "read.image",
    take: Take<Found>,
    requestId: string,
  ): Promise<{ read: Read; found: Found; grant: Grant; receipt: number }> {
    const readId = about.read;
    if (parseReadId(readId) === null) throw new Problem("NOT_FOUND", `"${readId}" is not the id of a read.`);
    const { index } = await this.#log(asker, { action, outcome: "asked", subject: about }, requestId);
    const failed = (outcome: "refused" | "failed", more: object) =>
      this.#log(asker, { action, outcome, subject: { ...about, ...more } }, requestId);
    for await (const { grant, covers, under, still } of this.#permissions(asker, readId)) {
      const read = await this.#taken(() => this.#parts.reads.byId(grant, readId), failed);
      if (read === null ? !("hit" in under) : !covers(read)) continue;
      const law = lawOf({ allowed: true, grant });
      const subject = { ...about, ...law, under, ...(read?.vrm ? { vrm: read.vrm } : {}) };
      const ended = (outcome: "allowed" | "refused" | "failed", more: object) =>
        this.#log(asker, { action, outcome, subject: { ...subject, ...more } }, requestId);
      const found = read && (await this.#taken(() => take(grant, read), ended));
      const decision = await still();
      if (!decision.allowed) {
        await ended("refused", lawOf(decision));
        throw refused(decision);
      }
      await ended("allowed", { count: found === null ? 0 : 1 });
      if (read !== null) return { read, found: found as Found, grant, receipt: index };
      throw new Problem("NOT_FOUND", "The archive holds no such read, or its time of access is over.");
    }
    const refusal = this.#parts.policy.engine.refuse(
      "read-is-covered",
      "A current enquiry of yours whose results include this read, or a hit on it that you may see.",
    );
    const subject = { ...about, ...lawOf(refusal) };
    await this.#log(asker, { action, outcome: "refused", subject }, requestId);
    throw refused(refusal);
  }

  /** What a look takes, or an entry that says how it ended. */
  async #taken<Found>(
    take: () => Promise<Found>,
    ended: (outcome: "refused" | "failed", more: object) => Promise<unknown>,
  ): Promise<Found> {
    try {
      return await take();
    } catch (error) {
      const isRefusal = error instanceof Problem && error.code === "NOT_AUTHORISED";
      await (isRefusal ? ended("refused", { rules: error.extra["rules"] }) : ended("failed", {}));
      throw error;
    }
  }

  async *#permissions(asker: Asker, readId: string): AsyncGenerator<Permission> {
    const { engine } = this.#parts.policy;
    const since = this.#parts.now() - engine.pack.enquiry.grantMinutes * 60_000;
    for (const record of await this.#parts.book.recent(asker.person, since, RECENT)) {
      const decision = await this.#decideAgain(asker, record);
      if (!decision.allowed) continue;
      yield {
        grant: decision.grant,
        covers: (read) => this.#covers(record.question, read),
        under: { enquiry: record.id, authority: record.authority },
        still: () => this.#decideAgain(asker, record),
      };
    }
    const hit = await this.#parts.hitOf(readId, asker.organisation);
    if (hit !== undefined) {
      const decision = engine.decideHitRead(asker, hit, this.#parts.now());
      if (!decision.allowed) return;
      const still = async (): Promise<Decision> => engine.decideHitRead(asker, hit, this.#parts.now());
      yield { grant: decision.grant, covers: () => true, under: { hit: hit.id }, still };
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
          return placesOf(question, this.#parts.nrds).includes(read.nrd);
        return isWithin(question.area, read.position);
    }
  }

  /** An authority of the own organisation by its reference, however it was asked for: one name in the log. Else as given. */
  async #nameOf(given: string, { organisation }: Asker): Promise<string> {
    const known = await this.#parts.authorities.find(given);
    return known?.organisation === organisation ? known.reference : given;
  }

  async #decide(
    asker: Asker,
    record: Asked,
    { rowsBefore = 0, lastDay = NOTHING_YET }: { rowsBefore?: number; lastDay?: LastDay } = {},
  ): Promise<Decision> {
    const { authorities, nrds, policy, now } = this.#parts;
    const named = record.authority;
    const authority = named === null ? undefined : ((await authorities.find(named)) ?? null);
    return policy.engine.decideEnquiry(
      proposalOf(asker, record, authority, nrds, { rowsBefore, lastDay }),
      now(),
    );
  }

  /** An enquiry's permission lasts the pack's minutes from the asking, and only while its authority does. */
  async #decideAgain(asker: Asker, record: EnquiryRecord, lastDay = NOTHING_YET): Promise<Decision> {
    const { engine } = this.#parts.policy;
    const minutes = engine.pack.enquiry.grantMinutes;
    if (record.outcome === "refused" || this.#parts.now() >= record.asked + minutes * 60_000)
      return engine.refuse(
        "enquiry-is-current",
        `Ask again: the answer to an enquiry may be looked at for ${minutes} minutes.`,
      );
    return this.#decide(asker, record, { lastDay });
  }

  /** The question as it can be asked; one that cannot is on record too, as far as it was understood. */
  async #checked(
    asker: Asker,
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

  async notAsked(asker: Asker, subject: NotAsked, requestId: string): Promise<void> {
    await this.#log(asker, { action: "enquiry.ask", outcome: "failed", subject }, requestId);
  }

  async #stillAllowed(asker: Asker, record: Asked, grant: Grant, rowsBefore: number): Promise<Decision> {
    const { policy, now } = this.#parts;
    if (now() >= grant.expires)
      return policy.engine.refuse("enquiry-is-current", "Ask again: the permission ran out meanwhile.");
    return this.#decide(asker, record, { rowsBefore });
  }

  /** Looks, and writes how it went and how much came back; only then is anything given out. */
  async #answer(
    asker: Asker,
    { record, grant, entry, receipt }: Granted,
    { requestId, ...paging }: Paging,
  ): Promise<Answer> {
    const limit = Math.min(paging.limit ?? grant.pageLimit, grant.pageLimit);
    const page = { limit, cursor: paging.cursor ?? null };
    const ended = (outcome: "allowed" | "refused" | "failed", more: object) =>
      this.#log(asker, { ...entry, outcome, subject: { ...entry.subject, ...more } }, requestId);
    let found: FoundPage;
    try {
      // A cursor nobody gave out says nothing about how the enquiry went, so it is found out before anything is searched.
      if (page.cursor !== null && parseReadId(page.cursor) === null)
        throw new Problem("CURSOR_INVALID", "Use the value of next from the page before, unchanged.");
      found = await this.#search(grant, record.question, page);
    } catch (error) {
      await ended("failed", { count: null });
      if (!(error instanceof Problem)) await this.#parts.book.close(record.id, "failed", null);
      throw error;
    }
    // A search takes its time: what was withdrawn or ran out meanwhile is not handed out.
    const still = await this.#stillAllowed(asker, record, grant, found.before);
    if (!still.allowed) {
      await ended("refused", { ...lawOf(still), count: found.count });
      throw refused(still);
    }
    const shown = found.before + found.items.length;
    await Promise.all([
      ended("allowed", { count: found.count, shown: found.items.length }),
      this.#parts.book.close(record.id, "answered", found.count, shown),
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

  #log(
    { username: actor, organisation }: Asker,
    entry: {
      readonly action: AuditAction;
      readonly outcome: "asked" | "allowed" | "refused" | "failed";
      readonly subject: Record<string, unknown>;
    },
    requestId: string,
  ): Promise<AuditEntry> {
    return this.#parts.audit.append({ actor, organisation, requestId, ...entry });
  }
}

/** What is taken of a read under a grant. */
type Take<Found> = (grant: Grant, read: Read) => Promise<Found>;

/** A permission that may cover a read, and whether it still stands. */
interface Permission {
  readonly grant: Grant;
  readonly covers: (read: Read) => boolean;
  readonly under: Record<string, string | null>;
  readonly still: () => Promise<Decision>;
}

/** An enquiry that may be looked at, and the entry in the log that says so. */
interface Granted {
  readonly record: Asked;
  readonly grant: Grant;
  readonly entry: { readonly action: AuditAction; readonly subject: Record<string, unknown> };
  readonly receipt: number;
}

/** What the log says of an enquiry; purpose and level are the authority's where one is relied on. */
function subjectOf(record: Asked, decision: Decision): Record<string, unknown> {
  const { id: enquiry, question, authority, reference, reason } = record;
  const { purpose, level } = decision.allowed ? decision.grant : record;
  const { kind, from, to, ...about } = question;
  return {
    enquiry,
    kind,
    ...about,
    authority,
    ...(authority === null ? { reference } : {}),
    purpose,
    level,
    reason,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  };
}

/** The rules that decided and the pack they stand in, which need not be the one in force by now. */
function lawOf(decision: Decision): Record<string, unknown> {
  const { rules, policyPack, policyPackDigest } = decision.allowed ? decision.grant : decision;
  return { rules, policyPack, policyPackDigest };
}

function granted(decision: Decision): Grant {
  if (decision.allowed) return decision.grant;
  throw refused(decision);
}

const refused = ({ rules, needed }: Refusal): Problem =>
  new Problem("NOT_AUTHORISED", `This may not be looked at. ${needed.join(" ")}`, {
    extra: { rules, needed },
  });

const noEnquiry = (id: string): Problem => new Problem("NOT_FOUND", `You have made no enquiry ${id}.`);
