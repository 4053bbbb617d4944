import { writeApart } from "../flow/write-apart.ts";
import type { ImageIndex } from "./image-index.ts";
import type { FittedImage } from "./image-policy.ts";
import type { ImageLocation, ImageVault, ReadImage } from "./image-vault.ts";
import type { Read } from "./read.ts";
import type { ReadStore } from "./read-store.ts";

export interface ArchiveWriterParts {
  readonly reads: Pick<ReadStore, "insert">;
  readonly index: Pick<ImageIndex, "insert">;
  readonly vault: Pick<ImageVault, "append">;
  readonly fit: (images: readonly ReadImage[]) => Promise<FittedImage[]>;
}

interface Waiting {
  readonly reads: readonly Read[];
  readonly images: readonly FittedImage[];
  readonly done: () => void;
  readonly failed: (cause: unknown) => void;
}

/**
 * Writes reads and images in groups, and answers when they are durable.
 *
 * States: a write waits; when the lane is free, all that wait (up to the largest group) become one group; the group is
 * written; its writers are told. A lone read goes at once. Small groups keep a little apart, because an insert costs 10 to
 * 20 ms of processor time however few its rows (measured); a second lane opens only for groups that are worth it.
 * A group that the store refuses for what it says is written in parts, so that only the bad write fails.
 */
export class ArchiveWriter {
  readonly #parts: ArchiveWriterParts;
  readonly #largestGroup: number;
  readonly #lanes: number;
  readonly #gatherMs: number;
  readonly #fullGroup: number;
  #waiting: Waiting[] = [];
  #waitingRows = 0;
  #lastStart = Number.NEGATIVE_INFINITY;
  #busyLanes = 0;
  #pending = 0;
  #drained: (() => void)[] = [];

  constructor(
    parts: ArchiveWriterParts,
    { largestGroup = 20_000, fullGroup = 5_000, gatherMs = 20, lanes = 2 } = {},
  ) {
    this.#parts = parts;
    this.#largestGroup = largestGroup;
    this.#lanes = lanes;
    this.#fullGroup = fullGroup;
    this.#gatherMs = gatherMs;
  }

  /** Reads taken in but not yet durable; intake refuses new ones above its limit. */
  get pending(): number {
    return this.#pending;
  }

  /** Resolved when all is on disk. Rejected: nothing was acknowledged, and `ReadStore.existing` tells what was kept. */
  async write(reads: readonly Read[], images: readonly ReadImage[]): Promise<void> {
    this.#pending += reads.length;
    try {
      const fitted = images.length === 0 ? [] : await this.#parts.fit(images);
      await new Promise<void>((done, failed) => {
        this.#waiting.push({ reads, images: fitted, done, failed });
        this.#waitingRows += reads.length;
        this.#startLanes();
      });
    } finally {
      this.#pending -= reads.length;
    }
  }

  /** Resolved when every write taken in so far is settled. */
  async drain(): Promise<void> {
    if (this.#busyLanes === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  #startLanes(): void {
    if (this.#busyLanes >= this.#lanes) return;
    if (this.#busyLanes > 0 && this.#waitingRows < this.#fullGroup) return;
    this.#busyLanes++;
    void this.#runLane();
  }

  async #runLane(): Promise<void> {
    while (this.#waiting.length > 0) {
      const pause = this.#pauseMs;
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      this.#lastStart = performance.now();
      const group = this.#nextGroup();
      if (group.length === 0) continue;
      await this.#commit(group);
    }
    this.#busyLanes--;
    if (this.#busyLanes > 0) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** How long small groups still have to stay apart, ms. */
  get #pauseMs(): number {
    return this.#waitingRows < this.#fullGroup ? this.#lastStart + this.#gatherMs - performance.now() : 0;
  }

  #nextGroup(): Waiting[] {
    let rows = 0;
    let size = 0;
    for (const { reads } of this.#waiting) {
      if (size > 0 && rows + reads.length > this.#largestGroup) break;
      rows += reads.length;
      size++;
    }
    this.#waitingRows -= rows;
    return this.#waiting.splice(0, size);
  }

  /** Tells every writer of the group how its write ended; never rejects. */
  async #commit(group: readonly Waiting[]): Promise<void> {
    let rest: readonly Waiting[];
    try {
      rest = await this.#writeImages(group);
    } catch (cause) {
      for (const { failed } of group) failed(cause);
      return;
    }
    // The read's row comes last: a read that the archive knows, and would call a duplicate, always has its images.
    if (rest.length === 0) return;
    await tell(rest, (waiting) => this.#parts.reads.insert(waiting.flatMap(({ reads }) => reads)));
    // Crash here: durable but not acknowledged. The read sent again is found by `existing` and answered as a duplicate.
  }

  /** Answers the writes whose images are in place; the others have been told. */
  async #writeImages(group: readonly Waiting[]): Promise<readonly Waiting[]> {
    const images = group.flatMap((waiting) => waiting.images);
    if (images.length === 0) return group;
    // Crash before this: nothing is kept, nothing was acknowledged, the sender sends again.
    const locations = await this.#parts.vault.append(images);
    const located = new Map(images.map((image, i) => [image, locations[i] as ImageLocation]));
    // Crash here: encrypted bytes that nothing points to; they die with their day's key.
    const failed = await tell(
      group,
      (waiting) =>
        this.#parts.index.insert(
          waiting.flatMap((one) =>
            one.images.map((image) => {
              const { nrd, captured, n, kind, treatment } = image;
              return { nrd, captured, n, kind, treatment, ...(located.get(image) as ImageLocation) };
            }),
          ),
        ),
      false,
    );
    // Crash here: index rows without a read. The read sent again gets the same number and finds its images twice; one shows.
    return failed.size === 0 ? group : group.filter((waiting) => !failed.has(waiting));
  }
}

/** Writes a group, apart where the store refuses its data, and tells those that failed and, at the `last` write, those done. */
async function tell(
  group: readonly Waiting[],
  write: (waiting: readonly Waiting[]) => Promise<void>,
  last = true,
): Promise<ReadonlySet<Waiting>> {
  const failed = new Set<Waiting>();
  const results = await writeApart(group, async (waiting) => {
    await write(waiting);
    return [];
  });
  for (const [index, waiting] of group.entries()) {
    const result = results[index] as PromiseSettledResult<unknown>;
    if (result.status === "rejected") {
      failed.add(waiting);
      waiting.failed(result.reason);
    } else if (last) waiting.done();
  }
  return failed;
}
