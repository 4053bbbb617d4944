import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder } from "./sync-folder.ts";

/** A segment being written: only by this process, only at its end. */
interface Segment {
  readonly name: string;
  readonly file: FileHandle;
  size: number;
}

/**
 * The segment files being appended to, one a bucket, a bounded number open at once (late reads touch many days).
 * Each bucket's appends take turns; a segment whose write failed is left behind and never written again.
 */
export class OpenSegments {
  readonly #folder: string;
  readonly #most: number;
  readonly #segmentBytes: number;
  readonly #segments = new Map<string, Segment>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(folder: string, most: number, segmentBytes: number) {
    this.#folder = folder;
    this.#most = most;
    this.#segmentBytes = segmentBytes;
  }

  /**
   * Writes records at the end of the bucket's segment. They are made in the bucket's turn, so that none is sealed with a key that
   * is destroyed before it is written.
   * @returns the segment's name and where each record begins, once on disk
   */
  append(
    bucket: string,
    make: () => Promise<readonly Buffer[]>,
  ): Promise<readonly { segment: string; offset: number; length: number }[]> {
    return this.inTurn(bucket, async () => {
      const records = await make();
      const segment = await this.#segmentOf(bucket);
      const offset = segment.size;
      try {
        // Crash here: bytes at the end of a segment that no index row points to, and that die with the bucket's key.
        const { bytesWritten } = await segment.file.writev([...records], offset);
        const expected = records.reduce((sum, record) => sum + record.length, 0);
        if (bytesWritten !== expected)
          throw new Error(`${segment.name}: ${bytesWritten} of ${expected} bytes written`);
        await segment.file.datasync();
        segment.size += bytesWritten;
      } catch (error) {
        await this.#close(bucket);
        throw error;
      }
      if (segment.size >= this.#segmentBytes) await this.#close(bucket);
      let end = offset;
      return records.map(({ length }) => ({
        segment: segment.name,
        offset: (end += length) - length,
        length,
      }));
    });
  }

  /** Runs `work` while no append to the bucket does; its segment is closed first when `closing`. */
  inTurn<T>(bucket: string, work: () => Promise<T>, closing = false): Promise<T> {
    const turn = (this.#turns.get(bucket) ?? Promise.resolve()).then(async () => {
      if (closing) await this.#close(bucket);
      return work();
    });
    const settled = turn.catch(() => {});
    this.#turns.set(bucket, settled);
    void settled.then(() => {
      if (this.#turns.get(bucket) === settled) this.#turns.delete(bucket);
    });
    return turn;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#segments.keys()].map((bucket) => this.inTurn(bucket, async () => {}, true)));
  }

  async #segmentOf(bucket: string): Promise<Segment> {
    const known = this.#segments.get(bucket);
    // Another process may have destroyed the day, and the file with it.
    if (known && (await known.file.stat()).nlink === 0) await this.#close(bucket);
    else if (known) {
      // Last used last, so that the first is the one to close.
      this.#segments.delete(bucket);
      this.#segments.set(bucket, known);
      return known;
    }
    const name = `${bucket}/${Date.now()}-${randomBytes(6).toString("hex")}.seg`;
    const path = join(this.#folder, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "wx", 0o600);
    await syncFolder(dirname(path));
    await syncFolder(this.#folder);
    const segment = { name, file, size: 0 };
    this.#segments.set(bucket, segment);
    this.#closeIdle(bucket);
    return segment;
  }

  #closeIdle(except: string): void {
    for (const bucket of this.#segments.keys()) {
      if (this.#segments.size <= this.#most) return;
      if (bucket !== except && !this.#turns.has(bucket)) void this.#close(bucket);
    }
  }

  async #close(bucket: string): Promise<void> {
    const segment = this.#segments.get(bucket);
    this.#segments.delete(bucket);
    await segment?.file.close();
  }
}
