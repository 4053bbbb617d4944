import type { ReadKey } from "../archive/read.ts";
import type { NrdReference } from "../read/nrd.ts";
import type { LateImage } from "./feeds/protocol.ts";
import type { JoinedRead, NewImage, StoredRead } from "./intake-stores.ts";
import type { FeedSource } from "./outcome.ts";
import type { PendingImage, PendingImageKey, PendingImages } from "./pending-images.ts";
import { referenceOf, referenceText } from "./quarantine.ts";
import type { NrdLookup } from "./steps/nrd.ts";

export interface LateImageParts {
  readonly pending: PendingImages;
  readonly nrds: NrdLookup;
  /** Reads of an NRD captured from a moment until before another, epoch ms. */
  readonly readsBetween: (nrd: number, from: number, to: number) => Promise<readonly StoredRead[]>;
  readonly write: (images: readonly NewImage[]) => Promise<void>;
  /** Tells whoever shows the read that it has an image now. */
  readonly joined: (read: ReadKey, kind: "patch" | "overview") => Promise<void>;
  readonly now: () => number;
}

/**
 * Joins images to reads that were sent apart from them, whichever comes first (PROTOCOLS 1.5). Both sides write first and look
 * afterwards, so that one of the two always finds the other; the sweep takes care of what another process wrote.
 */
export class LateImages {
  readonly #parts: LateImageParts;
  /** Images that may be waiting, by what names their read to the second; a read whose name is not here has none. */
  readonly #waiting = new Set<string>();

  constructor(parts: LateImageParts) {
    this.#parts = parts;
  }

  /** Keeps an image until its read is known, or puts it beside the read at once. Resolves when it is durable. */
  async take(image: LateImage, source: FeedSource): Promise<void> {
    const { pending, now } = this.#parts;
    const kept: PendingImage = { ...image, source: source.id, nrd: referenceText(image.nrd) };
    await pending.put([kept], now());
    this.#remember(kept);
    const nrd = this.#parts.nrds.find(image.nrd);
    if (nrd !== undefined) await this.#joinIfStored(nrd.id, kept, image.nrd);
  }

  /** Remembers what waits already; `sweep` does the same from then on. */
  async start(): Promise<void> {
    await this.sweep();
  }

  /** Looks at what waits longest, for images whose read another process took, and answers how many were joined. */
  async sweep(): Promise<number> {
    let joined = 0;
    for (const image of await this.#parts.pending.waiting(SWEPT_AT_ONCE)) {
      this.#remember(image);
      const reference = referenceOf(image.nrd);
      const nrd = this.#parts.nrds.find(reference);
      if (nrd !== undefined && (await this.#joinIfStored(nrd.id, image, reference))) joined++;
    }
    return joined;
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
    await this.#parts.write(
      found.map(({ index, image }) => {
        const { nrd, captured, n } = candidates[index] as JoinedRead;
        return { nrd, captured, n, kind: image.kind, jpeg: image.jpeg };
      }),
    );
    for (const { index, image } of found) {
      const { nrd, captured, n } = candidates[index] as JoinedRead;
      await this.#parts.joined({ nrd, captured, n }, image.kind);
    }
    // Crash here: the image is written twice, and one of the two shows.
    await this.#parts.pending.remove(found.map(({ image }) => image));
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

type WaitingImage = PendingImageKey & Pick<PendingImage, "resolutionMs">;

const MOST_REMEMBERED = 200_000;
const SWEPT_AT_ONCE = 500;

const nameOf = (source: number, nrd: string, vrm: string, captured: number): string =>
  `${source} ${nrd} ${vrm} ${Math.floor(captured / 1000)}`;
