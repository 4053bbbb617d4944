import type { SubjectOf } from "../audit/act.ts";
import { readActs } from "../audit/acts/read.ts";
import type { Audited, UnderWay } from "../audit/audited.ts";
import type { ImageKind } from "../archive/image-vault.ts";
import type { ReadImages } from "../archive/read-images.ts";
import { parseReadId, type Read } from "../archive/read.ts";
import type { ReadStore } from "../archive/read-store.ts";
import { Problem } from "../errors.ts";
import type { Caller } from "../identity/caller.ts";
import type { Decision } from "../policy/engine.ts";
import type { HitReadFacts } from "../policy/facts.ts";
import type { Grant } from "../policy/grant.ts";
import { RECENT_ENQUIRIES } from "./enquiries.ts";
import { EnquiryLaw, lawOf, refused, type LawParts } from "./enquiry-law.ts";
import type { EnquiryStore } from "./enquiry-store.ts";
import { readInFull, type ReadInFull } from "./found-read.ts";
import { kindOf, type Question } from "./kinds.ts";

/** What opening reads works with. */
export interface ReadsParts extends LawParts {
  readonly store: EnquiryStore;
  readonly audited: Audited;
  readonly reads: ReadStore;
  readonly images: ReadImages;
  /** The hit a read raised on a list of an organisation, if any. */
  readonly hitOf: (readId: string, organisation: number) => Promise<HitReadFacts | undefined>;
}

/** What both looks at a read have in the log. */
type Looked = SubjectOf<typeof readActs.open> & SubjectOf<typeof readActs.image>;

/** A read with what was taken of it, under which permission and entry of the log. */
interface Taken<Found> {
  readonly read: Read;
  readonly found: Found;
  readonly grant: Grant;
  readonly receipt: number;
}

/** What is taken of a read under a grant. */
type Take<Found> = (grant: Grant, read: Read) => Promise<Found>;

/** A permission that may cover a read, and whether it still stands. */
interface Permission {
  readonly grant: Grant;
  readonly covers: (read: Read) => boolean;
  readonly under: NonNullable<Looked["under"]>;
  readonly still: () => Promise<Decision>;
}

/** Opens single reads and their images, under an enquiry of the caller that covers them or a hit (INV-3, VOI-8). */
export class Reads {
  readonly #parts: ReadsParts;
  readonly #law: EnquiryLaw;

  constructor(parts: ReadsParts) {
    this.#parts = parts;
    this.#law = new EnquiryLaw(parts);
  }

  /** One read in full, with the images there are. */
  async open(readId: string, caller: Caller): Promise<ReadInFull> {
    const { audited, images, nrds } = this.#parts;
    const kindsOf: Take<readonly ImageKind[]> = (grant, read) => images.kindsOf(grant, read);
    const looked = await audited.look(caller.actor, readActs.open, { read: readId }, (entry) =>
      this.#covered(readId, kindsOf, entry, caller),
    );
    const { read, found, grant, receipt } = there(looked);
    return readInFull(read, { images: found, grant, receipt }, nrds);
  }

  /** JPEG bytes of a read's image, under the same rule as the read. @throws Problem NOT_FOUND when there is none */
  async image(readId: string, image: ImageKind, caller: Caller): Promise<Buffer> {
    const { audited, images } = this.#parts;
    const open: Take<Buffer | null> = (grant, read) => images.open(grant, read, image);
    const subject = { read: readId, image };
    const looked = await audited.look(caller.actor, readActs.image, subject, (entry) =>
      this.#covered(readId, open, entry, caller),
    );
    const { found } = there(looked);
    if (found === null) throw new Problem("NOT_FOUND", `The archive holds no ${image} image of this read.`);
    return found;
  }

  /**
   * Finds the permission that covers a read, a hit in the person's scope or an enquiry, and takes the read; null where a hit does
   * and the read is gone. Whether one covers it only the read can tell. A read that is not there is refused like one that is not
   * covered: nobody learns from a refusal what the archive holds.
   */
  async #covered<Found>(
    readId: string,
    take: Take<Found>,
    entry: UnderWay<Looked>,
    caller: Caller,
  ): Promise<Taken<Found> | null> {
    requireId(readId);
    for await (const { grant, covers, under, still } of this.#permissions(readId, caller)) {
      const read = await this.#parts.reads.byId(grant, readId);
      if (read === null ? under.hit === undefined : !covers(read)) continue;
      entry.add({ ...lawOf({ allowed: true, grant }), under, ...(read?.vrm ? { vrm: read.vrm } : {}) });
      const found = read && (await take(grant, read));
      const decision = await still();
      if (!decision.allowed) {
        entry.add(lawOf(decision));
        throw refused(decision);
      }
      entry.add({ count: found === null ? 0 : 1 });
      return read && { read, found: found as Found, grant, receipt: entry.receipt };
    }
    const refusal = this.#parts.policy.engine.refuse(
      "read-is-covered",
      "A current enquiry of your own with this read in its results, or a hit on it that you can see.",
    );
    entry.add(lawOf(refusal));
    throw refused(refusal);
  }

  async *#permissions(readId: string, caller: Caller): AsyncGenerator<Permission> {
    const { hitOf, now, policy, store } = this.#parts;
    const since = now() - policy.engine.pack.enquiry.grantMinutes * 60_000;
    for (const enquiry of await store.recent(caller.person, since, RECENT_ENQUIRIES)) {
      const decision = await this.#law.again(enquiry, caller);
      if (!decision.allowed) continue;
      yield {
        grant: decision.grant,
        covers: (read) => this.#covers(enquiry.question, read, caller),
        under: { enquiry: enquiry.id, authority: enquiry.authority },
        still: () => this.#law.again(enquiry, caller),
      };
    }
    const hit = await hitOf(readId, caller.organisation.id);
    if (hit === undefined) return;
    const decide = (): Decision => policy.engine.decideHitRead(caller, hit, now());
    const decision = decide();
    if (!decision.allowed) return;
    yield { grant: decision.grant, covers: () => true, under: { hit: hit.id }, still: async () => decide() };
  }

  #covers(question: Question, read: Read, caller: Caller): boolean {
    if (read.captured < question.from || read.captured >= question.to) return false;
    return kindOf(question).covers(question, read, this.#parts.nrds.seenBy(caller));
  }
}

function requireId(readId: string): void {
  if (parseReadId(readId) !== null) return;
  throw new Problem("NOT_FOUND", `"${readId}" is not the id of a read.`);
}

function there<Found>(looked: Taken<Found> | null): Taken<Found> {
  if (looked !== null) return looked;
  throw new Problem("NOT_FOUND", "There is no such read, or its access period has ended.");
}
