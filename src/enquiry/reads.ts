import type { AuditLog } from "../audit/audit-log.ts";
import type { ImageKind } from "../archive/image-vault.ts";
import type { ReadImages } from "../archive/read-images.ts";
import { parseReadId, type Read } from "../archive/read.ts";
import type { ReadStore } from "../archive/read-store.ts";
import { Problem } from "../errors.ts";
import type { Decision } from "../policy/engine.ts";
import type { HitReadFacts } from "../policy/facts.ts";
import type { Grant } from "../policy/grant.ts";
import { isWithin } from "../read/position.ts";
import type { EnquiryLaw, LawParts } from "./enquiry-law.ts";
import type { EnquiryStore } from "./enquiry-store.ts";
import { placesOf } from "./basis.ts";
import { lawOf, logLook, refused } from "./look-entry.ts";
import { fitsPattern } from "./pattern.ts";
import { describeRead, type NrdNames } from "./present-read.ts";
import { type Question, type ReadInFull, RECENT_ENQUIRIES } from "./question.ts";
import type { Caller } from "../identity/caller.ts";

/** What opening reads works with. */
export interface ReadsParts extends LawParts {
  readonly law: EnquiryLaw;
  readonly store: EnquiryStore;
  readonly audit: AuditLog;
  readonly reads: ReadStore;
  readonly images: ReadImages;
  readonly nrds: LawParts["nrds"] & NrdNames;
  /** The hit a read raised on a list of an organisation, if any. */
  readonly hitOf: (readId: string, organisation: number) => Promise<HitReadFacts | undefined>;
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

/** Opens single reads and their images, under an enquiry that covers them or a hit (INV-3, VOI-8). */
export class Reads {
  readonly #parts: ReadsParts;

  constructor(parts: ReadsParts) {
    this.#parts = parts;
  }

  async open(asker: Caller, readId: string, requestId: string): Promise<ReadInFull> {
    const kindsOf: Take<readonly ImageKind[]> = (grant, read) => this.#parts.images.kindsOf(grant, read);
    const opened = await this.#look(asker, { read: readId }, "read.open", kindsOf, requestId);
    const { read, found: kinds, grant, receipt } = opened;
    return { ...describeRead(read, kinds, grant, this.#parts.nrds), receipt };
  }

  async image(asker: Caller, readId: string, kind: "patch" | "overview", requestId: string): Promise<Buffer> {
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
    asker: Caller,
    about: { readonly read: string; readonly image?: string },
    action: "read.open" | "read.image",
    take: Take<Found>,
    requestId: string,
  ): Promise<{ read: Read; found: Found; grant: Grant; receipt: number }> {
    const readId = about.read;
    if (parseReadId(readId) === null) throw new Problem("NOT_FOUND", `"${readId}" is not the id of a read.`);
    const { index } = await logLook(
      this.#parts.audit,
      asker,
      { action, outcome: "asked", subject: about },
      requestId,
    );
    const failed = (outcome: "refused" | "failed", more: object) =>
      logLook(this.#parts.audit, asker, { action, outcome, subject: { ...about, ...more } }, requestId);
    for await (const { grant, covers, under, still } of this.#permissions(asker, readId)) {
      const read = await this.#taken(() => this.#parts.reads.byId(grant, readId), failed);
      if (read === null ? !("hit" in under) : !covers(read)) continue;
      const law = lawOf({ allowed: true, grant });
      const subject = { ...about, ...law, under, ...(read?.vrm ? { vrm: read.vrm } : {}) };
      const ended = (outcome: "allowed" | "refused" | "failed", more: object) =>
        logLook(this.#parts.audit, asker, { action, outcome, subject: { ...subject, ...more } }, requestId);
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
    await logLook(this.#parts.audit, asker, { action, outcome: "refused", subject }, requestId);
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

  async *#permissions(asker: Caller, readId: string): AsyncGenerator<Permission> {
    const { engine } = this.#parts.policy;
    const since = this.#parts.now() - engine.pack.enquiry.grantMinutes * 60_000;
    for (const record of await this.#parts.store.recent(asker.person, since, RECENT_ENQUIRIES)) {
      const decision = await this.#parts.law.again(asker, record);
      if (!decision.allowed) continue;
      yield {
        grant: decision.grant,
        covers: (read) => this.#covers(record.question, read),
        under: { enquiry: record.id, authority: record.authority },
        still: () => this.#parts.law.again(asker, record),
      };
    }
    const hit = await this.#parts.hitOf(readId, asker.organisation.id);
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
}
