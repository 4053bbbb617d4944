import type { ReadKey } from "../archive/read.ts";
import { Problem } from "../errors.ts";
import { isPossibleTime } from "../read/capture.ts";
import type { Nrd, NrdReference } from "../read/nrd.ts";
import type { LateImage } from "./feeds/protocol.ts";
import type { JoinedRead, NewImage, StoredRead } from "./intake-stores.ts";
import type { FeedSource } from "../source/feed-source.ts";
import { nrdKnownTo } from "./steps/nrd.ts";
import type { PendingImage, PendingImages, WaitingImage } from "./pending-images.ts";
import { referenceOf, referenceText } from "./quarantine/quarantine.ts";
import type { NrdLookup } from "./steps/nrd.ts";

export interface LateImageParts {
  readonly pending: PendingImages;
  readonly nrds: NrdLookup;
  /** Reads of an NRD captured from a moment until before another, epoch ms. */
  readonly readsBetween: (nrd: number, from: number, to: number) => Promise<readonly StoredRead[]>;
  /** An enabled source. */
  readonly sourceOf: (id: number) => FeedSource | undefined;
  /** The kinds of image that a read has. */
  readonly kindsOf: (read: ReadKey) => Promise<readonly ("patch" | "overview")[]>;
  readonly write: (images: readonly NewImage[]) => Promise<void>;
  /** Tells whoever shows the read that it has an image now. */
  readonly joined: (read: ReadKey, kind: "patch" | "overview") => Promise<void>;
  /** Told, once a sweep, of images that could not be joined. */
  readonly failed: (error: unknown) => void;
  readonly now: () => number;
  readonly limits: LateImageLimits;
}

export interface LateImageLimits {
  /** Bytes of images taken and not yet answered for. */
  readonly bytesInFlight: number;
  /** Images of one source that wait for their reads. */
  readonly waitingOfSource: number;
}

/**
 * Joins images to reads that were sent apart from them, whichever comes first (PROTOCOLS 1.5). Both sides write first and look
 * afterwards, so that one of the two always finds the other; the sweep takes care of what another process wrote.
 */
export class LateImages {
  readonly #parts: LateImageParts;
  /** Images that may be waiting, by what names their read to the second; a read whose name is not here has none. */
  readonly #waiting = new Set<string>();
  #bytes = 0;
  /** Where the next sweep goes on; null for the beginning. */
  #swept: WaitingImage | null = null;

  constructor(parts: LateImageParts) {
    this.#parts = parts;
  }

  /**
   * Keeps an image until its read is known, or puts it beside the read at once. Resolves when it is durable.
   * @throws Problem IMAGE_REFUSED when the source may not send for this NRD now or the time makes no sense, ARCHIVE_BUSY when too much waits already
   */
  async take(image: LateImage, source: FeedSource): Promise<void> {
    if (!isPossibleTime(image.captured))
      throw new Problem("IMAGE_REFUSED", "Captured before 1970 or after 2099. Check the camera's clock.");
    const nrd = nrdKnownTo(source, this.#parts.nrds, image.nrd);
    const why = nrd && whyNot(nrd, source);
    if (why) throw new Problem("IMAGE_REFUSED", why);
    const bytes = image.jpeg.length;
    if (this.#bytes > 0 && this.#bytes + bytes > this.#parts.limits.bytesInFlight)
      throw busy("Too many images are waiting to be written. Send this one again shortly.");
    this.#bytes += bytes;
    try {
      await this.#keep(image, source, nrd);
    } finally {
      this.#bytes -= bytes;
    }
  }

  async #keep(image: LateImage, source: FeedSource, nrd: Nrd | undefined): Promise<void> {
    const { pending, now, limits } = this.#parts;
    if ((await pending.count(source.id, limits.waitingOfSource)) >= limits.waitingOfSource)
      throw busy(`${limits.waitingOfSource} images of this source wait for their reads. Send those first.`);
    const kept: PendingImage = { ...image, source: source.id, nrd: referenceText(image.nrd) };
    await pending.put([kept], now());
    this.#remember(kept);
    if (nrd !== undefined) await this.#joinIfStored(nrd.id, kept, image.nrd);
  }

  /** Remembers what waits already; `sweep` does the same from then on. */
  async start(): Promise<void> {
    let after: WaitingImage | null = null;
    do {
      const page: readonly WaitingImage[] = await this.#parts.pending.waiting(SWEPT_AT_ONCE, after);
      for (const image of page) this.#remember(image);
      after = page.at(-1) ?? null;
    } while (after !== null);
  }

  /**
   * Looks for images whose read another process took, and answers how many were joined. Each sweep goes on where the one
   * before ended, so that images without a read never keep it from those that have one.
   */
  async sweep(): Promise<number> {
    let joined = 0;
    const failures: unknown[] = [];
    const page = await this.#parts.pending.waiting(SWEPT_AT_ONCE, this.#swept);
    for (const image of page) {
      this.#remember(image);
      try {
        if (await this.#joinWaiting(image)) joined++;
      } catch (error) {
        failures.push(error);
      }
    }
    this.#swept = page.length < SWEPT_AT_ONCE ? null : (page.at(-1) ?? null);
    if (failures.length > 0)
      this.#parts.failed(new AggregateError(failures, `${failures.length} late images could not be joined`));
    return joined;
  }

  /** The archive does not say who sent a read, so the image's own source must be one that may send for the NRD. */
  async #joinWaiting(image: WaitingImage): Promise<boolean> {
    const reference = referenceOf(image.nrd);
    const nrd = this.#parts.nrds.find(reference);
    const source = this.#parts.sourceOf(image.source);
    if (nrd === undefined || source === undefined || whyNot(nrd, source) !== null) return false;
    return this.#joinIfStored(nrd.id, image, reference);
  }

  /** Stores the images that came before these reads, which are durable by now. */
  async join(reads: readonly JoinedRead[]): Promise<void> {
    if (this.#waiting.size === 0) return;
    const candidates = reads.filter((read) =>
      this.#waiting.has(nameOf(read.source, referenceText(read.reference), read.sent, read.captured)),
    );
    if (candidates.length === 0) return;
    const keys = candidates.map(({ source, reference, sent, captured }) => ({
      source,
      nrd: referenceText(reference),
      vrm: sent,
      captured,
    }));
    const found = await this.#parts.pending.findFor(keys);
    if (found.length === 0) return;
    // Crash before the next line ends: the image still waits, and the sweep joins it.
    const images = await this.#lacking(
      found.map(({ index, image }) => {
        const { nrd, captured, n } = candidates[index] as JoinedRead;
        return { nrd, captured, n, kind: image.kind, jpeg: image.jpeg };
      }),
    );
    if (images.length > 0) await this.#parts.write(images);
    for (const { index, image } of found) {
      const { nrd, captured, n } = candidates[index] as JoinedRead;
      await this.#parts.joined({ nrd, captured, n }, image.kind);
    }
    // Crash here: the image still waits; whoever joins it next finds that the read has it.
    await this.#parts.pending.remove(found.map(({ image }) => image));
  }

  /** Gives reads of the archive the images that they lack, durably, and answers which. */
  async add(images: readonly NewImage[]): Promise<readonly NewImage[]> {
    const lacking = await this.#lacking(images);
    if (lacking.length === 0) return lacking;
    await this.#parts.write(lacking);
    for (const { nrd, captured, n, kind } of lacking) await this.#parts.joined({ nrd, captured, n }, kind);
    return lacking;
  }

  /** Those of a kind that their read does not have: an image that was sent first is never replaced. */
  async #lacking(images: readonly NewImage[]): Promise<readonly NewImage[]> {
    const had = new Map<string, Set<string>>();
    const lacking: NewImage[] = [];
    for (const image of images) {
      const { nrd, captured, n, kind } = image;
      const read = `${nrd} ${captured} ${n}`;
      const kinds = had.get(read) ?? new Set<string>(await this.#parts.kindsOf({ nrd, captured, n }));
      had.set(read, kinds);
      if (!kinds.has(kind)) lacking.push(image);
      kinds.add(kind);
    }
    return lacking;
  }

  async #joinIfStored(nrd: number, image: WaitingImage, reference: NrdReference): Promise<boolean> {
    const reads = await this.#parts.readsBetween(nrd, image.captured, image.captured + image.resolutionMs);
    const read = reads.find(({ sent }) => sent === image.vrm);
    if (read === undefined) return false;
    await this.join([{ ...read, source: image.source, reference }]);
    return true;
  }

  #remember({ source, nrd, vrm, captured }: WaitingImage): void {
    if (this.#waiting.size >= MOST_REMEMBERED) this.#waiting.clear();
    this.#waiting.add(nameOf(source, nrd, vrm, captured));
  }
}

const MOST_REMEMBERED = 200_000;
const SWEPT_AT_ONCE = 500;
const BUSY_RETRY_SECONDS = 2;

const busy = (detail: string): Problem =>
  new Problem("ARCHIVE_BUSY", detail, { retryAfter: BUSY_RETRY_SECONDS });

/** As for reads (READ-4, READ-7, NAI-6): the NRD collects, and is the source's own or the source delivers for others. */
function whyNot({ id, name, state, organisation }: Nrd, source: FeedSource): string | null {
  if (state !== "live") return `NRD ${id} (${name}) is ${state} and does not collect.`;
  if (source.aggregator || source.organisation === organisation) return null;
  return `NRD ${id} (${name}) belongs to a different organisation from source "${source.name}".`;
}

const nameOf = (source: number, nrd: string, vrm: string, captured: number): string =>
  `${source} ${nrd} ${vrm} ${Math.floor(captured / 1000)}`;
